// A token of a service account that ends by itself: TokenRequest, bound to a Secret whose deletion ends it early.
import { canonicalJson } from "../../core/digest.ts";
import { textAt } from "../../core/json.ts";
import type { IssuedToken, TokenWanted } from "../../core/ports/clusters.ts";
import { isRefusal, type Refusal, refuse } from "../../core/refusal.ts";
import type { Api } from "./api.ts";
import type { Endpoint } from "./connect.ts";

/**
 * Source: kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1. The server may cap the time
 * (--service-account-max-token-expiration): what it says in its answer is what counts.
 * The answer is read for its token only; nothing of it is kept in a message.
 */
export async function tokenFor(api: Api, endpoint: Endpoint, wanted: TokenWanted): Promise<IssuedToken | Refusal> {
  const { namespace, serviceAccount, secret, expiresInSeconds } = wanted;
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/serviceaccounts/${encodeURIComponent(serviceAccount)}/token`;
  const answer = await api.send({
    method: "POST",
    path,
    contentType: "application/json",
    body: canonicalJson({
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      spec: {
        expirationSeconds: expiresInSeconds,
        boundObjectRef: { apiVersion: "v1", kind: "Secret", name: secret.name, uid: secret.uid },
      },
    }),
    deadlineMs: api.timing.callMs,
  });
  const made = api.bodyOf(answer, path);
  if (isRefusal(made)) return made;
  const token = textAt(made, "status", "token");
  const expiresAt = Date.parse(textAt(made, "status", "expirationTimestamp"));
  if (token === "" || Number.isNaN(expiresAt))
    return refuse(
      "cluster-rejects",
      `Cluster ${api.cluster} made no token that ends.`,
      "Ask whoever runs the cluster.",
    );
  return { token, expiresAt, ...endpoint };
}
