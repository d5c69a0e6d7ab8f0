// The defaults of pods and pod templates, as pkg/apis/core/v1/defaults.go sets them.
import { asObjects, asString, ensureObject, isObject, type Json, type JsonObject } from "../json.ts";

function put(object: JsonObject, name: string, value: Json): void {
  if (object[name] === undefined) object[name] = value;
}

function probe(container: JsonObject, name: string): void {
  const found = container[name];
  if (!isObject(found)) return;
  put(found, "timeoutSeconds", 1);
  put(found, "periodSeconds", 10);
  put(found, "successThreshold", 1);
  put(found, "failureThreshold", 3);
  if (isObject(found.httpGet)) {
    put(found.httpGet, "path", "/");
    put(found.httpGet, "scheme", "HTTP");
  }
  if (isObject(found.grpc)) put(found.grpc, "service", "");
}

/** `:latest` and no tag at all are pulled always. */
function pullPolicy(image: string): string {
  const last = image.split("/").at(-1) ?? "";
  if (last.includes("@")) return "IfNotPresent";
  const tag = last.split(":")[1];
  return tag === undefined || tag === "latest" ? "Always" : "IfNotPresent";
}

function defaultContainer(container: JsonObject): void {
  put(container, "terminationMessagePath", "/dev/termination-log");
  put(container, "terminationMessagePolicy", "File");
  put(container, "imagePullPolicy", pullPolicy(asString(container.image)));
  put(container, "resources", {});
  for (const port of asObjects(container.ports)) put(port, "protocol", "TCP");
  for (const name of ["livenessProbe", "readinessProbe", "startupProbe"]) probe(container, name);
  for (const variable of asObjects(container.env)) {
    const field = variable.valueFrom;
    if (isObject(field) && isObject(field.fieldRef)) put(field.fieldRef, "apiVersion", "v1");
  }
}

function defaultVolume(volume: JsonObject): void {
  const sources = Object.keys(volume).filter((name) => name !== "name");
  if (sources.length === 0) volume.emptyDir = {};
  for (const name of ["secret", "configMap", "downwardAPI", "projected"]) {
    const source = volume[name];
    if (isObject(source)) put(source, "defaultMode", 420);
  }
  const hostPath = volume.hostPath;
  if (isObject(hostPath)) put(hostPath, "type", "");
}

/** Fills in the defaults of a pod spec, changing it. */
export function defaultPodSpec(spec: JsonObject): void {
  put(spec, "dnsPolicy", "ClusterFirst");
  put(spec, "restartPolicy", "Always");
  put(spec, "securityContext", {});
  put(spec, "terminationGracePeriodSeconds", 30);
  put(spec, "schedulerName", "default-scheduler");
  if (spec.serviceAccountName !== undefined) put(spec, "serviceAccount", spec.serviceAccountName);
  for (const container of [...asObjects(spec.containers), ...asObjects(spec.initContainers)])
    defaultContainer(container);
  for (const volume of asObjects(spec.volumes)) defaultVolume(volume);
  if (spec.hostNetwork === true)
    for (const container of asObjects(spec.containers))
      for (const port of asObjects(container.ports)) put(port, "hostPort", port.containerPort ?? 0);
  ensureObject(spec, "securityContext");
}
