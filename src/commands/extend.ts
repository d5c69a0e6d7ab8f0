// `extend`: an active grant gets more time, by the same approvals as granting, and never more than its role may be held.
import {
  expiresAfterAnnotation,
  type Grant,
  leastTokenMs,
  type PlannedAccess,
  type RoleConfig,
} from "../core/access.ts";
import { defineChange } from "../core/action.ts";
import type { JsonObject } from "../core/json.ts";
import { fieldManager, pathOf } from "../core/kube.ts";
import { durationText, durationWord, readDuration, said, wordOf } from "../core/params.ts";
import type { Draft, Invocation, ObjectChange } from "../core/plan.ts";
import type { Clusters } from "../core/ports/clusters.ts";
import { isRefusal, type Refusal, refuse } from "../core/refusal.ts";
import { accessesOf, type RightsRule } from "../core/rights.ts";
import { meaningOf } from "../kubernetes/normalise.ts";
import { patchGrants } from "./parts/access.ts";
import { boundRules, roleNamed } from "./parts/catalogue-role.ts";
import { draft, mergePatch } from "./parts/change.ts";
import { findGrant, grantWords } from "./parts/find-grant.ts";
import { findRequest, readRequestId } from "./parts/find-request.ts";
import { membershipChange, membershipGoal } from "./parts/grant-membership.ts";
import { expiresAfter } from "./parts/grant-objects.ts";
import { clusterOf, type Live, readLive } from "./parts/live.ts";
import { rightsLines } from "./parts/rights.ts";

const forWords = { usage: "DURATION", summary: "how much longer: 30m, 1h" };

interface Facts {
  readonly grant: Grant;
  readonly role: RoleConfig;
  readonly asked: Invocation;
  readonly objects: readonly Live[];
  readonly rules: readonly RightsRule[];
}

export const extend = defineChange({
  name: "extend",
  schema: 1,
  access: patchGrants,
  summary: "Ask for more time for an active grant",
  examples: ["extend r-4k7m2qx for 1h because the migration takes longer"],
  params: {
    grant: wordOf(grantWords, readRequestId),
    for: said("for", wordOf(forWords, readDuration)),
  },
  needs: ["clusters", "grants", "requests"],
  observe: async ({ clusters, grants, requests }, args): Promise<Facts | Refusal> => {
    const grant = await findGrant(grants, args.grant);
    if (isRefusal(grant)) return grant;
    if (grant.state !== "active")
      return refuse("grant-over", `${grant.id} is ${grant.state}: ${grant.says}`, "Ask for a new one with grant.");
    const role = roleNamed(grants.catalogue, grant.role);
    if (isRefusal(role)) return role;
    const request = await findRequest(requests, grant.id);
    if (isRefusal(request)) return request;
    const rules = grant.membership === undefined ? await rulesNow(clusters, grant, role) : [];
    if (isRefusal(rules)) return rules;
    const objects: Live[] = [];
    for (const object of grant.objects) {
      const live = await readLive(clusters, object);
      if (isRefusal(live)) return live;
      objects.push(live);
    }
    return { grant, role, asked: request.invocation, objects, rules };
  },
  decide: ({ grant, role, asked, objects, rules }, args): Draft | Refusal => {
    const total = grant.lengthMs + args.for;
    if (args.for <= 0) return refuse("too-short", "0s is no more time than there is.", "Type for 30m, for example.");
    if (total > role.maxForMs) return tooLong(grant, role);
    if (grant.credential === "token" && args.for < leastTokenMs) return tooShort(args.for);
    const access: PlannedAccess = {
      ...{ kind: "extension", grant: grant.id, role: role.name, beneficiary: grant.beneficiary, lengthMs: total },
      ...{ credential: grant.credential, where: grant.where, rules, probe: null },
      gains: grant.membership === undefined ? rightsLines(accessesOf(rules, namespaceOf(grant))) : [grant.role],
    };
    const { membership } = grant;
    return draft({
      title: `Extend ${grant.id}, ${role.name} of ${grant.beneficiary.name} in ${grant.where}, by ${durationText(args.for)} to ${durationText(total)}`,
      changes:
        membership === undefined
          ? objects.map((live) => longer(live, total))
          : [membershipChange(membership, { before: true, after: true })],
      goals:
        membership === undefined
          ? objects.map((live) => ({ kind: "present", object: live.ref }))
          : [membershipGoal(membership)],
      undo: { kind: "none", because: `It ends by itself; revoke ${grant.id} ends it earlier.` },
      notes: [
        "Decided as granting it for the whole time would be. The time still runs from when it was first active.",
        ...(grant.credential === "token"
          ? ["The token keeps its own end: a new one is made for the whole time, and can be fetched once."]
          : []),
      ],
      verifyWithinMs: 60_000,
      access,
      decidedAs: { ...asked, args: { ...asked.args, for: durationWord(total) } },
    });
  },
});

async function rulesNow(clusters: Clusters, grant: Grant, role: RoleConfig): Promise<readonly RightsRule[] | Refusal> {
  const cluster = clusterOf(clusters, grant.objects.at(-1)?.cluster ?? "");
  return isRefusal(cluster) ? cluster : boundRules(cluster, role, namespaceOf(grant));
}

function namespaceOf(grant: Grant): string | null {
  return grant.objects.at(-1)?.namespace ?? null;
}

function tooLong(grant: Grant, role: RoleConfig): Refusal {
  const left = role.maxForMs - grant.lengthMs;
  return refuse(
    "too-long",
    `${role.name} may be held for ${durationText(role.maxForMs)} in all, and ${grant.id} was given for ${durationText(grant.lengthMs)}.`,
    left > 0 ? `Type for ${durationText(left)} or less.` : "Let it end, and ask for a new one with grant.",
  );
}

/** Of which at least as much is left, whenever it is carried out before the grant's end. */
function tooShort(forMs: number): Refusal {
  return refuse(
    "too-short",
    `${durationText(forMs)} more takes a token of its own, and the API server makes none that lives under ${durationText(leastTokenMs)}.`,
    `Type for ${durationText(leastTokenMs)} or more; done ends it earlier.`,
  );
}

function longer(live: Live, totalMs: number): ObjectChange {
  const body: JsonObject = { metadata: { annotations: { [expiresAfterAnnotation]: expiresAfter(totalMs) } } };
  return {
    kind: "object",
    object: live.ref,
    operation: "update",
    call: {
      method: "PATCH",
      path: pathOf(live.ref),
      query: { fieldManager, fieldValidation: "Strict" },
      contentType: mergePatch,
      body,
      guard: "body-metadata",
    },
    before: meaningOf(live.object),
  };
}
