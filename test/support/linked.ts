// People who have signed in, on a sample cluster whose only rights are those that `countersign rbac` prints.
import type { TestContext } from "node:test";
import { parseAllDocuments } from "yaml";
import type { SampleCluster } from "../../demo/cluster/cluster.ts";
import type { JsonObject } from "../../demo/cluster/json.ts";
import type { Link } from "../../src/core/person.ts";
import type { People } from "../../src/core/ports/people.ts";
import { isRefusal } from "../../src/core/refusal.ts";
import { runCli } from "../cli/capture.ts";
import { ana, ben, startTown, type Town } from "./town.ts";

/** By member id; what is changed here counts from the next look on. */
export type Links = Map<string, Link>;

export function linkOf(email: string, groups: readonly string[] = []): Link {
  const [subject = ""] = email.split("@");
  const times = { linkedAt: 0, seenAt: 0, steppedUpAt: null };
  return { issuer: "https://idp.acme.example", subject, claims: { email }, groups, ...times };
}

/** Adds the links; the human, and who may vote, stay as the directory knows them. Of those in `lapsed` the groups are too old. */
export function linkedPeople(links: Links, lapsed: ReadonlySet<string> = new Set()): (directory: People) => People {
  return (directory) => ({
    ...directory,
    async person(userId) {
      const person = await directory.person(userId);
      const link = links.get(userId);
      if (isRefusal(person) || link === undefined) return person;
      return { ...person, link, ...(lapsed.has(userId) ? { isLapsed: true } : {}) };
    },
  });
}

/** `impersonation` for the demo's one cluster. */
export const withMapping = (text: string, more = ""): string =>
  text.replace(
    "    default: true\n",
    `    default: true
    impersonation:
      user: { claim: email, prefix: "oidc:" }
      groups: { from: idp, prefix: "oidc:", only: [readers, operators] }
${more}`,
  );

export interface LinkedTown extends Town {
  readonly links: Links;
  /** Member ids of those whose sign-in is too old. */
  readonly lapsed: Set<string>;
}

/** Ana and Ben have signed in, both in `readers`, who may view the namespace shop and nothing else. */
export async function startLinkedTown(
  t: TestContext,
  options: { readonly config?: (text: string) => string; readonly rbac?: readonly string[] } = {},
): Promise<LinkedTown> {
  const links: Links = new Map([
    [ana, linkOf("ana@acme.example", ["readers", "everybody"])],
    [ben, linkOf("ben@acme.example", ["readers"])],
  ]);
  const lapsed = new Set<string>();
  const town = await startTown(t, { config: (text) => withMapping(options.config?.(text) ?? text) });
  await grantPrinted(town.cluster, town.configFile, options.rbac ?? ["--namespaces", "shop"]);
  town.cluster.objects.put(viewBinding("oidc:readers", "shop"));
  return {
    ...town,
    links,
    lapsed,
    startBot: (more = {}) => town.startBot({ knownOf: linkedPeople(links, lapsed), ...more }),
  };
}

/** In place of what the demo grants its bot: both are called countersign. */
export async function grantPrinted(cluster: SampleCluster, config: string, flags: readonly string[]): Promise<void> {
  for (const object of await printedRights(["--config", config, "--bot-user", "countersign", ...flags]))
    cluster.objects.put(object);
}

export async function printedRights(flags: readonly string[]): Promise<readonly JsonObject[]> {
  const { code, out, err } = await runCli(["rbac", ...flags]);
  if (code !== 0) throw new Error(err);
  return parseAllDocuments(out).map((document) => document.toJS() as JsonObject);
}

export function viewBinding(group: string, namespace: string): JsonObject {
  const apiGroup = "rbac.authorization.k8s.io";
  return {
    apiVersion: `${apiGroup}/v1`,
    kind: "RoleBinding",
    metadata: { name: `view-${group.replaceAll(":", "-")}`, namespace },
    roleRef: { apiGroup, kind: "ClusterRole", name: "view" },
    subjects: [{ apiGroup, kind: "Group", name: group }],
  };
}
