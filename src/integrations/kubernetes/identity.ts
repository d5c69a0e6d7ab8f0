// Which cluster answers under a name: the uid of its namespace kube-system, which lives exactly as long as the cluster.
import { textAt } from "../../core/json.ts";
import { isRefusal, type Refusal, refuse } from "../../core/refusal.ts";
import type { Api } from "./api.ts";

const path = "/api/v1/namespaces/kube-system";

export class Identity {
  readonly #api: Api;
  #known: string | null = null;

  constructor(api: Api) {
    this.#api = api;
  }

  /** Asked for until it is known, then kept: a connection is made once, and goes where it went. A refusal is not kept. */
  async uid(): Promise<string | Refusal> {
    if (this.#known !== null) return this.#known;
    const api = this.#api;
    const answer = await api.send({ method: "GET", path, query: {}, deadlineMs: api.timing.callMs });
    if (isRefusal(answer)) return answer;
    if (answer.kind === "answer" && answer.status === 403) return forbidden(api.cluster);
    const body = api.bodyOf(answer, path);
    if (isRefusal(body)) return body;
    const uid = textAt(body, "metadata", "uid");
    if (uid === "") return nameless(api.cluster);
    this.#known = uid;
    return uid;
  }
}

function forbidden(cluster: string): Refusal {
  return refuse(
    "cluster-forbids",
    `Cluster ${cluster} does not let the bot get the namespace kube-system, by whose uid a plan is bound to this very cluster.`,
    "Grant the bot's account get on namespaces (resourceNames: [kube-system] is enough) in a ClusterRole.",
  );
}

function nameless(cluster: string): Refusal {
  return refuse(
    "cluster-rejects",
    `Cluster ${cluster} gives its namespace kube-system no uid, so I can't tell it from another cluster.`,
    "Look whether the address is that of a Kubernetes API server.",
  );
}
