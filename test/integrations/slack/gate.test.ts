// T20: what has the shape of a secret leaves no message, wherever in the message it stands.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { message } from "../../../src/core/message.ts";
import { redact } from "../../../src/core/secrets.ts";
import { passMessage } from "../../../src/integrations/slack/gate.ts";

// Put together here, so that no scanner takes this file's examples for real ones.
const join = (...parts: readonly string[]): string => parts.join("");
const secrets: Readonly<Record<string, string>> = {
  "Slack token": join("xo", "xb-1234567890-abcdefghijkl"),
  JWT: join("ey", "JhbGciOiJIUzI1NiJ9.ey", "JzdWIiOiIxMjM0In0.abcdefghijk"),
  "AWS key": join("AK", "IAIOSFODNN7EXAMPLE"),
  "GitHub token": join("gh", "p_abcdefghijklmnopqrstuvwxyz0123456789"),
  "GitLab token": join("glp", "at-abcdefghij0123456789"),
  "npm token": join("np", "m_abcdefghijklmnopqrstuvwxyz0123456789"),
  "Google key": join("AI", "zaabcdefghijklmnopqrstuvwxyz012345678"),
  "Stripe key": join("sk", "_live_abcdefghijklmnop1234"),
  "private key": join("-----BEGIN RSA PRIV", "ATE KEY-----\nMIIabc\nxyz\n-----END RSA PRIV", "ATE KEY-----"),
};

describe("gate", () => {
  for (const [kind, secret] of Object.entries(secrets)) {
    it(`a ${kind} is replaced, with its surroundings kept`, () => {
      assert.equal(redact(`before ${secret} after`), `before [redacted: ${kind}] after`);
    });
  }

  it("a bearer header, basic credentials and an address's password are replaced", () => {
    assert.equal(
      redact("Authorization: Bearer abcdefghijklmnop1234=="),
      "Authorization: Bearer [redacted: bearer token]",
    );
    assert.equal(redact("authorization: Basic dXNlcjpwYXNz"), "authorization: Basic [redacted: basic credentials]");
    assert.equal(redact("postgres://app:hunter2@db:5432/shop"), "postgres://[redacted: credentials]@db:5432/shop");
  });

  it("a private key whose end is missing is replaced to the end of the text", () => {
    assert.equal(redact(join("x -----BEGIN PRIV", "ATE KEY-----\nMIIabc")), "x [redacted: private key]");
  });

  it("ordinary text is left alone", () => {
    const text =
      "bearer of news; https://ok.example/a?b=c@d; eyJ; image: ghcr.io/x/y@sha256:abc; sk_test; user@host; AKIA";
    assert.equal(redact(text), text);
  });

  it("every field of a message passes it, and passing twice changes nothing", () => {
    const secret = secrets["Slack token"] ?? "";
    const all = passMessage(
      message(
        secret,
        [
          { kind: "heading", text: secret },
          {
            kind: "text",
            text: [
              secret,
              { kind: "bold", text: secret },
              { kind: "code", text: secret },
              { kind: "link", url: `https://x.example/${secret}`, text: secret },
            ],
          },
          { kind: "fields", fields: [{ label: secret, value: [secret] }] },
          { kind: "code", text: secret },
          { kind: "quote", by: secret, text: secret },
          { kind: "table", columns: [secret], rows: [[secret]] },
          { kind: "progress", done: 1, total: 2, label: secret },
          { kind: "buttons", buttons: [{ action: "undo", label: secret, value: secret }] },
          { kind: "menu", label: secret, choices: [{ label: secret, command: secret }] },
          { kind: "small", text: [secret] },
        ],
        [{ name: secret, title: secret, text: secret }],
      ),
    );
    assert.equal(JSON.stringify(all).includes(secret), false);
    assert.deepEqual(passMessage(all), all);
  });
});
