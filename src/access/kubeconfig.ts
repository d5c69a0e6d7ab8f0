// A kubeconfig of one cluster and one token, as kubectl reads it: JSON, which is YAML too.
import type { IssuedToken } from "../core/ports/clusters.ts";

/** Holds the token: to be handed to its holder and nowhere else. */
export function kubeconfigText(of: {
  readonly grant: string;
  readonly cluster: string;
  readonly namespace: string | null;
  readonly issued: IssuedToken;
}): string {
  const { grant, cluster, namespace, issued } = of;
  const authority = issued.certificateAuthority;
  const ca =
    authority === null ? {} : { "certificate-authority-data": Buffer.from(authority, "utf8").toString("base64") };
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: cluster, cluster: { server: issued.server, ...ca } }],
    users: [{ name: grant, user: { token: issued.token } }],
    contexts: [{ name: grant, context: { cluster, user: grant, ...(namespace === null ? {} : { namespace }) } }],
    "current-context": grant,
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
