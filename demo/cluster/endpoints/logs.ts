// pods/NAME/log: what a container wrote, cut as the query asks, or followed.
import type { Answer, Backend, Call } from "../call.ts";
import { asNumber, asObjects, asString, at } from "../json.ts";
import { type KubeObject, microTime } from "../object.ts";
import type { ContainerRun, LogLine } from "../pods/log-store.ts";
import { isYes } from "../request.ts";
import { badRequest, type FieldError, invalid, wrongValue } from "../status.ts";

function containerOf(call: Call, pod: KubeObject): string {
  const names = asObjects(at(pod, "spec", "containers")).map((one) => asString(one.name));
  const initial = asObjects(at(pod, "spec", "initContainers")).map((one) => asString(one.name));
  const asked = call.query.get("container") ?? "";
  const { name } = pod.metadata;
  if (asked !== "") {
    if (names.includes(asked) || initial.includes(asked)) return asked;
    throw badRequest(`container ${asked} is not valid for pod ${name}`);
  }
  const [only] = names;
  if (names.length === 1 && only !== undefined) return only;
  const init = initial.length === 0 ? "" : ` or one of the init containers: [${initial.join(" ")}]`;
  throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${names.join(" ")}]${init}`);
}

function runOf(call: Call, pod: KubeObject, container: string): ContainerRun {
  const status = asObjects(at(pod, "status", "containerStatuses")).find((one) => one.name === container);
  const restarts = asNumber(status?.restartCount);
  const { name, uid = "" } = pod.metadata;
  const waiting = asString(at(status, "state", "waiting", "reason"));
  if (status === undefined || (waiting !== "" && at(status, "lastState", "terminated") === undefined))
    throw badRequest(
      `container "${container}" in pod "${name}" is waiting to start: ${waiting || "ContainerCreating"}`,
    );
  if (!isYes(call.query.get("previous"))) return { podUid: uid, container, run: restarts };
  if (at(status, "lastState", "terminated") === undefined)
    throw badRequest(`previous terminated container "${container}" in pod "${name}" not found`);
  // While a container waits to be restarted, its last run is both the current and the previous one.
  return { podUid: uid, container, run: waiting === "" ? Math.max(0, restarts - 1) : restarts };
}

interface Cut {
  readonly tailLines: number | undefined;
  readonly sinceMs: number;
  readonly limitBytes: number;
  readonly timestamps: boolean;
}

function readCut(call: Call, nowMs: number): Cut {
  const number = (name: string): number | undefined =>
    call.query.has(name) ? Number(call.query.get(name)) : undefined;
  const [tailLines, sinceSeconds, limitBytes] = [number("tailLines"), number("sinceSeconds"), number("limitBytes")];
  const errors: FieldError[] = [];
  if (tailLines !== undefined && tailLines < 0)
    errors.push(wrongValue("tailLines", tailLines, "must be greater than or equal to 0"));
  if (sinceSeconds !== undefined && sinceSeconds < 1)
    errors.push(wrongValue("sinceSeconds", sinceSeconds, "must be greater than 0"));
  if (limitBytes !== undefined && limitBytes < 1)
    errors.push(wrongValue("limitBytes", limitBytes, "must be greater than 0"));
  if (sinceSeconds !== undefined && call.query.has("sinceTime"))
    errors.push({
      reason: "FieldValueForbidden",
      field: "",
      message: "Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified",
    });
  if (errors.length > 0) throw invalid("", "PodLogOptions", call.path.name, errors);
  const sinceTime = call.query.get("sinceTime");
  const sinceMs =
    sinceSeconds !== undefined ? nowMs - sinceSeconds * 1000 : sinceTime === null ? 0 : Date.parse(sinceTime);
  return {
    tailLines,
    sinceMs,
    limitBytes: limitBytes ?? Number.POSITIVE_INFINITY,
    timestamps: isYes(call.query.get("timestamps")),
  };
}

function lineText(line: LogLine, cut: Cut): string {
  return cut.timestamps ? `${microTime(line.timeMs).replace("000Z", "000000Z")} ${line.text}\n` : `${line.text}\n`;
}

/** The last tailLines lines, then those since the time, then the first limitBytes bytes: the kubelet's order. */
function cutText(lines: readonly LogLine[], cut: Cut): string {
  const since = lines.filter((line) => line.timeMs >= cut.sinceMs);
  const tail = cut.tailLines === undefined ? since : cut.tailLines === 0 ? [] : since.slice(-cut.tailLines);
  const text = tail.map((line) => lineText(line, cut)).join("");
  return Buffer.byteLength(text) <= cut.limitBytes ? text : Buffer.from(text).subarray(0, cut.limitBytes).toString();
}

export function readLogs(backend: Backend, call: Call): Answer {
  const { registry, logs } = backend;
  const pod = registry.get(call.kind, call.path);
  const run = runOf(call, pod, containerOf(call, pod));
  const cut = readCut(call, registry.timeline.now());
  const text = cutText(logs.read(run), cut);
  if (!isYes(call.query.get("follow"))) return { kind: "text", code: 200, body: text };
  const { response } = call;
  response.writeHead(200, { "Content-Type": "text/plain" });
  response.flushHeaders();
  response.write(text);
  const stop = logs.follow(run, (line) => void response.write(lineText(line, cut)));
  const stopWatching = registry.storage.onChange((event) => {
    const isPod = event.object.metadata.uid === run.podUid;
    const restarts = asNumber(
      at(
        asObjects(at(event.object, "status", "containerStatuses")).find((one) => one.name === run.container),
        "restartCount",
      ),
    );
    if (isPod && (event.type === "DELETED" || restarts > run.run)) response.end();
  });
  response.on("close", () => {
    stop();
    stopWatching();
  });
  return { kind: "streamed" };
}
