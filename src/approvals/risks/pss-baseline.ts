// The baseline level of the Pod Security Standards, as Pod Security Admission checks it:
// https://kubernetes.io/docs/concepts/security/pod-security-standards/ as of 1.34. What newer servers relax (pods in user
// namespaces, two more sysctls in 1.37) is still told.
import { at, isJsonObject, type JsonObject, listAt, mapAt, textAt } from "../../core/json.ts";
import { texts } from "./fact.ts";
import { type Container, containersOf, type PodSpec } from "./pod-specs.ts";

const capabilities = new Set(
  "AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT".split(
    " ",
  ),
);
const seLinuxTypes = new Set(["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"]);
const safeSysctls = new Set([
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.ip_unprivileged_port_start",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.ping_group_range",
  "net.ipv4.ip_local_reserved_ports",
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
  "net.ipv4.tcp_rmem",
  "net.ipv4.tcp_wmem",
]);

/** What keeps the pod from the baseline level, one phrase each; empty when baseline admits it. */
export function baselineViolations(pod: PodSpec): readonly string[] {
  const { spec } = pod;
  return [
    ...["hostNetwork", "hostPID", "hostIPC"]
      .filter((field) => at(spec, field) === true)
      .map((field) => `${field} is true`),
    ...hostPaths(spec).map((path) => `it mounts the node's ${path}`),
    ...sysctls(spec).map((name) => `it sets the sysctl ${name}`),
    ...contextViolations(mapAt(spec, "securityContext"), "the pod"),
    ...annotationViolations(pod),
    ...containersOf(pod).flatMap(containerViolations),
  ];
}

/** Paths of the node's own file system. */
export function hostPaths(spec: JsonObject): readonly string[] {
  return listAt(spec, "volumes")
    .filter((volume) => at(volume, "hostPath") !== undefined && at(volume, "hostPath") !== null)
    .map((volume) => textAt(volume, "hostPath", "path"));
}

function sysctls(spec: JsonObject): readonly string[] {
  return listAt(spec, "securityContext", "sysctls")
    .map((sysctl) => textAt(sysctl, "name"))
    .filter((name) => !safeSysctls.has(name));
}

function containerViolations({ name, container }: Container): readonly string[] {
  const context = mapAt(container, "securityContext");
  const added = texts(listAt(context, "capabilities", "add")).filter((capability) => !capabilities.has(capability));
  const ports = listAt(container, "ports")
    .map((port) => at(port, "hostPort"))
    .filter((port) => typeof port === "number" && port !== 0);
  const procMount = textAt(context, "procMount");
  return [
    ...(context.privileged === true ? [`container ${name} is privileged`] : []),
    ...added.map((capability) => `container ${name} has the capability ${capability}`),
    ...ports.map((port) => `container ${name} takes port ${String(port)} of the node`),
    ...(procMount === "" || procMount === "Default" ? [] : [`container ${name} has procMount ${procMount}`]),
    ...probeHosts(container).map((host) => `container ${name} probes the host ${host}`),
    ...contextViolations(context, `container ${name}`),
  ];
}

const profiles = [
  ["seccompProfile", "seccomp"],
  ["appArmorProfile", "AppArmor"],
] as const;
const profileTypes = new Set(["RuntimeDefault", "Localhost"]);

/** Settings that a pod and a container both have. */
function contextViolations(context: JsonObject, who: string): readonly string[] {
  const violations: string[] = [];
  if (at(context, "windowsOptions", "hostProcess") === true) violations.push(`${who} is a Windows HostProcess`);
  for (const [field, what] of profiles) {
    const type = textAt(context, field, "type");
    if (isJsonObject(at(context, field)) && !profileTypes.has(type))
      violations.push(`${who} has the ${what} profile ${type || "none"}`);
  }
  const seLinux = mapAt(context, "seLinuxOptions");
  if (!seLinuxTypes.has(textAt(seLinux, "type")))
    violations.push(`${who} has the SELinux type ${textAt(seLinux, "type")}`);
  for (const field of ["user", "role"])
    if (textAt(seLinux, field) !== "") violations.push(`${who} has the SELinux ${field} ${textAt(seLinux, field)}`);
  return violations;
}

const appArmorKey = "container.apparmor.security.beta.kubernetes.io/";
const seccompKeys = ["seccomp.security.alpha.kubernetes.io/pod", "container.seccomp.security.alpha.kubernetes.io/"];

/** Settings of older versions, which old clusters still honour. */
function annotationViolations({ annotations }: PodSpec): readonly string[] {
  return Object.entries(annotations).flatMap(([key, value]) => {
    if (typeof value !== "string") return [];
    if (key.startsWith(appArmorKey))
      return value === "" || value === "runtime/default" || value.startsWith("localhost/")
        ? []
        : [`the annotation ${key} is ${value}`];
    return seccompKeys.some((known) => key.startsWith(known)) && value === "unconfined"
      ? [`the annotation ${key} is ${value}`]
      : [];
  });
}

/** Probes and lifecycle hooks that reach another host than the pod. */
function probeHosts(container: JsonObject): readonly string[] {
  const probes = ["livenessProbe", "readinessProbe", "startupProbe"].map((probe) => mapAt(container, probe));
  const hooks = ["postStart", "preStop"].map((hook) => mapAt(container, "lifecycle", hook));
  return [...probes, ...hooks]
    .filter(isJsonObject)
    .flatMap((probe) => [textAt(probe, "httpGet", "host"), textAt(probe, "tcpSocket", "host")])
    .filter((host) => host !== "");
}
