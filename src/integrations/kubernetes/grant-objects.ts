// The objects of grants, for the reaper: listed by their label, removed by their uid; no rights to read a Secret are needed.
import { expiresAfterAnnotation, grantLabel } from "../../core/access.ts";
import { canonicalJson } from "../../core/digest.ts";
import { type Json, listAt, textAt } from "../../core/json.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Connection } from "./connect.ts";
import { type Answer, ClusterHttp, type NoAnswer } from "./request.ts";

const resources = [
  ["rolebindings", "/apis/rbac.authorization.k8s.io/v1"],
  ["clusterrolebindings", "/apis/rbac.authorization.k8s.io/v1"],
  ["serviceaccounts", "/api/v1"],
] as const;

export interface GrantObjectsOptions {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly version: string;
  /** Where the accounts of grants by token stand: they are looked for there and nowhere else. */
  readonly namespace: string;
}

type Resource = (typeof resources)[number][0];

export interface FoundObject {
  readonly resource: Resource;
  readonly namespace: string | null;
  readonly name: string;
  readonly uid: string;
  readonly grant: string;
  readonly createdAt: number | null;
  readonly expiresAfter: string;
}

interface Found {
  readonly now: number;
  readonly objects: readonly FoundObject[];
  /** Of each list that could not be had whole, why. */
  readonly failed: readonly Error[];
}

const callMs = 8_000;
const pageSize = "500";

export class GrantObjects {
  readonly #http: ClusterHttp;
  readonly #clock: Clock;
  readonly #namespace: string;

  constructor({ connection, clock, version, namespace }: GrantObjectsOptions) {
    this.#http = new ClusterHttp(connection, clock, version);
    this.#clock = clock;
    this.#namespace = namespace;
  }

  /**
   * Everything with a grant's label, and the server's time by its `Date` header (RFC 9110 section 6.6.1), which it sets itself; by
   * this machine's clock where a proxy took the header away. A list that cannot be had whole is told beside what the others hold,
   * so that it keeps nothing of theirs alive; throws when there is none.
   */
  async list(): Promise<Found> {
    let now = Number.NEGATIVE_INFINITY;
    const objects: FoundObject[] = [];
    const failed: Error[] = [];
    for (const [resource, root] of resources) {
      try {
        const some = await this.#listed(resource, root);
        now = Math.max(now, some.now);
        objects.push(...some.objects);
      } catch (error) {
        failed.push(error instanceof Error ? error : new Error(String(error)));
      }
    }
    const [first] = failed;
    if (first !== undefined && failed.length === resources.length) throw first;
    return { now, objects, failed };
  }

  async #listed(resource: Resource, root: string): Promise<Omit<Found, "failed">> {
    let now = Number.NEGATIVE_INFINITY;
    const objects: FoundObject[] = [];
    const place = resource === "serviceaccounts" ? `/namespaces/${this.#namespace}` : "";
    let next = "";
    do {
      const query = { labelSelector: grantLabel, limit: pageSize, ...(next === "" ? {} : { continue: next }) };
      const answer = await this.#sent({ method: "GET", path: `${root}${place}/${resource}`, query });
      const body = bodyOf(answer, `list ${resource}`);
      const date = Date.parse(answer.header("date"));
      now = Math.max(now, Number.isNaN(date) ? this.#clock.now() : date);
      objects.push(...listAt(body, "items").map((item) => foundObject(resource, item)));
      next = textAt(body, "metadata", "continue");
    } while (next !== "");
    return { now, objects };
  }

  /** Gone already is done; another object of that name is left alone (the uid is a precondition). */
  async remove({ resource, namespace, name, uid }: FoundObject): Promise<void> {
    const root = resources.find(([one]) => one === resource)?.[1] ?? "";
    // A token is bound to the Secret of its account's name: it ends with it, whatever becomes of the account.
    if (resource === "serviceaccounts" && namespace !== null)
      await this.#delete(`/api/v1/namespaces/${namespace}/secrets/${name}`, null);
    const place = namespace === null ? "" : `/namespaces/${namespace}`;
    await this.#delete(`${root}${place}/${resource}/${name}`, uid);
  }

  async #delete(path: string, uid: string | null): Promise<void> {
    const preconditions = uid === null ? {} : { preconditions: { uid } };
    const body = canonicalJson({ apiVersion: "v1", kind: "DeleteOptions", ...preconditions });
    const answer = await this.#sent({ method: "DELETE", path, contentType: "application/json", body });
    // 404: gone. 409: the uid is another's, so what was to go is gone.
    if (answer.status !== 404 && answer.status !== 409) bodyOf(answer, `delete ${path}`);
  }

  async #sent(ask: Omit<Parameters<ClusterHttp["send"]>[0], "deadlineMs">): Promise<Answer> {
    const answer: Answer | NoAnswer = await this.#http.send({ ...ask, deadlineMs: callMs });
    if (answer.kind === "answer") return answer;
    throw new Error(`the cluster did not answer ${ask.method} ${ask.path}: ${answer.says}`);
  }
}

function bodyOf(answer: Answer, what: string): Json {
  if (answer.status >= 200 && answer.status <= 299 && answer.body !== undefined) return answer.body;
  const reason = textAt(answer.body ?? null, "reason");
  throw new Error(`the cluster refused to ${what}: ${answer.status} ${reason}`.trim());
}

function foundObject(resource: Resource, item: Json): FoundObject {
  const createdAt = Date.parse(textAt(item, "metadata", "creationTimestamp"));
  const namespace = textAt(item, "metadata", "namespace");
  return {
    resource,
    namespace: namespace === "" ? null : namespace,
    name: textAt(item, "metadata", "name"),
    uid: textAt(item, "metadata", "uid"),
    grant: textAt(item, "metadata", "labels", grantLabel),
    createdAt: Number.isNaN(createdAt) ? null : createdAt,
    expiresAfter: textAt(item, "metadata", "annotations", expiresAfterAnnotation),
  };
}
