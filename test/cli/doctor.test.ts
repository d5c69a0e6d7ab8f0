// `countersign doctor`: each thing that can be wrong is seen, named with its value, and told how to mend; no secret is shown.
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type SampleCluster, startSampleCluster } from "../../demo/cluster/cluster.ts";
import type { JsonObject } from "../../demo/cluster/json.ts";
import type { LocalSlack } from "../../demo/slack/local-slack.ts";
import { startLocalSlack } from "../../demo/slack/start.ts";
import { checkClocks } from "../../src/cli/doctor/clocks.ts";
import type { Patient } from "../../src/cli/doctor/finding.ts";
import { checkTokens } from "../../src/cli/doctor/tokens.ts";
import { botScopes } from "../../src/integrations/slack/scopes.ts";
import { temporaryDirectory } from "../store/samples.ts";
import { printedRights } from "../support/linked.ts";
import { startTown } from "../support/town.ts";
import { runCli } from "./capture.ts";
import { type ConfigParts, configText } from "./config.ts";

const RBAC = "rbac.authorization.k8s.io";
const role = (rules: readonly object[]): readonly JsonObject[] => [
  { apiVersion: `${RBAC}/v1`, kind: "ClusterRole", metadata: { name: "bot" }, rules } as unknown as JsonObject,
  {
    apiVersion: `${RBAC}/v1`,
    kind: "ClusterRoleBinding",
    metadata: { name: "bot" },
    roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: "bot" },
    subjects: [{ apiGroup: RBAC, kind: "User", name: "bot" }],
  },
];
const all = { apiGroups: ["", "apps", "autoscaling", "policy", "metrics.k8s.io"], resources: ["*"] };
const enough = [
  { ...all, verbs: ["get", "list", "watch"] },
  { apiGroups: ["apps"], resources: ["*"], verbs: ["patch", "delete"] },
];

interface House {
  readonly slack: LocalSlack;
  readonly cluster: SampleCluster;
  readonly directory: string;
  doctor(env?: Readonly<Record<string, string>>): Promise<{ code: number; out: string }>;
}

async function house(
  t: TestContext,
  parts: Partial<ConfigParts> & { readonly rights?: readonly object[] } = {},
): Promise<House> {
  const directory = temporaryDirectory(t);
  const slack = await startLocalSlack({ port: 0, limits: "off" });
  const cluster = await startSampleCluster({
    tokens: { "bot-token": { user: "bot" } },
    seed: role(parts.rights ?? enough),
  });
  t.after(() => Promise.all([slack.stop(), cluster.stop()]));
  const kubeconfig = join(directory, "kubeconfig");
  cluster.kubeconfig("bot", kubeconfig);
  const file = join(directory, "countersign.yaml");
  const text = configText({
    dataDirectory: join(directory, "data"),
    checkpoints: join(directory, "outside"),
    clusters: `  - { name: sample, environment: test, kubeconfig: ${kubeconfig} }`,
    ...parts,
  });
  writeFileSync(file, text);
  return {
    slack,
    cluster,
    directory,
    async doctor(env = {}) {
      const tokens = { SLACK_BOT_TOKEN: slack.botToken, SLACK_APP_TOKEN: slack.appToken, SLACK_API_URL: slack.apiUrl };
      const { code, out, err } = await runCli(["doctor", "--config", file], { ...tokens, ...env });
      assert.equal(err, "");
      return { code, out };
    },
  };
}

test("where everything is right it says so, exits with 0, and changes nothing", async (t) => {
  const { doctor, directory, slack } = await house(t);
  const before = readdirSync(directory);
  const { code, out } = await doctor();
  assert.doesNotMatch(out, /MEND/);
  assert.equal(code, 0);
  for (const seen of [
    /^ok {4}configuration and policy: .*countersign\.yaml is right: 1 rules/m,
    /^ok {4}bot token: Slack knows the bot as countersign in Acme Robotics\.$/m,
    /^ok {4}way in: Socket Mode/m,
    new RegExp(`^ok {4}scopes: The token has all ${botScopes().length} scopes`, "m"),
    /^ok {4}channel #platform-approvals: The bot is a member/m,
    /^ok {4}group engineers: 3 people can vote\.$/m,
    /^ok {4}cluster sample: It answers as v1\./m,
    /^ok {4}rights in sample: /m,
    /^ok {4}clock against Slack: /m,
    /^ok {4}clock against cluster sample: /m,
    /^ok {4}data directory: .* is not there yet; the first start makes it\.$/m,
    /^ok {4}audit log: There is none yet/m,
  ])
    assert.match(out, seen);
  assert.deepEqual(readdirSync(directory), before);
  assert.ok(!out.includes(slack.botToken) && !out.includes(slack.appToken) && !out.includes("bot-token"));
});

test("a running bot is asked through its socket, and its log verified", async (t) => {
  const town = await startTown(t);
  await town.startBot();
  const { slack } = town;
  const ran = await runCli(["doctor", "--config", town.configFile], {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.apiUrl,
  });
  assert.match(ran.out, /^ok {4}store: The bot runs on it: version \d+\.\d+\.\d+, \d+ records, \d+ messages wait\.$/m);
  assert.match(ran.out, /^ok {4}data directory mode: .*\(mode 700\)/m);
  assert.match(ran.out, /^(ok {2}|look) {2}audit log: /m);
  assert.match(ran.out, /^ok {4}group payments-leads: 2 people can vote\.$/m);
});

test("tokens that Slack does not take are named by variable and never shown", async (t) => {
  const { doctor } = await house(t);
  const { code, out } = await doctor({ SLACK_BOT_TOKEN: "xoxb-wrong-secret", SLACK_APP_TOKEN: "xapp-wrong-secret" });
  assert.equal(code, 1);
  assert.match(
    out,
    /^MEND {2}bot token: Slack does not take SLACK_BOT_TOKEN \(auth\.test: invalid_auth\)\.\n {6}→ Copy the token again/m,
  );
  assert.match(out, /^MEND {2}way in: Slack does not open a socket \(apps\.connections\.open: invalid_auth\)/m);
  assert.doesNotMatch(out, /wrong-secret/);
  assert.match(out, /^ok {4}cluster sample/m, "the rest is looked at all the same");
});

test("missing secrets say where to get them", () => {
  const none = checkTokens({ auth: null, socket: null, hasSigningSecret: false });
  assert.deepEqual(
    none.map(({ level, what }) => [level, what]),
    [
      ["fail", "bot token"],
      ["fail", "way in"],
    ],
  );
  assert.match(none[0]?.mend ?? "", /OAuth & Permissions/);
  assert.match(none[1]?.mend ?? "", /connections:write/);
  assert.equal(checkTokens({ auth: null, socket: null, hasSigningSecret: true })[1]?.level, "ok");
});

test("scopes that the code calls for and the token lacks are listed", async (t) => {
  const { doctor, slack } = await house(t);
  slack.setApp({ scopes: botScopes().filter((scope) => scope !== "files:write" && scope !== "im:write") });
  const { out } = await doctor();
  assert.match(out, /^MEND {2}scopes: The token lacks files:write, im:write\.$/m);
});

test("channels that are missing, without the bot, or shared are told apart", async (t) => {
  const { doctor, slack } = await house(t, { channels: { approvals: "#nowhere", audit: "#countersign-audit" } });
  slack.setChannel("#countersign-audit", { members: [] });
  const first = await doctor();
  assert.match(first.out, /^MEND {2}channel #nowhere: There is no channel #nowhere that the bot can see\.$/m);
  assert.match(
    first.out,
    /^MEND {2}channel #countersign-audit: It exists, and the bot is not a member\.\n {6}→ Type in that channel: \/invite @countersign$/m,
  );
  slack.setChannel("#countersign-audit", { extShared: true });
  assert.match(
    (await doctor()).out,
    /^MEND {2}channel #countersign-audit: #countersign-audit is shared with another organisation\.$/m,
  );
});

test("user groups that do not exist, and approver groups without anybody, fail", async (t) => {
  const { doctor, slack } = await house(t, {
    groups: `  - { name: ghosts, slackUserGroup: "@no-such-group" }
  - { name: leads, slackUserGroup: "@payments-leads" }
  - { name: engineers, members: [U0ANA0001, U0GONE001] }`,
    rules: `  - { name: changes, when: { actions: change }, approvals: { count: 1, from: [leads, engineers] } }`,
  });
  slack.setUsergroup("S0PAYLEAD", { users: ["U0GUEST01"] });
  const { out } = await doctor();
  assert.match(out, /^MEND {2}group ghosts: Its members cannot be known/m);
  assert.match(out, /^MEND {2}group leads: Nobody in it can vote, and rules need its approval\.$/m);
  assert.match(out, /^look {2}group engineers: 1 can vote; U0GONE001 of 2 listed cannot/m);
});

test("a cluster that does not answer is told with the reason", async (t) => {
  const { doctor, cluster } = await house(t);
  await cluster.stop();
  const { code, out } = await doctor();
  assert.equal(code, 1);
  assert.match(out, /^MEND {2}cluster sample: Cluster sample did not answer \(ECONNREFUSED\)\.$/m);
  assert.doesNotMatch(out, /rights in sample/);
});

test("rights that are missing are named; those for reading fail, others are to look at", async (t) => {
  const { doctor } = await house(t, { rights: [{ ...all, verbs: ["get", "list"] }] });
  const { out } = await doctor();
  assert.match(
    out,
    /^MEND {2}rights in sample: The bot may not, in all namespaces: watch deployments\.apps, watch statefulsets\.apps, watch daemonsets\.apps, watch pods, watch nodes\.$/m,
  );
  assert.match(out, /^look {2}rights in sample: .*patch deployments\.apps.*patch deployments\.apps\/scale/m);
});

test("unbounded impersonation fails, bounded impersonation does not", async (t) => {
  const unbounded = await house(t, {
    rights: [...enough, { apiGroups: [""], resources: ["groups"], verbs: ["impersonate"] }],
  });
  const { code, out } = await unbounded.doctor();
  assert.equal(code, 1);
  assert.match(out, /^MEND {2}impersonation in sample: The bot may act as anybody at all: impersonate groups/m);
  const bounded = { apiGroups: [""], resources: ["groups"], resourceNames: ["engineers"], verbs: ["impersonate"] };
  assert.doesNotMatch((await (await house(t, { rights: [...enough, bounded] })).doctor()).out, /impersonation/);
});

const mapped = (kubeconfig: string) =>
  `  - { name: sample, environment: test, kubeconfig: ${kubeconfig}, impersonation: { user: { claim: email, prefix: "oidc:" }, groups: { from: idp, prefix: "oidc:", only: [sre] } } }`;

test("where people act as themselves, the printed rights are enough and no more; others are told with what prints them", async (t) => {
  const { doctor, directory, cluster } = await house(t, { rights: [] });
  const file = join(directory, "countersign.yaml");
  const clusters = mapped(join(directory, "kubeconfig"));
  const places = { dataDirectory: join(directory, "data"), checkpoints: join(directory, "outside") };
  writeFileSync(file, configText({ ...places, clusters }));
  const none = await doctor();
  assert.equal(none.code, 1);
  assert.match(none.out, /^MEND {2}rights in sample: The bot may not, in all namespaces: list deployments\.apps/m);
  assert.match(
    none.out,
    /^MEND {2}impersonation in sample: The bot may not: create subjectaccessreviews, impersonate group oidc:sre, .*countersign:approved:restart/m,
  );
  assert.match(none.out, /countersign rbac --cluster sample/);
  for (const flags of [["--constrained"], ["--no-constrained"]]) {
    for (const object of await printedRights(["--config", file, "--bot-user", "bot", "--users", "oidc:ana", ...flags]))
      cluster.objects.put(object);
    const { out } = await doctor();
    assert.match(out, /^ok {4}rights in sample: /m);
    assert.match(out, /^ok {4}impersonation in sample: /m);
  }
  cluster.objects.put(
    role([
      { apiGroups: [""], resources: ["groups", "users"], verbs: ["impersonate"] },
      { ...all, verbs: ["*"] },
    ])[0] ?? {},
  );
  const { code, out } = await doctor();
  assert.equal(code, 1);
  assert.match(out, /^MEND {2}impersonation in sample: The bot may act above everybody: impersonate every group/m);
  assert.match(out, /^look {2}impersonation in sample: The bot may act as a user of any name/m);
  assert.match(
    out,
    /^look {2}rights in sample: The bot itself may get secrets, list secrets, delete secrets, create serviceaccounts\/token, patch deployments\.apps/m,
  );
});

test("ends of grants: what the bot itself must be able to take back is asked for where it stands", async (t) => {
  const { doctor, directory, cluster } = await house(t, { rights: [] });
  const file = join(directory, "countersign.yaml");
  const places = { dataDirectory: join(directory, "data"), checkpoints: join(directory, "outside") };
  const access = `access:
  roles:
    - { name: view, title: View, clusterRole: view, credential: token }
    - { name: wide, title: View all, clusterRole: view, scope: cluster }
`;
  writeFileSync(file, `${configText({ ...places, clusters: mapped(join(directory, "kubeconfig")) })}${access}`);
  const none = await doctor();
  assert.equal(none.code, 1);
  assert.match(
    none.out,
    /^MEND {2}ends of grants in sample: The bot may not: get clusterrolebindings, delete clusterrolebindings, get serviceaccounts in countersign-grants, /m,
  );
  for (const object of await printedRights(["--config", file, "--bot-user", "bot", "--constrained"]))
    cluster.objects.put(object);
  assert.match((await doctor()).out, /^ok {4}ends of grants in sample: /m);
});

test("the right to act in system:masters alone fails too", async (t) => {
  const masters = { apiGroups: [""], resources: ["groups"], resourceNames: ["system:masters"], verbs: ["impersonate"] };
  const { doctor, directory } = await house(t, { rights: [masters] });
  const places = { dataDirectory: join(directory, "data"), checkpoints: join(directory, "outside") };
  writeFileSync(
    join(directory, "countersign.yaml"),
    configText({ ...places, clusters: mapped(join(directory, "kubeconfig")) }),
  );
  assert.match(
    (await doctor()).out,
    /^MEND {2}impersonation in sample: The bot may act above everybody: impersonate group system:masters/m,
  );
});

test("sign-in: what lacks for it is named, and a provider that names itself is right", async (t) => {
  const { doctor, directory } = await house(t);
  let named = "";
  const server = createServer((_, answer) => {
    const at = (path: string) => `${named}/${path}`;
    const found = {
      issuer: named,
      authorization_endpoint: at("auth"),
      token_endpoint: at("token"),
      jwks_uri: at("keys"),
    };
    answer.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(found));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const address = server.address();
  const issuer = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  const places = { dataDirectory: join(directory, "data"), checkpoints: join(directory, "outside") };
  const write = (slackClient: string) =>
    writeFileSync(
      join(directory, "countersign.yaml"),
      `${configText({ ...places, clusters: mapped(join(directory, "kubeconfig")) })}identity:
  baseUrl: http://127.0.0.1:3000
  allowHttpLoopback: true
  provider: { title: Acme sign-in, issuer: "${issuer}", clientId: countersign }
  slack: { clientId: "${slackClient}" }
`,
    );
  const set = { OIDC_CLIENT_SECRET: "of-the-provider", SLACK_CLIENT_SECRET: "of-slack" };
  write("12345.67890");
  named = issuer;
  const right = await doctor(set);
  assert.match(
    right.out,
    /^look {2}sign-in address: Browsers come to http:\/\/127\.0\.0\.1:3000, which only this machine/m,
  );
  assert.match(
    right.out,
    /^ok {4}sign-in at Acme sign-in: Its discovery document is that of http:\/\/127\.0\.0\.1:\d+; /m,
  );
  assert.match(right.out, /^ok {4}Sign in with Slack: Client 12345\.67890 is set/m);
  assert.doesNotMatch(right.out, /of-the-provider|of-slack/);
  const unset = await doctor();
  assert.equal(unset.code, 1);
  assert.match(unset.out, /^MEND {2}sign-in at Acme sign-in: OIDC_CLIENT_SECRET is not set\.$/m);
  assert.match(unset.out, /^MEND {2}Sign in with Slack: SLACK_CLIENT_SECRET is not set\.$/m);
  named = `${issuer}/other`;
  write("A012345");
  const other = await doctor(set);
  assert.match(
    other.out,
    /^MEND {2}sign-in at Acme sign-in: Acme sign-in has a discovery document of another issuer\.\n {6}→ Open /m,
  );
  assert.match(other.out, /^MEND {2}Sign in with Slack: “A012345” is no Client ID of Slack\.$/m);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  assert.match((await doctor(set)).out, /^MEND {2}sign-in at Acme sign-in: /m, "a provider that is away");
});

test("more than five seconds of skew fail, in either direction", async () => {
  const at = async (aheadMs: number) => {
    const patient = { slack: { auth: { aheadMs } }, clusters: [] } as unknown as Patient;
    return (await checkClocks(patient)).map(({ level, saw }) => [level, saw]);
  };
  assert.deepEqual(await at(600), [["ok", "They agree within 1 s."]]);
  assert.deepEqual(await at(5_400), [["ok", "They agree within 6 s."]]);
  assert.deepEqual(await at(9_500), [["fail", "This machine is 9 s ahead of Slack."]]);
  assert.deepEqual(await at(-8_500), [["fail", "This machine is 9 s behind Slack."]]);
});

test("a data directory open to others, and checkpoints within it, fail", async (t) => {
  const { doctor, directory } = await house(t, {});
  const data = join(directory, "data");
  mkdirSync(data);
  chmodSync(data, 0o755);
  assert.match(
    (await doctor()).out,
    /^MEND {2}data directory mode: .* is open to others \(mode 755\)\.\n {6}→ chmod 700 /m,
  );
  const file = join(directory, "countersign.yaml");
  writeFileSync(file, configText({ dataDirectory: data, checkpoints: join(data, "checkpoints") }));
  assert.match((await doctor()).out, /^MEND {2}checkpoint directory: .* is inside the data directory/m);
  const archive = join(directory, "archive");
  const retention = `retention: { requests: 90d, archive: ${JSON.stringify(archive)} }\n`;
  writeFileSync(file, configText({ dataDirectory: data, checkpoints: join(directory, "c") }) + retention);
  assert.match((await doctor()).out, /^MEND {2}archive: .*, named as retention\.archive, is not there/m);
  mkdirSync(archive);
  assert.match((await doctor()).out, /archive: .*archive takes what is pruned/);
});

test("a configuration with errors or none at all is told with its lines, and the tokens are still looked at", async (t) => {
  const { doctor, directory } = await house(t);
  const file = join(directory, "countersign.yaml");
  writeFileSync(file, configText({ dataDirectory: "d", checkpoints: "c" }).replace("approvals:", "aprovals:"));
  const { code, out } = await doctor();
  assert.equal(code, 1);
  assert.match(out, /^MEND {2}configuration and policy: .*countersign\.yaml:\d+: /m);
  assert.match(out, /^ok {4}bot token/m);
});
