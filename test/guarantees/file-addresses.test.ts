// T19: the bot's token goes to Slack's file host and nowhere else, however an address is written.
import assert from "node:assert/strict";
import { test } from "node:test";
import { allowedUrl } from "../../src/integrations/slack/files.ts";

const access = { hosts: new Set(["files.slack.com"]), allowHttp: false };

const tricks = [
  ...[
    "127.0.0.1",
    "localhost",
    "0.0.0.0",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "127.1",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
  ],
  ...[
    "169.254.169.254",
    "metadata.google.internal",
    "[fd00:ec2::254]",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.0.1",
    "100.64.0.1",
    "[fe80::1]",
  ],
  ...[
    "files.slack.com.evil.example",
    "evil-files.slack.com.example",
    "files-slack.com",
    "filesXslack.com",
    "files.slack.com.",
    "slack.com",
  ],
  ...[
    "files.slack.com@evil.example",
    "files.slack.com:pass@evil.example",
    "evil.example#files.slack.com",
    "evil.example?files.slack.com",
  ],
  ...[
    "evil.example/files.slack.com",
    "files.slack.com%2eevil.example",
    "files.slack.com%00.evil.example",
    "files.slack.com%5c@evil.example",
  ],
  ...[
    "files.slack.com:8443",
    "files.slack.com:80",
    "ｆiles.slack.com.evil.example",
    "files。slack。com.evil.example",
    "xn--files-slack.example",
  ],
].flatMap((host) => [`https://${host}/f`, `https://${host}`]);

const schemes = ["http:", "ftp:", "file:", "gopher:", "javascript:", "data:text/plain,", "ws:", "blob:https:"].map(
  (scheme) => `${scheme}//files.slack.com/f`,
);

test("T19: at least 60 tricks reach no host but Slack's own", () => {
  const all = [
    ...tricks,
    ...schemes,
    "",
    "//files.slack.com/f",
    "files.slack.com/f",
    "https://user@files.slack.com/f",
    "https://:pw@files.slack.com/f",
  ];
  assert.ok(all.length >= 60, `${all.length} tricks`);
  for (const address of all) {
    const url = allowedUrl(address, access);
    assert.equal(url, null, `${address} was allowed as ${url?.href}`);
  }
});

test("T19: Slack's own file address is allowed", () => {
  assert.equal(allowedUrl("https://files.slack.com/files-pri/T1-F1/x.yaml", access)?.host, "files.slack.com");
});
