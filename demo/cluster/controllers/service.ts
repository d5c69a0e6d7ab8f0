// Services: their address, and the Endpoints and EndpointSlice with the ready pods behind them.
import { asObjects, asString, asStrings, at, clone, type JsonObject } from "../json.ts";
import { controllerReference, type KubeObject, keyOf } from "../object.ts";
import { type ControllerContext, isPodReady, kindOf, MANAGER, specOf } from "./context.ts";

function podsBehind(context: ControllerContext, service: KubeObject): readonly KubeObject[] {
  const selector = Object.entries(asStrings(specOf(service).selector));
  if (selector.length === 0) return [];
  return context.registry.storage
    .list("/pods", service.metadata.namespace)
    .filter((pod) => selector.every(([key, value]) => pod.metadata.labels?.[key] === value))
    .filter((pod) => asString(at(pod, "status", "podIP")) !== "" && pod.metadata.deletionTimestamp === undefined)
    .filter((pod) => !["Succeeded", "Failed"].includes(asString(at(pod, "status", "phase"))));
}

const target = (pod: KubeObject): JsonObject => ({
  kind: "Pod",
  namespace: pod.metadata.namespace,
  name: pod.metadata.name,
  uid: pod.metadata.uid,
});

const address = (pod: KubeObject): JsonObject => ({
  ip: asString(at(pod, "status", "podIP")),
  nodeName: asString(specOf(pod).nodeName),
  targetRef: target(pod),
});

function portsOf(service: KubeObject): JsonObject[] {
  return asObjects(specOf(service).ports).map((port) => ({
    ...(port.name === undefined ? {} : { name: port.name }),
    port: typeof port.targetPort === "number" ? port.targetPort : port.port,
    protocol: port.protocol,
  }));
}

function write(
  context: ControllerContext,
  resource: string,
  body: JsonObject & { metadata: JsonObject },
  namespace: string,
): void {
  const kind = kindOf(context, resource);
  const key = { namespace, name: asString(body.metadata.name) };
  if (context.registry.storage.get(resource, key) === undefined)
    context.registry.create(kind, namespace, body, { manager: MANAGER });
  else
    context.registry.update(kind, key, { manager: MANAGER }, (current) => {
      const { metadata: _metadata, ...rest } = body;
      return { ...clone(current), ...rest };
    });
}

export function reconcileService(context: ControllerContext, service: KubeObject): void {
  if (service.metadata.deletionTimestamp !== undefined || specOf(service).selector === undefined) return;
  const pods = podsBehind(context, service);
  const ready = pods.filter(isPodReady);
  const unready = pods.filter((pod) => !isPodReady(pod));
  const ports = portsOf(service);
  const { namespace = "", name } = keyOf(service);
  const subset = {
    ...(ready.length === 0 ? {} : { addresses: ready.map(address) }),
    ...(unready.length === 0 ? {} : { notReadyAddresses: unready.map(address) }),
    ports,
  };
  const subsets = pods.length === 0 ? [] : [subset];
  write(
    context,
    "/endpoints",
    {
      metadata: { name, labels: service.metadata.labels ?? {}, ownerReferences: [controllerReference(service)] },
      subsets,
    },
    namespace,
  );
  const slice = {
    metadata: {
      name: `${name}-slice`,
      labels: {
        "kubernetes.io/service-name": name,
        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
      },
      ownerReferences: [controllerReference(service)],
    },
    addressType: "IPv4",
    endpoints: pods.map((pod) => ({
      addresses: [asString(at(pod, "status", "podIP"))],
      conditions: { ready: isPodReady(pod), serving: isPodReady(pod), terminating: false },
      nodeName: asString(specOf(pod).nodeName),
      targetRef: target(pod),
    })),
    ports,
  };
  write(context, "discovery.k8s.io/endpointslices", slice, namespace);
}
