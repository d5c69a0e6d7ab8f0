// Spans around what people ask, what jobs do, and what goes to a cluster: wrapped from outside, so that none of them knows.
import type { RequestId } from "../core/ids.ts";
import type { Call } from "../core/kube.ts";
import type { Cluster, Clusters } from "../core/ports/clusters.ts";
import type { Spans } from "../core/ports/spans.ts";
import type { Surface } from "../core/ports/surface.ts";

export function tracedSurface(surface: Surface, spans: Spans): Surface {
  const alone = (name: "command" | "button") => ({ name, request: null }) as const;
  return {
    ...surface,
    command: (input) => spans.within(alone("command"), () => surface.command(input)),
    vote: (input) =>
      spans.within({ name: "vote", request: input.request, about: { "countersign.choice": input.choice } }, () =>
        surface.vote(input),
      ),
    press: (...of) => spans.within(alone("button"), () => surface.press(...of)),
  };
}

type Handler<J, R> = (job: J, signal: AbortSignal) => Promise<R>;

export function tracedJob<J extends { readonly request: RequestId }, R>(
  name: "execution" | "recovery",
  handler: Handler<J, R>,
  spans: Spans,
): Handler<J, R> {
  return (job, signal) => spans.within({ name, request: job.request }, () => handler(job, signal));
}

/** Dry runs and writes; what is read is told by the spans around it. */
export function tracedClusters(clusters: Clusters, spans: Spans): Clusters {
  const seen = new WeakMap<Cluster, Cluster>();
  return {
    all: () => clusters.all(),
    get(name) {
      const cluster = clusters.get(name);
      if (cluster === null) return null;
      const known = seen.get(cluster) ?? tracedCluster(cluster, spans);
      seen.set(cluster, known);
      return known;
    },
    as: (caller) => tracedClusters(clusters.as(caller), spans),
  };
}

function tracedCluster(cluster: Cluster, spans: Spans): Cluster {
  const about = (call: Call) => ({
    "countersign.cluster": cluster.info.name,
    "http.request.method": call.method,
  });
  return {
    ...cluster,
    preview: (call) =>
      spans.within({ name: "preview", request: null, about: about(call) }, () => cluster.preview(call)),
    write: (call, options) =>
      spans.within({ name: "write", request: null, about: about(call) }, () => cluster.write(call, options)),
  };
}
