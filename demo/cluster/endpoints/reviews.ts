// The reviews: who may do what, and who am I. They are answered, never stored.
import type { User } from "../authenticate.ts";
import type { Asked, Authorizer } from "../authorize.ts";
import { asList, asObject, asString, at, isObject, type Json, type JsonObject } from "../json.ts";
import { apiTime } from "../object.ts";
import { invalid, required, wrongValue } from "../status.ts";

const texts = (value: Json | undefined): readonly string[] => asList(value).map((one) => asString(one));

function askedOf(attributes: Json | undefined): Asked {
  const of = asObject(attributes);
  return {
    verb: asString(of.verb),
    group: asString(of.group),
    resource: asString(of.resource),
    subresource: asString(of.subresource),
    namespace: asString(of.namespace),
    name: asString(of.name),
  };
}

function decide(authorizer: Authorizer, user: User, spec: JsonObject): JsonObject {
  const path = spec.nonResourceAttributes;
  if (isObject(path)) return { allowed: authorizer.allowsPath(user, asString(path.verb), asString(path.path)) };
  const reason = authorizer.reason(user, askedOf(spec.resourceAttributes));
  return reason === undefined ? { allowed: false } : { allowed: true, ...(reason === "" ? {} : { reason }) };
}

function subjectOf(spec: JsonObject): User {
  const extra = Object.fromEntries(Object.entries(asObject(spec.extra)).map(([key, values]) => [key, texts(values)]));
  return { name: asString(spec.user), uid: asString(spec.uid), groups: texts(spec.groups), extra };
}

export interface Review {
  readonly plural: string;
  readonly namespace: string;
  readonly body: JsonObject;
  readonly user: User;
  readonly nowMs: number;
}

/** The body with its status filled in; throws 422 for a review that asks nothing. */
export function review(
  authorizer: Authorizer,
  { plural, namespace, body, user, nowMs }: Review,
): JsonObject | undefined {
  const spec = asObject(body.spec);
  switch (plural) {
    case "selfsubjectaccessreviews":
      checkAttributes("SelfSubjectAccessReview", spec);
      return { ...body, status: decide(authorizer, user, spec) };
    case "subjectaccessreviews":
    case "localsubjectaccessreviews":
      checkAttributes("SubjectAccessReview", spec);
      if (asString(spec.user) === "" && asList(spec.groups).length === 0)
        throw invalid("authorization.k8s.io", "SubjectAccessReview", "", [
          wrongValue("spec.user", "", "at least one of user or group must be specified"),
        ]);
      return { ...body, status: decide(authorizer, subjectOf(spec), spec) };
    case "selfsubjectrulesreviews": {
      const rules = authorizer.rulesOf(user, asString(spec.namespace, namespace));
      const resourceRules = rules.filter((rule) => rule.resources !== undefined);
      const nonResourceRules = rules.filter((rule) => rule.nonResourceURLs !== undefined);
      return {
        ...body,
        status: { resourceRules: [...resourceRules], nonResourceRules: [...nonResourceRules], incomplete: false },
      };
    }
    case "selfsubjectreviews":
      return {
        kind: "SelfSubjectReview",
        apiVersion: "authentication.k8s.io/v1",
        metadata: { creationTimestamp: apiTime(nowMs) },
        status: { userInfo: userInfo(user) },
      };
    default:
      return undefined;
  }
}

function checkAttributes(kind: string, spec: JsonObject): void {
  if (isObject(at(spec, "resourceAttributes")) || isObject(at(spec, "nonResourceAttributes"))) return;
  const help = "exactly one of nonResourceAttributes or resourceAttributes must be specified";
  throw invalid("authorization.k8s.io", kind, "", [required("spec.resourceAttributes", help)]);
}

function userInfo(user: User): JsonObject {
  const extra = Object.fromEntries(Object.entries(user.extra).map(([key, values]) => [key, [...values]]));
  return {
    username: user.name,
    ...(user.uid === "" ? {} : { uid: user.uid }),
    groups: [...user.groups],
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
}
