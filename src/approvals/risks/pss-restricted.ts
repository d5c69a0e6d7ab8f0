// The restricted level of the Pod Security Standards, beyond baseline.
import { at, isJsonObject, type JsonObject, listAt, mapAt, textAt } from "../../core/json.ts";
import { texts } from "./fact.ts";
import { type Container, containersOf, type PodSpec } from "./pod-specs.ts";

const volumeTypes = new Set(
  "configMap csi downwardAPI emptyDir ephemeral image persistentVolumeClaim projected secret".split(" "),
);
const seccompTypes = new Set(["RuntimeDefault", "Localhost"]);

/** What keeps the pod from the restricted level, one phrase each; baseline's own checks are not repeated. */
export function restrictedViolations(pod: PodSpec): readonly string[] {
  const { spec } = pod;
  const context = mapAt(spec, "securityContext");
  const isLinux = textAt(spec, "os", "name") !== "windows";
  return [
    ...volumes(spec),
    ...(at(context, "runAsNonRoot") === false ? ["the pod may run as root (runAsNonRoot is false)"] : []),
    ...(at(context, "runAsUser") === 0 ? ["the pod runs as user 0"] : []),
    ...containersOf(pod).flatMap((container) => [
      ...runsAsRoot(container, context),
      ...(isLinux ? linuxOnly(container, context) : []),
    ]),
  ];
}

function volumes(spec: JsonObject): readonly string[] {
  return listAt(spec, "volumes")
    .filter(isJsonObject)
    .flatMap((volume) => Object.keys(volume).filter((key) => key !== "name" && !volumeTypes.has(key)))
    .map((type) => `it has a volume of the type ${type}`);
}

/** A container's own setting wins over the pod's; unset is not enough. */
function runsAsRoot({ name, container }: Container, pod: JsonObject): readonly string[] {
  const own = mapAt(container, "securityContext");
  const nonRoot = at(own, "runAsNonRoot") ?? at(pod, "runAsNonRoot");
  const violations: string[] = [];
  if (nonRoot !== true) violations.push(`container ${name} may run as root (runAsNonRoot is not true)`);
  if (at(own, "runAsUser") === 0) violations.push(`container ${name} runs as user 0`);
  return violations;
}

function linuxOnly({ name, container }: Container, pod: JsonObject): readonly string[] {
  const own = mapAt(container, "securityContext");
  const violations: string[] = [];
  if (at(own, "allowPrivilegeEscalation") !== false) violations.push(`container ${name} may escalate its privileges`);
  const seccomp = textAt(own, "seccompProfile", "type") || textAt(pod, "seccompProfile", "type");
  if (!seccompTypes.has(seccomp)) violations.push(`container ${name} has no seccomp profile`);
  if (!texts(listAt(own, "capabilities", "drop")).includes("ALL"))
    violations.push(`container ${name} does not drop ALL capabilities`);
  const added = texts(listAt(own, "capabilities", "add")).filter((capability) => capability !== "NET_BIND_SERVICE");
  return [...violations, ...added.map((capability) => `container ${name} adds the capability ${capability}`)];
}
