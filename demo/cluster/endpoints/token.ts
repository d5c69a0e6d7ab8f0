// serviceaccounts/NAME/token: issues a bearer token of the account with an end.
import { type Answer, type Backend, bodyObject, type Call, json } from "../call.ts";
import { asNumber, asObject, asString } from "../json.ts";
import { apiTime } from "../object.ts";
import { invalid, notFound, wrongValue } from "../status.ts";

/** Source: pkg/registry/core/serviceaccount/storage/token.go; a shorter time than ten minutes is refused. */
export function issueToken(backend: Backend, call: Call): Answer {
  const { registry } = backend;
  const account = registry.get(call.kind, call.path);
  const body = bodyObject(call);
  const spec = asObject(body.spec);
  const seconds = asNumber(spec.expirationSeconds, 3600);
  if (seconds < 600)
    throw invalid("authentication.k8s.io", "TokenRequest", account.metadata.name, [
      wrongValue("spec.expirationSeconds", seconds, "may not specify a duration less than 10 minutes"),
    ]);
  const bound = asObject(spec.boundObjectRef);
  const namespace = account.metadata.namespace ?? "";
  if (
    asString(bound.kind) === "Secret" &&
    registry.storage.get("/secrets", { namespace, name: asString(bound.name) }) === undefined
  )
    throw notFound({ group: "", plural: "secrets" }, asString(bound.name));
  const expiresMs = registry.timeline.now() + seconds * 1000;
  const token = backend.tokens.issue({
    user: `system:serviceaccount:${namespace}:${account.metadata.name}`,
    groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`],
    uid: account.metadata.uid ?? "",
    expiresMs,
    secret: asString(bound.kind) === "Secret" ? { namespace, name: asString(bound.name) } : undefined,
  });
  return json(
    {
      kind: "TokenRequest",
      apiVersion: "authentication.k8s.io/v1",
      metadata: { name: account.metadata.name, namespace, creationTimestamp: apiTime(registry.timeline.now()) },
      spec: {
        audiences: spec.audiences ?? ["https://kubernetes.default.svc"],
        expirationSeconds: seconds,
        boundObjectRef: spec.boundObjectRef ?? null,
      },
      status: { token, expirationTimestamp: apiTime(expiresMs) },
    },
    201,
  );
}
