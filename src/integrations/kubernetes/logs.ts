// A container's log, always with an end: so many lines, so many bytes.
import { isJsonObject, listAt, textAt } from "../../core/json.ts";
import type { LogQuery, LogText } from "../../core/ports/clusters.ts";
import { isRefusal, type Refusal, refuse } from "../../core/refusal.ts";
import type { Api } from "./api.ts";
import { refusalOf, unreachable } from "./refusals.ts";

const defaultContainer = "kubectl.kubernetes.io/default-container";

/**
 * The container is the one named, else the pod's annotated default, else its first (kubectl logs). Refuses with `no-logs` when
 * there is nothing to read yet or no earlier run, `no-such-target` when there is no such pod or container.
 */
export async function logs(api: Api, query: LogQuery): Promise<LogText | Refusal> {
  const podPath = `/api/v1/namespaces/${encodeURIComponent(query.namespace)}/pods/${encodeURIComponent(query.pod)}`;
  const container = await containerOf(api, podPath, query);
  if (isRefusal(container)) return container;
  const asked: Record<string, string> = {
    container,
    tailLines: String(query.tailLines),
    limitBytes: String(query.limitBytes),
  };
  if (query.previous) asked.previous = "true";
  if (query.sinceSeconds !== undefined) asked.sinceSeconds = String(query.sinceSeconds);
  const path = `${podPath}/log`;
  const answer = await api.send({
    method: "GET",
    path,
    query: asked,
    accept: "*/*",
    deadlineMs: api.timing.callMs,
  });
  if (isRefusal(answer)) return answer;
  if (answer.kind === "no-answer") return unreachable(api.cluster, answer);
  if (answer.status === 400) {
    const what = query.previous ? "no earlier run" : "no log yet";
    return refuse(
      "no-logs",
      `Container ${container} of pod ${query.pod} has ${what}.`,
      "Look at the pod's events with `events`.",
    );
  }
  if (answer.status !== 200) return refusalOf(api.cluster, answer, path);
  const lines = answer.text === "" ? 0 : answer.text.replace(/\n$/, "").split("\n").length;
  const more = Buffer.byteLength(answer.text) >= query.limitBytes || lines >= query.tailLines;
  return { container, text: answer.text, more };
}

async function containerOf(api: Api, podPath: string, query: LogQuery): Promise<string | Refusal> {
  const pod = await api.get(podPath);
  if (isRefusal(pod)) return pod;
  if (!isJsonObject(pod)) {
    return refuse(
      "no-such-target",
      `There is no pod ${query.pod} in namespace ${query.namespace}.`,
      "List them with `get pods`.",
    );
  }
  const lists = ["containers", "initContainers", "ephemeralContainers"];
  const names = lists.flatMap((list) => listAt(pod, "spec", list).map((one) => textAt(one, "name")));
  const annotated = textAt(pod, "metadata", "annotations", defaultContainer);
  const wanted = query.container ?? (names.includes(annotated) ? annotated : names[0]);
  if (wanted !== undefined && names.includes(wanted)) return wanted;
  const message = `Pod ${query.pod} has no container “${wanted ?? ""}”.`;
  return refuse("no-such-target", message, `It has ${names.join(", ")}.`);
}
