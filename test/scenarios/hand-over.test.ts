// R25, T28 in the whole bot: a token grant's kubeconfig goes from a button in Slack to one page of its holder, and nowhere else.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { TEAM } from "../../demo/slack/seed.ts";
import type { IdentityConfig } from "../../src/core/config.ts";
import { openBrowser } from "../support/browser.ts";
import { granted, hears, startGranting } from "../support/granting.ts";
import { scriptedProvider } from "../support/scripted-provider.ts";
import { errorsApartFromLeaps } from "../support/story.ts";
import { tell, wordsOf } from "../support/talk.ts";
import { actionIdOf, ben, dev } from "../support/town.ts";

const baseUrl = "https://ops.example.test";
const issuer = "https://id.example.test";

/** Put over the configuration, so that calls stay the bot's own: what the cluster lets people do is not what is tested here. */
const identity: IdentityConfig = {
  baseUrl,
  provider: {
    ...{ title: "Example IdP", issuer, clientId: "countersign", clientSecretEnv: "A", scopes: ["openid"] },
    ...{ groupsClaim: null, claims: [], signingAlgorithm: "RS256", asksUserinfo: false },
  },
  slack: { clientId: "1.2", clientSecretEnv: "B" },
  ...{ groupMaxAgeMs: 43_200_000, stepUpFreshForMs: 900_000, allowHttpLoopback: false },
};

test("T28: the button in the holder's message, a sign-in, one page: the kubeconfig works, and is found nowhere else", async (t) => {
  const slack = scriptedProvider("https://slack.example.test", "Slack");
  const company = scriptedProvider(issuer, "Example IdP");
  const lines: string[] = [];
  const note = (message: string, fields?: object) => void lines.push(`${message} ${JSON.stringify(fields ?? {})}`);
  const here = await startGranting(t, undefined, () => ({
    over: (config) => ({ ...config, identity }),
    openProviders: async () => ({ slack, company }),
    log: { debug: note, info: note, warn: note, error: note },
  }));
  const { town, port } = here;
  const signsIn = (user: string, subject: string) => {
    slack.signsIn = { slack: { teamId: TEAM.id, userId: user }, name: user };
    company.signsIn = { subject, name: `${subject}@example.com` };
  };
  const browser = () => openBrowser({ baseUrl, port, providers: [slack, company] });
  const linkIn = (words: string) => /https:\/\/ops\.example\.test\/login\?s=[\w-]{43}/.exec(words)?.[0] ?? "";
  signsIn(dev, "dev");
  const devs = browser();
  const linked = await devs.submit(await devs.click(await devs.open(linkIn(await tell(town, dev, "login")))));
  assert.match(linked.text, /Your accounts are linked/);

  const id = await granted(here, `grant <@${dev}> read-logs on shop for 1h --as token because of an alarm`);
  const told = await hears(here, dev, /You have read-logs in shop on production/);
  assert.match(wordsOf(told), /Fetch your kubeconfig/);
  const before = town.slack.ephemerals(dev).length;
  await town.slack.as(dev).click({ channel: told.channel, ts: told.ts }, actionIdOf(told, "run-command"));
  const answer = await town.slack.waitUntil(() => town.slack.ephemerals(dev)[before], "the link", 60_000);
  assert.match(wordsOf(answer), /The kubeconfig is shown once, on that page, and never in Slack/);
  const url = linkIn(wordsOf(answer));
  assert.match(await tell(town, ben, `fetch ${id}`), /is held by [\s\S]*Only they can fetch its kubeconfig/);

  const own = browser();
  const consent = await own.click(await own.open(url));
  assert.match(consent.text, /It gives read-logs in shop on production to whoever holds it, until /);
  const done = await own.submit(consent);
  assert.equal(done.status, 200, done.text);
  const token = /&quot;token&quot;: &quot;([^&]+)&quot;/.exec(done.html)?.[1] ?? "";
  assert.ok(token.length > 20, done.html);
  const pods = await fetch(`${town.cluster.url}/api/v1/namespaces/shop/pods`, {
    headers: { authorization: `Bearer ${token}` },
  });
  assert.equal(pods.status, 200);
  assert.match(await tell(town, dev, `fetch ${id}`), /were handed over at .*done once[\s\S]*revoke r-/);

  await town.stopBot();
  const channels = ["#general", "#platform-approvals", "#countersign-audit", told.channel];
  const said = [...channels.map((name) => town.slack.messages(name)), ...[dev, ben].map(town.slack.ephemerals)];
  assert.ok(said.flat().length > 5 && !JSON.stringify(said).includes(token), "Slack");
  assert.ok(lines.length > 0 && !lines.join("\n").includes(token), "logs");
  const records = JSON.stringify(await town.records());
  assert.ok(records.includes("grant.handed-over") && !records.includes(token), "audit");
  for (const file of readdirSync(town.directory, { recursive: true, withFileTypes: true }).filter((one) =>
    one.isFile(),
  ))
    assert.ok(!readFileSync(join(file.parentPath, file.name), "latin1").includes(token), file.name);
  assert.deepEqual(errorsApartFromLeaps(town), []);
});
