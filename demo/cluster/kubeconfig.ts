// Kubeconfigs for the users of a sample cluster.
import { writeFileSync } from "node:fs";
import { stringify } from "yaml";
import type { JsonObject } from "./json.ts";

export interface KubeconfigParts {
  readonly name: string;
  readonly url: string;
  readonly user: string;
  readonly token: string;
  /** PEM of the certificate authority, with TLS. */
  readonly ca: string | undefined;
}

/** One cluster, one user, one context; plain HTTP is marked so that clients that insist on TLS take it. */
export function kubeconfig({ name, url, user, token, ca }: KubeconfigParts): JsonObject {
  const trust: JsonObject =
    ca === undefined
      ? { "insecure-skip-tls-verify": true }
      : { "certificate-authority-data": Buffer.from(ca).toString("base64") };
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server: url, ...trust } }],
    users: [{ name: user, user: { token } }],
    contexts: [{ name, context: { cluster: name, user, namespace: "default" } }],
    "current-context": name,
  };
}

/** Writes it readable for the owner only. */
export function writeKubeconfig(path: string, config: JsonObject): void {
  writeFileSync(path, stringify(config), { mode: 0o600 });
}
