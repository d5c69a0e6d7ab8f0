// What becomes reachable, from where.
import { at, type JsonObject, listAt, textAt } from "../../core/json.ts";
import type { PreviewedChange } from "../../core/plan.ts";
import type { RiskFact } from "../../core/risk.ts";
import { changes, fact, isKind, nameOf, type RiskFamily, texts } from "./fact.ts";

export const exposureRisks: RiskFamily = (change) => {
  if (isKind(change, "", "Service")) return service(change);
  if (isPolicy(change)) return policy(change);
  if (!isEntrance(change) || change.operation === "delete" || !changes(change, "spec")) return [];
  const hosts = hostsOf(change.after);
  return [
    fact(
      "network-exposure",
      "high",
      `${nameOf(change)} opens ${hosts === "" ? "every host" : hosts} to the outside.`,
      change,
    ),
  ];
};

/** A Service that is not opened further than before is not news, unless where it leads changes. */
function service(change: PreviewedChange): readonly RiskFact[] {
  const ways = openings(change.after);
  const isSame = ["type", "externalIPs", "ports", "selector", "loadBalancerSourceRanges"].every(
    (field) => !changes(change, "spec", field),
  );
  if (ways.length === 0 || isSame) return [];
  return [fact("network-exposure", "high", `${nameOf(change)} is open to the outside: ${ways.join(", ")}.`, change)];
}

function openings(service: JsonObject | null): readonly string[] {
  const type = textAt(service ?? undefined, "spec", "type");
  const ips = texts(listAt(service ?? undefined, "spec", "externalIPs"));
  return [
    ...(type === "LoadBalancer" || type === "NodePort" || type === "ExternalName" ? [`type ${type}`] : []),
    ...ips.map((ip) => `external IP ${ip}`),
  ];
}

function isEntrance(change: PreviewedChange): boolean {
  if (isKind(change, "networking.k8s.io", "Ingress") || isKind(change, "extensions", "Ingress")) return true;
  if (isKind(change, "route.openshift.io", "Route")) return true;
  return isKind(
    change,
    "gateway.networking.k8s.io",
    "Gateway",
    "HTTPRoute",
    "GRPCRoute",
    "TLSRoute",
    "TCPRoute",
    "UDPRoute",
  );
}

function isPolicy(change: PreviewedChange): boolean {
  if (isKind(change, "networking.k8s.io", "NetworkPolicy")) return true;
  if (
    isKind(
      change,
      "policy.networking.k8s.io",
      "AdminNetworkPolicy",
      "BaselineAdminNetworkPolicy",
      "ClusterNetworkPolicy",
    )
  )
    return true;
  return isKind(change, "cilium.io", "CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy");
}

/** Any change: a policy that comes closes something, unless it is the first that allows. */
function policy(change: PreviewedChange): readonly RiskFact[] {
  if (change.operation === "update" && !changes(change, "spec")) return [];
  const done = { create: "is created", update: "changes", delete: "is deleted" }[change.operation];
  const level = change.operation === "create" ? "medium" : "high";
  return [fact("network-exposure", level, `${nameOf(change)} ${done}: who may reach whom changes.`, change)];
}

function hostsOf(entrance: JsonObject | null): string {
  const object = entrance ?? undefined;
  const fromRules = listAt(object, "spec", "rules").map((rule) => textAt(rule, "host"));
  const fromListeners = listAt(object, "spec", "listeners").map((listener) => textAt(listener, "hostname"));
  const hosts = [
    ...fromRules,
    ...fromListeners,
    ...texts(listAt(object, "spec", "hostnames")),
    textAt(object, "spec", "host"),
  ];
  const hasDefault = at(object, "spec", "defaultBackend") !== undefined;
  return hasDefault ? "" : [...new Set(hosts.filter((host) => host !== ""))].join(", ");
}
