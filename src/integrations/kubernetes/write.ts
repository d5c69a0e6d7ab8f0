// Dry runs and guarded writes: each is sent once, and what is not known to have happened is called unknown.
import { canonicalJson } from "../../core/digest.ts";
import { isJsonObject, type Json, textAt } from "../../core/json.ts";
import type { Call, KubeObject } from "../../core/kube.ts";
import type { WriteOptions, WriteOutcome } from "../../core/ports/clusters.ts";
import { isRefusal, type Refusal } from "../../core/refusal.ts";
import type { Api } from "./api.ts";
import { guardedBody, objectPath } from "./guard.ts";
import { fieldConflicts, isRejection, refusalOf, statusSentence, unreachable } from "./refusals.ts";
import type { Answer, Ask } from "./request.ts";

/** What leaves the adapter, with Secret values replaced. */
export type Shown = (object: KubeObject) => KubeObject;

/** The call as server-side dry run; null where a deletion would succeed. Changes nothing; asked again it gives the same. */
export async function preview(api: Api, call: Call, shown: Shown): Promise<KubeObject | null | Refusal> {
  const strict: Readonly<Record<string, string>> = call.method === "DELETE" ? {} : { fieldValidation: "Strict" };
  const ask: Ask = {
    method: call.method,
    path: call.path,
    query: { ...call.query, ...strict, dryRun: "All" },
    contentType: call.contentType,
    body: canonicalJson(call.method === "DELETE" ? dryDeletion(call) : call.body),
    deadlineMs: api.timing.callMs,
  };
  const answer = await api.send(ask);
  if (isRefusal(answer)) return answer;
  const body = api.bodyOf(answer, call.path);
  if (isRefusal(body) || call.method === "DELETE" || !isJsonObject(body)) return isRefusal(body) ? body : null;
  return shown(body);
}

/**
 * A deletion's options in the body hide those of the query from the API server (apiserver endpoints/handlers/delete.go): a dry
 * run that said so in the query alone would delete.
 */
function dryDeletion(call: Call): Json {
  return { ...(isJsonObject(call.body) ? call.body : {}), dryRun: ["All"] };
}

/** Sent once, never again. See WriteOutcome for what each end means. */
export async function write(
  by: { readonly api: Api; readonly shown: Shown },
  call: Call,
  options: WriteOptions,
): Promise<WriteOutcome> {
  const { api, shown } = by;
  const ask: Ask = {
    method: call.method,
    path: call.path,
    query: call.query,
    contentType: call.contentType,
    body: guardedBody(call, { fresh: options.fresh, requestId: options.requestId }),
    requestId: options.requestId,
    deadlineMs: options.deadlineMs,
  };
  const answer = await api.send(ask);
  if (isRefusal(answer)) return { kind: "refused", refusal: answer };
  if (answer.kind === "no-answer") {
    if (!answer.mayHaveLanded) return { kind: "refused", refusal: unreachable(api.cluster, answer) };
    return { kind: "unknown", says: `Cluster ${api.cluster} gave no answer to the write (${answer.says}).` };
  }
  if (answer.status >= 200 && answer.status < 300) return written(api, answer, shown);
  return await notWritten(api, call, options, answer);
}

function written(api: Api, answer: Answer, shown: Shown): WriteOutcome {
  const body: Json | undefined = answer.body;
  if (!isJsonObject(body)) {
    return { kind: "unknown", says: `Cluster ${api.cluster} answered ${answer.status} with something unreadable.` };
  }
  const auditId = answer.header("audit-id") === "" ? null : answer.header("audit-id");
  return { kind: "written", stored: textAt(body, "kind") === "Status" ? null : shown(body), auditId };
}

async function notWritten(api: Api, call: Call, options: WriteOptions, answer: Answer): Promise<WriteOutcome> {
  const says = statusSentence(answer, call.path);
  const refused: WriteOutcome = { kind: "refused", refusal: refusalOf(api.cluster, answer, call.path) };
  if (answer.status === 409) return fieldConflicts(answer).length > 0 ? refused : { kind: "stale", says };
  if (answer.status === 404 && call.guard !== "create") return { kind: "stale", says: `It is gone: ${says}` };
  // A failed `test` and a malformed patch give the same 422, and so do a foreign uid and bad values: only the object tells.
  if (answer.status === 422 && call.guard !== "create" && (await hasChanged(api, call, options.fresh))) {
    return { kind: "stale", says: "It changed since it was read." };
  }
  if (answer.status < 500 || isRejection(answer)) return refused;
  return { kind: "unknown", says: `Cluster ${api.cluster} answered the write with ${answer.status}: ${says}` };
}

async function hasChanged(api: Api, call: Call, fresh: KubeObject | null): Promise<boolean> {
  const ask: Ask = { method: "GET", path: objectPath(call.path), deadlineMs: api.timing.callMs };
  const answer = await api.send(ask);
  if (isRefusal(answer) || answer.kind === "no-answer") return false;
  if (answer.status === 404) return true;
  const version = (object: Json | undefined): string =>
    `${textAt(object, "metadata", "uid")} ${textAt(object, "metadata", "resourceVersion")}`;
  return answer.status === 200 && version(answer.body) !== version(fresh ?? {});
}
