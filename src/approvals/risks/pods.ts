// What a changed pod template may do to its node and to the cluster.
import { at, listAt, textAt } from "../../core/json.ts";
import type { PreviewedChange } from "../../core/plan.ts";
import type { RiskFact } from "../../core/risk.ts";
import { fact, nameOf, type RiskFamily } from "./fact.ts";
import { changedPodSpecs, containersOf, type PodSpec, podSpecsOf } from "./pod-specs.ts";
import { baselineViolations, hostPaths } from "./pss-baseline.ts";
import { restrictedViolations } from "./pss-restricted.ts";

/** Facts stay as long as the template changes, whatever in it; a template that stays as it is is not news. */
export const podRisks: RiskFamily = (change) => changedPodSpecs(change).flatMap((pod) => risksOf(pod, change));

function risksOf(pod: PodSpec, change: PreviewedChange): readonly RiskFact[] {
  const facts = [...levelOf(pod, change)];
  const name = nameOf(change);
  const paths = hostPaths(pod.spec);
  if (paths.length > 0)
    facts.push(fact("host-path", "high", `${name} mounts ${paths.join(", ")} of its node.`, change));
  const spaces = ["hostNetwork", "hostPID", "hostIPC"].filter((field) => at(pod.spec, field) === true);
  if (spaces.length > 0)
    facts.push(fact("host-namespace", "high", `${name} shares its node's namespaces: ${spaces.join(", ")}.`, change));
  return [...facts, ...accountRisks(pod, change), ...imageRisks(pod, change)];
}

function levelOf(pod: PodSpec, change: PreviewedChange): readonly RiskFact[] {
  const forbidden = baselineViolations(pod);
  if (forbidden.length > 0) {
    const says = `Only the privileged Pod Security level admits ${nameOf(change)}: ${forbidden.join("; ")}.`;
    return [fact("pod-privileged", "high", says, change)];
  }
  const loose = restrictedViolations(pod);
  if (loose.length === 0) return [];
  const was = podSpecsOf(change.before).find((old) => old.path.join("/") === pod.path.join("/"));
  const isNews = was !== undefined && [...baselineViolations(was), ...restrictedViolations(was)].length === 0;
  const says = `The restricted Pod Security level does not admit ${nameOf(change)}: ${loose.join("; ")}.`;
  return [fact("pod-baseline", isNews ? "medium" : "low", says, change)];
}

function accountRisks({ spec }: PodSpec, change: PreviewedChange): readonly RiskFact[] {
  const account = textAt(spec, "serviceAccountName") || textAt(spec, "serviceAccount");
  const reasons: string[] = [];
  if (account !== "" && account !== "default") reasons.push(`runs as the service account ${account}`);
  if (at(spec, "automountServiceAccountToken") === true) reasons.push("mounts its service account's token explicitly");
  const projected = listAt(spec, "volumes").some((volume) =>
    listAt(volume, "projected", "sources").some((source) => at(source, "serviceAccountToken") !== undefined),
  );
  if (projected) reasons.push("mounts a service account token as a volume");
  if (reasons.length === 0) return [];
  return [fact("service-account-power", "medium", `${nameOf(change)} ${reasons.join(" and ")}.`, change)];
}

/** What comes after `@` is fixed; a tag is what the registry says it is at the next pull. */
function imageRisks(pod: PodSpec, change: PreviewedChange): readonly RiskFact[] {
  const images = [...containersOf(pod).map(({ container }) => textAt(container, "image")), ...volumeImages(pod)];
  const tagged = [...new Set(images)].filter((image) => image !== "" && !/@sha256:[0-9a-f]{64}$/.test(image));
  if (tagged.length === 0) return [];
  const isLatest = tagged.some((image) => !/:[^/:]+$/.test(image) || image.endsWith(":latest"));
  const says = `Images are named by tags, which may point elsewhere tomorrow: ${tagged.join(", ")}.`;
  return [fact("mutable-tag", isLatest ? "medium" : "low", says, change)];
}

function volumeImages({ spec }: PodSpec): readonly string[] {
  return listAt(spec, "volumes").map((volume) => textAt(volume, "image", "reference"));
}
