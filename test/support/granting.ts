// A town whose catalogue has roles, and what the scenarios of access for a time ask of its cluster.
import type { TestContext } from "node:test";
import type { SampleCluster } from "../../demo/cluster/cluster.ts";
import type { JsonObject } from "../../demo/cluster/json.ts";
import type { Message } from "../../demo/slack/records.ts";
import type { RequestId } from "../../src/core/ids.ts";
import type { Bot, BotOptions } from "../../src/main.ts";
import { JumpClock } from "./jump-clock.ts";
import { breathMs } from "./story.ts";
import { approve, ask, cardSays, idOf, wordsOf } from "./talk.ts";
import { ana, ben, chloe, dev, finn, startTown, type Town } from "./town.ts";

/** As the cluster calls them; whoever is not here has not signed in. */
export const clusterNames: Readonly<Record<string, string>> = {
  [ana]: "ana@acme.example",
  [ben]: "ben@acme.example",
  [chloe]: "chloe@acme.example",
  [dev]: "dev@acme.example",
  [finn]: "finn@acme.example",
};

export const clusterName = (userId: string): string => clusterNames[userId] ?? "";

export const clusterNamesOf: NonNullable<BotOptions["clusterNamesOf"]> = ({ account }) =>
  clusterName(account.userId) === "" ? null : { user: clusterName(account.userId), groups: ["acme:engineers"] };

const readLogs: readonly JsonObject[] = [
  { apiGroups: [""], resources: ["pods", "pods/log"], verbs: ["get", "list", "watch"] },
];

const catalogue = `access:
  admins: security
  namespace: monitoring
  roles:
    - name: read-logs
      title: Read pods and their logs
      rules:
        - apiGroups: [""]
          resources: [pods, pods/log]
          verbs: [get, list, watch]
      credential: [binding, token]
      maxFor: 4h
    - name: editor
      title: Change what runs in a namespace
      clusterRole: edit
      maxFor: 1h
    - name: shell
      title: Run commands in pods
      clusterRole: shell
    - name: see-nodes
      title: See every node
      rules:
        - apiGroups: [""]
          resources: [nodes]
          verbs: [get, list]
      scope: cluster
      credential: [token, binding]
`;

const clusterRole = (name: string, rules: readonly JsonObject[]): JsonObject => ({
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRole",
  metadata: { name },
  rules: [...rules],
});

type Mint = (grant: string, userId: string) => ReturnType<Bot["handOverKubeconfig"]>;

export interface Granting {
  /** As the page does after the holder's sign-in. */
  readonly mint: Mint;
  readonly town: Town;
  readonly clock: JumpClock;
  /** Where the bot listens for browsers. */
  readonly port: number;
}

export const withCatalogue = (text: string): string =>
  text.replace("audit:\n  checkpoints", `${catalogue}audit:\n  checkpoints`);

/** The cluster's side of it. */
export function plantCatalogue({ objects }: SampleCluster): void {
  objects.put(clusterRole("countersign:grant:read-logs", readLogs));
  objects.put(
    clusterRole("countersign:grant:see-nodes", [{ apiGroups: [""], resources: ["nodes"], verbs: ["get", "list"] }]),
  );
  objects.put(clusterRole("shell", [{ apiGroups: [""], resources: ["pods/exec"], verbs: ["create"] }]));
}

type Start = NonNullable<Parameters<Town["startBot"]>[0]>;

/** The town alone, without a bot. */
export async function startGrantingTown(t: TestContext, config = (text: string): string => text): Promise<Town> {
  const town = await startTown(t, { config: (text) => config(withCatalogue(text)) });
  plantCatalogue(town.cluster);
  return town;
}

export async function startGranting(
  t: TestContext,
  config = (text: string): string => text,
  more: (town: Town) => Start = () => ({}),
): Promise<Granting> {
  const town = await startGrantingTown(t, config);
  const clock = new JumpClock();
  const bot = await town.startBot({ clock, clusterNamesOf, ...more(town) });
  const mint: Mint = (grant, userId) => bot.handOverKubeconfig(grant as RequestId, userId);
  return { town, clock, mint, port: bot.port ?? 0 };
}

/** May this user get pods in the namespace shop? Asked of the cluster itself, past the bot. */
export async function mayReadPods(
  cluster: SampleCluster,
  user: string,
  groups: readonly string[] = [],
): Promise<boolean> {
  const attributes = { verb: "get", group: "", resource: "pods", namespace: "shop" };
  const answer = await fetch(`${cluster.url}/apis/authorization.k8s.io/v1/subjectaccessreviews`, {
    method: "POST",
    headers: { authorization: "Bearer token-of-admin", "content-type": "application/json" },
    body: JSON.stringify({
      apiVersion: "authorization.k8s.io/v1",
      kind: "SubjectAccessReview",
      spec: { user, groups, resourceAttributes: attributes },
    }),
  });
  return ((await answer.json()) as { status: { allowed: boolean } }).status.allowed;
}

/** Waits for what the bot says to this person directly; Slack's pace does not hold it up. */
export async function hears({ town, clock }: Granting, user: string, words: RegExp): Promise<Message> {
  clock.jump(breathMs);
  const isTheirs = (message: Message) => {
    const channel = town.slack.channel(message.channel);
    return channel?.kind === "im" && channel.members.includes(user);
  };
  return town.slack.waitForMessage((message) => isTheirs(message) && words.test(wordsOf(message)), 60_000);
}

export const bindingOf = (cluster: SampleCluster, id: string) =>
  cluster.objects.get({ kind: "RoleBinding", namespace: "shop", name: `countersign-grant-${id}` });

/** Asked, countersigned by two others, and read back. */
export async function granted(here: Granting, text: string, voters: readonly string[] = [ben, chloe]): Promise<string> {
  const card = await ask(here.town, ana, text);
  for (const voter of voters) {
    await approve(here.town, voter, card);
    here.clock.jump(breathMs);
  }
  await cardSays(here.town, card, /is done and verified/);
  return idOf(card);
}
