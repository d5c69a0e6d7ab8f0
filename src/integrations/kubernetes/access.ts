// May somebody do something in the cluster? Asked of the cluster itself.
import { accessesOf, accessWords } from "../../core/call-access.ts";
import { canonicalJson } from "../../core/digest.ts";
import { at, type Json, textAt } from "../../core/json.ts";
import type { Call } from "../../core/kube.ts";
import type { Access, Allowed } from "../../core/ports/clusters.ts";
import { isRefusal, type Refusal, refuse } from "../../core/refusal.ts";
import { approvedPrefix } from "../../core/role.ts";
import { visible } from "../../kubernetes/visible.ts";
import type { Api } from "./api.ts";
import type { Impersonation, Who } from "./impersonate.ts";

const root = "/apis/authorization.k8s.io/v1";

/**
 * SelfSubjectAccessReview for the bot, SubjectAccessReview for a person: the bot asks, and `system:authenticated`, which
 * impersonation adds by itself, is named here. A preview: the server decides again at the call itself.
 */
export async function canI(api: Api, who: Who, access: Access): Promise<Allowed | Refusal> {
  if (isRefusal(who)) return who;
  const kind = who === null ? "SelfSubjectAccessReview" : "SubjectAccessReview";
  const body = {
    apiVersion: "authorization.k8s.io/v1",
    kind,
    spec: { ...(who === null ? {} : subjectOf(who)), resourceAttributes: attributesOf(access) },
  };
  const path = `${root}/${kind.toLowerCase()}s`;
  const answer = await api.asking(null).send({
    method: "POST",
    path,
    contentType: "application/json",
    body: canonicalJson(body),
    deadlineMs: api.timing.callMs,
  });
  const review = api.bodyOf(answer, path);
  if (isRefusal(review)) return review;
  const reason = textAt(review, "status", "reason") || textAt(review, "status", "evaluationError");
  return { allowed: at(review, "status", "allowed") === true, reason };
}

function subjectOf({ user, uid, groups, extra }: Impersonation): Readonly<Record<string, Json>> {
  const values = Object.entries(extra).map(([key, value]) => [key.toLowerCase(), [value]] as const);
  return {
    user,
    ...(uid === null ? {} : { uid }),
    groups: [...new Set([...groups, "system:authenticated"])],
    ...(values.length === 0 ? {} : { extra: Object.fromEntries(values) }),
  };
}

/** Every right that the call takes, one review each; the first that is lacking is named with the server's reason. */
export async function mayWrite(api: Api, call: Call): Promise<Refusal | null> {
  const { who } = api;
  if (who === null || isRefusal(who)) return who;
  for (const access of accessesOf(call)) {
    const allowed = await canI(api, who, access);
    if (isRefusal(allowed)) return allowed;
    if (!allowed.allowed) return lacking(api.cluster, { who, access, reason: allowed.reason });
  }
  return null;
}

interface Lacking {
  readonly who: Impersonation;
  readonly access: Access;
  readonly reason: string;
}

function lacking(cluster: string, { who, access, reason }: Lacking): Refusal {
  const role = who.groups.find((group) => group.startsWith(approvedPrefix));
  const place = access.namespace === null ? "" : ` in ${access.namespace}`;
  const even = role === undefined ? "" : `, even with the group ${role} that an approval adds`;
  const because = reason === "" ? "" : ` (${visible(reason).slice(0, 300)})`;
  const bind =
    role === undefined
      ? "Ask for the right in the cluster."
      : `Ask whoever runs the cluster to bind ${role}${place}: countersign rbac prints the manifest.`;
  return refuse(
    "cluster-forbids",
    `${who.user} may not ${accessWords(access)}${place} of cluster ${cluster}${even}${because}.`,
    bind,
  );
}

function attributesOf(access: Access): Readonly<Record<string, Json>> {
  return {
    verb: access.verb,
    group: access.group,
    resource: access.resource,
    ...(access.subresource === undefined ? {} : { subresource: access.subresource }),
    ...(access.namespace === null ? {} : { namespace: access.namespace }),
    ...(access.name === undefined ? {} : { name: access.name }),
  };
}
