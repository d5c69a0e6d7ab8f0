// May somebody do something in the cluster? Asked of the cluster itself.
import { canonicalJson } from "../../core/digest.ts";
import { at, type Json, textAt } from "../../core/json.ts";
import type { Access, Allowed, Caller, ClusterNames } from "../../core/ports/clusters.ts";
import { isRefusal, type Refusal } from "../../core/refusal.ts";
import type { Api } from "./api.ts";

const root = "/apis/authorization.k8s.io/v1";

/**
 * SelfSubjectAccessReview for the bot, SubjectAccessReview for whoever a person is in the cluster; a person who is not linked
 * acts with the bot's rights and is answered with those. A preview: the server decides again at the call itself.
 */
export async function canI(api: Api, caller: Caller, access: Access): Promise<Allowed | Refusal> {
  const who = api.who(caller);
  if (isRefusal(who)) return who;
  const kind = who === null ? "SelfSubjectAccessReview" : "SubjectAccessReview";
  const subject: Readonly<Record<string, Json>> = who === null ? {} : { user: who.user, groups: who.groups };
  const body = {
    apiVersion: "authorization.k8s.io/v1",
    kind,
    spec: { ...subject, resourceAttributes: attributesOf(access) },
  };
  const path = `${root}/${kind.toLowerCase()}s`;
  const answer = await api.http.send({
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

/** As the authorizer sees everybody who is known by name: a review adds no group by itself. */
const everybodyKnown = "system:authenticated";

/** Never asked for the bot itself, whatever the names are. */
export async function mayDo(api: Api, subject: ClusterNames, access: Access): Promise<Allowed | Refusal> {
  const groups = [...new Set([...subject.groups, everybodyKnown])];
  const spec = { user: subject.user, groups, resourceAttributes: attributesOf(access) };
  const path = `${root}/subjectaccessreviews`;
  const answer = await api.http.send({
    method: "POST",
    path,
    contentType: "application/json",
    body: canonicalJson({ apiVersion: "authorization.k8s.io/v1", kind: "SubjectAccessReview", spec }),
    deadlineMs: api.timing.callMs,
  });
  const review = api.bodyOf(answer, path);
  if (isRefusal(review)) return review;
  const reason = textAt(review, "status", "reason") || textAt(review, "status", "evaluationError");
  return { allowed: at(review, "status", "allowed") === true, reason };
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
