// `grant`: access for a time, for somebody or for oneself: planned, countersigned, and ended by others than the bot.
import type { RoleConfig } from "../core/access.ts";
import { defineChange } from "../core/action.ts";
import { flag, flagOf, readDuration, said, scope, type Target, word, wordOf } from "../core/params.ts";
import { type Person, refOf } from "../core/person.ts";
import type { Draft } from "../core/plan.ts";
import { isRefusal, type Refusal, refuse } from "../core/refusal.ts";
import { createGrants } from "./parts/access.ts";
import { boundRules, roleNamed } from "./parts/catalogue-role.ts";
import { draft } from "./parts/change.ts";
import { type GrantFacts, grantDraft } from "./parts/grant-draft.ts";
import { type MembershipFacts, membershipDraft, observeMembership } from "./parts/grant-membership.ts";
import { grantKinds } from "./parts/grant-objects.ts";
import { credentialFor, startOf, wrongLength } from "./parts/grant-time.ts";
import { granteeOf, namesIn, readPerson } from "./parts/grantee.ts";
import { clusterOf } from "./parts/live.ts";
import { gainedBy } from "./parts/rights.ts";

const forWords = { usage: "DURATION", summary: "how long, from when it is active: 30m, 2h" };
const fromWords = { usage: "TIME", summary: "a planned start: 18:00, 2026-12-23T18:00, “18:00 Europe/Berlin”" };
const asWords = { usage: "CREDENTIAL", summary: "binding, for one's own credentials, or token" };

export const grant = defineChange({
  name: "grant",
  schema: 1,
  access: createGrants,
  summary: "Give somebody a role for a time; it ends by itself",
  examples: [
    "grant @U0BEN0001 read-logs on shop for 2h because of the failing checkout",
    "grant me read-logs on production:shop/ for 30m --as token because of the migration",
    "grant me read-logs on shop for 1h --from 18:00 because of tonight's release",
  ],
  params: {
    person: wordOf({ usage: "PERSON", summary: "@somebody, or me" }, readPerson),
    role: word({ usage: "ROLE", summary: "a role of the catalogue" }),
    on: said("on", scope({ summary: "a namespace or a cluster; nothing for roles of other systems" })),
    for: said("for", wordOf(forWords, readDuration)),
    from: flag(fromWords),
    as: flagOf(asWords, (text) => text.toLowerCase()),
  },
  needs: ["clusters", "people", "grants"],
  observe: async ({ clusters, people, grants }, args, asking): Promise<GrantFacts | MembershipFacts | Refusal> => {
    const role = roleNamed(grants.catalogue, args.role);
    if (isRefusal(role)) return role;
    const isElsewhere = role.bound.kind === "membership";
    const place = isElsewhere ? null : placeOf(role, args.on);
    if (isRefusal(place)) return place;
    const credential = credentialFor(role, args.as);
    if (isRefusal(credential)) return credential;
    const tooLongOrShort = wrongLength(role, credential, args.for);
    if (tooLongOrShort !== null) return tooLongOrShort;
    const grantee = await granteeOf(people, args.person, asking);
    if (isRefusal(grantee)) return grantee;
    const start = await startFor(people, args.from, asking);
    if (isRefusal(start)) return start;
    if (place === null) return observeMembership(grants, role, { grantee, notBefore: start });
    const names = namesIn(grants, grantee, place.cluster, asking);
    if (isRefusal(names)) return names;
    const cluster = clusterOf(clusters, place.cluster);
    if (isRefusal(cluster)) return cluster;
    const kinds = await grantKinds(cluster);
    if (isRefusal(kinds)) return kinds;
    const rules = await boundRules(cluster, role, place.namespace);
    if (isRefusal(rules)) return rules;
    const gained = await gainedBy(cluster, names, { rules, namespace: place.namespace });
    if (isRefusal(gained)) return gained;
    const accountNamespace = grants.catalogue.namespace;
    return {
      kind: "cluster",
      role,
      credential,
      ...place,
      accountNamespace,
      grantee,
      names,
      kinds,
      rules,
      gained,
      notBefore: start,
    };
  },
  decide: (facts, args, asking): Draft | Refusal => {
    const wanted = { lengthMs: args.for, asking, beneficiary: refOf(facts.grantee) };
    if (facts.kind === "membership") {
      const made = membershipDraft(facts, wanted);
      return isRefusal(made) ? made : draft(made);
    }
    if (facts.gained.lines.length === 0) {
      return refuse(
        "already-so",
        `${facts.grantee.name} can already do everything that ${facts.role.name} gives there.`,
        "Nothing needs to be granted.",
      );
    }
    return draft(grantDraft(facts, wanted));
  },
});

async function startFor(
  people: { person(userId: string): Promise<Person | Refusal> },
  text: string | undefined,
  asking: { readonly person: Person; readonly requestedAt: number },
): Promise<number | null | Refusal> {
  if (text === undefined) return null;
  // The asker's own zone, looked up: whoever plans it again later must read the same time.
  const asker = await people.person(asking.person.account.userId);
  if (isRefusal(asker)) return asker;
  return startOf(text, { now: asking.requestedAt, zone: asker.zone });
}

function placeOf(role: RoleConfig, target: Target): { cluster: string; namespace: string | null } | Refusal {
  if (role.scope === "namespace" && target.kind === "namespace")
    return { cluster: target.cluster, namespace: target.namespace };
  if (role.scope === "cluster" && target.kind === "cluster") return { cluster: target.cluster, namespace: null };
  if (target.kind === "everything")
    return refuse(
      "missing-argument",
      `Where is ${role.name} to be granted?`,
      role.scope === "namespace"
        ? "Type on and a namespace: on production:shop/"
        : "Type on and a cluster: on production",
    );
  return role.scope === "namespace"
    ? refuse("wrong-kind", `${role.name} is granted in one namespace.`, "Type on and a namespace: on production:shop/")
    : refuse("wrong-kind", `${role.name} is granted on a whole cluster.`, "Type on and a cluster: on production");
}
