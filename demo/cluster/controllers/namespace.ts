// What every namespace gets: the default service account and the cluster's root certificate.
import type { KubeObject } from "../object.ts";
import { type ControllerContext, kindOf, MANAGER } from "./context.ts";

const ROOT_CERTIFICATE = "kube-root-ca.crt";

export function furnishNamespace(context: ControllerContext, namespace: KubeObject): void {
  if (namespace.metadata.deletionTimestamp !== undefined) return;
  const { registry } = context;
  const { name } = namespace.metadata;
  if (registry.storage.get("/serviceaccounts", { namespace: name, name: "default" }) === undefined)
    registry.create(kindOf(context, "/serviceaccounts"), name, { metadata: { name: "default" } }, { manager: MANAGER });
  if (registry.storage.get("/configmaps", { namespace: name, name: ROOT_CERTIFICATE }) !== undefined) return;
  const annotations = {
    "kubernetes.io/description":
      "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.",
  };
  const body = { metadata: { name: ROOT_CERTIFICATE, annotations }, data: { "ca.crt": "" } };
  registry.create(kindOf(context, "/configmaps"), name, body, { manager: MANAGER });
}
