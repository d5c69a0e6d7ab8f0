// One cluster as `doctor` looks at it: whether it answers, as which version, at what time, and what the bot may do there.
import type { ClusterConfig } from "../../core/config.ts";
import { textAt } from "../../core/json.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Access } from "../../core/ports/clusters.ts";
import { isRefusal } from "../../core/refusal.ts";
import { canI } from "./access.ts";
import { Api, usualTiming } from "./api.ts";
import { connect } from "./connect.ts";
import { ClusterHttp } from "./request.ts";

export interface ExaminedCluster {
  readonly name: string;
  /** null when it answers as it should. */
  readonly trouble: string | null;
  /** "" while unknown. */
  readonly version: string;
  /** How far this machine's clock is ahead of the server's, in ms, to the second; null when it did not say. */
  readonly aheadMs: number | null;
  /** By SelfSubjectAccessReview; null when the cluster does not say. */
  may(access: Access): Promise<boolean | null>;
  close(): Promise<void>;
}

/** Never throws: what is wrong with the kubeconfig or the way there is its `trouble`. */
export async function examineCluster(
  config: ClusterConfig,
  by: { readonly clock: Clock; readonly version: string },
): Promise<ExaminedCluster> {
  const nothing = {
    name: config.name,
    version: "",
    aheadMs: null,
    may: async () => null,
    close: async () => undefined,
  };
  try {
    const connection = await connect(config.access);
    const http = new ClusterHttp(connection, by.clock, by.version);
    const api = new Api(config.name, http, usualTiming);
    const sentAt = by.clock.now();
    const answer = await http.send({ method: "GET", path: "/version", deadlineMs: usualTiming.callMs });
    const seenAt = (sentAt + by.clock.now()) / 2;
    const body = api.bodyOf(answer, "/version");
    const date = answer.kind === "answer" ? Date.parse(answer.header("date")) : Number.NaN;
    return {
      name: config.name,
      trouble: isRefusal(body) ? body.message : null,
      version: isRefusal(body) ? "" : textAt(body, "gitVersion"),
      aheadMs: Number.isNaN(date) ? null : seenAt - date,
      async may(access) {
        const allowed = await canI(api, null, access);
        return isRefusal(allowed) ? null : allowed.allowed;
      },
      close: () => connection.close(),
    };
  } catch (error) {
    return { ...nothing, trouble: error instanceof Error ? error.message : String(error) };
  }
}
