// R31, T31: whatever decides who counts, with which rights and where, rules as it was countersigned last, and from then on.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { sealRecord } from "../../src/audit/chain.ts";
import { systemClock } from "../../src/clock.ts";
import { isJsonObject, type JsonObject, mapAt } from "../../src/core/json.ts";
import type { Log } from "../../src/core/ports/log.ts";
import type { OpenProviders } from "../../src/main/identity.ts";
import { openStore } from "../../src/store/open.ts";
import { silent } from "../store/samples.ts";
import { withMapping } from "../support/linked.ts";
import { scriptedProvider } from "../support/scripted-provider.ts";
import { approve, ask, cardSays, carriedOut, oneApproval, tell } from "../support/talk.ts";
import { ana, ben, chloe, startTown, type Town } from "../support/town.ts";

const issuer = "https://id.example.test";
const identity = `identity:
  baseUrl: https://ops.example.test
  provider: { title: Example IdP, issuer: "${issuer}", clientId: countersign, groupsClaim: groups, claims: [email] }
  slack: { clientId: "1.2" }
`;
const onCall = `onCall:
  schedules:
    - name: web
      static: { members: [${chloe}], zone: UTC, first: 2026-01-05 }
`;
const access = `access:
  roles:
    - { name: editor, title: Change what runs in a namespace, clusterRole: edit, maxFor: 1h }
`;
/** A second cluster for staging, where everything is free; both are the same one, as somebody would wish who may not change it. */
const withStaging = (text: string): string => {
  const cluster = / {2}- name: production\n[\s\S]*? {4}default: true\n/.exec(text)?.[0] ?? "";
  const spare = cluster
    .replaceAll("name: production", "name: spare")
    .replace("environment: production", "environment: staging");
  return text.replace(cluster, `${cluster}${spare.replace("    default: true\n", "")}`).replace(
    "  rules:\n",
    `  rules:
    - name: staging-free
      when: { actions: change, environments: staging, groups: engineers }
      allow: true
      replaces: two-people
`,
  );
};

/** What these scenarios ask is also for people who have not signed in. */
const withoutSignIn = (text: string): string =>
  text.replaceAll("groups: engineers }", "groups: engineers, assurance: none }");

function change(town: Town, from: string, to: string): void {
  const text = readFileSync(town.configFile, "utf8");
  assert.ok(text.includes(from), from);
  writeFileSync(town.configFile, text.replace(from, to));
}

const unlinked = '      unlinked: { user: "admin" }\n';

interface Case {
  readonly what: string;
  readonly sections: string;
  readonly config?: (text: string) => string;
  readonly from: string;
  readonly to: string;
  readonly type: string;
  /** What is answered while the change is not accepted. */
  readonly says: RegExp;
}

const cases: readonly Case[] = [
  {
    what: "a cluster's environment, by which rules match",
    sections: "clusters",
    config: withStaging,
    from: "environment: production",
    to: "environment: staging",
    type: "restart production:shop/cart because it hangs",
    says: /waits for 2 of payments-leads or platform/,
  },
  {
    what: "what people are called in a cluster",
    sections: "clusters",
    config: withMapping,
    from: "      groups: { from: idp",
    to: `${unlinked}      groups: { from: idp`,
    type: "get pods -n shop",
    says: /can't know who .* is, who has not signed in/,
  },
  {
    what: "the catalogue of what can be granted",
    sections: "access",
    from: "audit:\n",
    to: `${access}audit:\n`,
    type: "grant me editor on shop for 1h because x",
    says: /There is no role “editor”: the catalogue is empty/,
  },
  {
    what: "who is on call",
    sections: "onCall",
    from: "audit:\n",
    to: `${onCall}audit:\n`,
    type: "oncall",
    says: /No on-call schedule is configured/,
  },
  {
    what: "for how long groups can be lent",
    sections: "limits",
    from: "audit:\n",
    to: "limits: { delegation: 30d }\naudit:\n",
    type: `delegate @${ben} engineers for 20d because I am away`,
    says: /lent for at most 7d/,
  },
  {
    what: "the sign-in, taken away",
    sections: "clusters, identity",
    config: (text) => withoutSignIn(`${withMapping(text)}${identity}`),
    from: identity,
    to: "",
    type: "login",
    says: /ops\.example\.test\/login/,
  },
];

for (const one of cases)
  test(`until it is countersigned, and after a restart, the last accepted one rules: ${one.what}`, async (t) => {
    const town = await startTown(t, { config: (text) => one.config?.(text) ?? text });
    const openProviders = async () => ({
      slack: scriptedProvider("https://slack.example.test", "Slack"),
      company: scriptedProvider(issuer, "Example IdP"),
    });
    await town.startBot({ openProviders });
    await town.stopBot();
    change(town, one.from, one.to);
    if (one.sections.includes("identity")) change(town, "    impersonation:\n", "    # impersonation:\n");
    if (one.sections.includes("identity")) change(town, "      user: { claim", "    #  user: { claim");
    if (one.sections.includes("identity")) change(town, "      groups: { from", "    #  groups: { from");
    await town.startBot({ openProviders });
    assert.match(await tell(town, ana, one.type), one.says);
    assert.match(await tell(town, ana, "policy"), new RegExp(`differs in ${one.sections}\\. It rules once`));
    await town.stopBot();
    const offered = (await town.records()).filter(({ code }) => code === "policy.offered");
    assert.deepEqual(
      offered.map(({ details }) => (details.sections as readonly string[]).join(", ")),
      [one.sections],
    );
  });

/** A log that tells when the bot listens for the second time. */
function twice(): { readonly log: Log; readonly anew: Promise<void> } {
  let times = 0;
  const anew = Promise.withResolvers<void>();
  const info = (message: string): void => {
    times += message === "countersign is listening" ? 1 : 0;
    if (times === 2) anew.resolve();
  };
  return { log: { ...silent, info }, anew: anew.promise };
}

async function starts(town: Town): Promise<number> {
  await town.stopBot();
  return (await town.records()).filter(({ code }) => code === "bot.started").length;
}

test("who is on call, and what can be granted, hold from the countersignature on, without a restart", async (t) => {
  const town = await startTown(t, { config: oneApproval });
  const bot = await town.startBot();
  change(town, "audit:\n", `${onCall}${access}audit:\n`);
  await bot.reload();
  assert.match(await tell(town, ana, "oncall"), /No on-call schedule is configured/);
  const card = await ask(town, ana, "policy apply because we have shifts now");
  assert.match(await cardSays(town, card, /waits/), /changes in access, onCall/);
  await approve(town, ben, card);
  await cardSays(town, card, /is done and verified/);
  assert.match(await tell(town, ana, "oncall"), /web[\s\S]*U0CHLOE01/);
  assert.match(await tell(town, chloe, "whoami"), /On shift of[\s\S]*web/);
  assert.match(await tell(town, ana, "grant me nothing on shop for 1h because x"), /The roles are editor/);
  assert.equal(await starts(town), 1);
});

test("what a cluster is holds once the bot has started anew by itself; in between nothing is changed", async (t) => {
  const town = await startTown(t, { config: (text) => oneApproval(withStaging(text)), podReadyMs: 2_000 });
  const { log, anew } = twice();
  await town.startBot({ log });
  await carriedOut(
    town,
    ana,
    "restart production:shop/search because it is watched for a while",
    /is carried out and being checked/,
  );
  change(town, "environment: production", "environment: staging");
  change(town, "    - name: staging-free", "    - name: staging-as-free");
  const card = await ask(town, ana, "policy apply because it is for tests now");
  assert.match(await cardSays(town, card, /waits/), /What changes in clusters holds once I have started anew/);
  await approve(town, ben, card);
  await cardSays(town, card, /is done and verified/);
  assert.match(
    await tell(town, ana, "restart production:shop/cart because it hangs"),
    /What was accepted changes clusters\[0\]\.environment, and I still run with what was there before: nothing is changed until I have started anew/,
  );
  await anew;
  assert.match(await tell(town, ana, "can-i restart production:shop/cart"), /restart runs at once, by staging-as-free/);
  assert.equal(await starts(town), 2);
});

test("another issuer, once accepted, is the one that counts: who was linked before is linked with nobody", async (t) => {
  const moved = "https://new.example.test";
  const town = await startTown(t, { config: (text) => oneApproval(withoutSignIn(`${withMapping(text)}${identity}`)) });
  const opened: string[] = [];
  const openProviders: OpenProviders = async ({ config }) => {
    opened.push(config.provider.issuer);
    const slack = scriptedProvider("https://slack.example.test", "Slack");
    return { slack, company: scriptedProvider(config.provider.issuer, config.provider.title) };
  };
  await town.startBot({ openProviders });
  change(town, `issuer: "${issuer}"`, `issuer: "${moved}"`);
  await town.stopBot();
  const { log, anew } = twice();
  await town.startBot({ openProviders, log });
  assert.deepEqual(opened, [issuer, issuer], "the file alone changes nothing");
  const card = await ask(town, ana, "policy apply because we have moved");
  await approve(town, ben, card);
  await cardSays(town, card, /is done and verified/);
  await anew;
  assert.deepEqual(opened, [issuer, issuer, moved]);
});

test("what could not be opened is not offered, with what is missing", async (t) => {
  const town = await startTown(t);
  await town.startBot();
  change(
    town,
    /kubeconfig: .*/.exec(readFileSync(town.configFile, "utf8"))?.[0] ?? "",
    "kubeconfig: /nowhere/kubeconfig",
  );
  assert.match(
    await tell(town, ana, "policy apply because the file is elsewhere"),
    /can't be used: ENOENT: .*\/nowhere\/kubeconfig/,
  );
  await town.stopBot();
  const text = readFileSync(town.configFile, "utf8");
  writeFileSync(town.configFile, text);
  await town.startBot();
  assert.match(await tell(town, ana, "get pods -n shop"), /cart/, "and after a restart the accepted one is opened");
});

test("what was accepted and cannot be opened any more keeps the bot from starting, and says what to do", async (t) => {
  const town = await startTown(t);
  const kept = join(town.directory, "kubeconfig");
  await town.startBot();
  await town.stopBot();
  renameSync(kept, join(town.directory, "moved"));
  change(town, `kubeconfig: ${JSON.stringify(kept)}`, `kubeconfig: ${JSON.stringify(join(town.directory, "moved"))}`);
  await assert.rejects(town.startBot(), (error: Error) => {
    const line =
      /the file holds something else in clusters\..* write "(accept [0-9a-f]{64})" into .*accept-policy/.exec(
        error.message,
      );
    assert.ok(line?.[1] !== undefined, error.message);
    writeFileSync(join(town.directory, "data", "accept-policy"), line[1]);
    return true;
  });
  await town.startBot();
  assert.match(await tell(town, ana, "policy"), /holds this same policy/);
});

test("what a version before accepted, which countersigned less, is completed by the file once, as an event", async (t) => {
  const town = await startTown(t);
  await town.startBot();
  await town.stopBot();
  await changeAccepted(town, (source) => pick(source, ["groups", "policy"]));
  change(town, "audit:\n", `${access}audit:\n`);
  await town.startBot();
  assert.match(await tell(town, ana, "grant me nothing on shop for 1h because x"), /The roles are editor/);
  await town.stopBot();
  change(town, access, "");
  await town.startBot();
  assert.match(await tell(town, ana, "policy"), /differs in access\./);
  await town.stopBot();
  const by = (await town.records()).filter(({ code }) => code === "policy.loaded").map(({ details }) => details.by);
  assert.deepEqual(by, [
    "the first start",
    "an upgrade: clusters, identity, access and limits, which are countersigned from now on, as the file has them",
  ]);
});

async function changeAccepted(town: Town, to: (source: JsonObject) => JsonObject): Promise<void> {
  const store = await openStore({
    directory: join(town.directory, "data"),
    ...{ clock: systemClock, random: randomBytes, log: silent, seal: sealRecord },
  });
  const stored = await store.settings.get("policy");
  assert.ok(isJsonObject(stored));
  await store.transact((tx) => tx.settings.set("policy", { ...stored, source: to(mapAt(stored, "source")) }));
  await store.close();
}

const pick = (from: JsonObject, names: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)));
