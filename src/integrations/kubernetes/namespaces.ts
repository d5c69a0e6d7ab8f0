// The names of a cluster's namespaces, kept for two seconds: a bare word in a command is looked up among them each time.
import { listAt, textAt } from "../../core/json.ts";
import type { Clock } from "../../core/ports/clock.ts";
import { isRefusal, type Refusal } from "../../core/refusal.ts";
import type { Api } from "./api.ts";
import type { SubjectReviews } from "./reviews.ts";

const maxAgeMs = 2_000;
const namesOnly = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

export class Namespaces {
  readonly #api: Api;
  readonly #clock: Clock;
  #known: { readonly names: readonly string[]; readonly at: number } | null = null;
  #asking: Promise<readonly string[] | Refusal> | null = null;

  constructor(api: Api, clock: Clock) {
    this.#api = api;
    this.#clock = clock;
  }

  /** Sorted; asked for at most once at a time. A refusal is not kept. */
  async names(): Promise<readonly string[] | Refusal> {
    const ageMs = this.#known === null ? -1 : this.#clock.now() - this.#known.at;
    // Negative, too, after the clock was put back: what is kept counts as old then.
    if (this.#known !== null && ageMs >= 0 && ageMs < maxAgeMs) return this.#known.names;
    this.#asking ??= this.#look().finally(() => {
      this.#asking = null;
    });
    return await this.#asking;
  }

  async #look(): Promise<readonly string[] | Refusal> {
    const names: string[] = [];
    const at = this.#clock.now();
    let page = "";
    do {
      const query: Record<string, string> = page === "" ? { limit: "500" } : { limit: "500", continue: page };
      const body = await this.#api.get("/api/v1/namespaces", query, namesOnly);
      if (isRefusal(body)) return body;
      names.push(...listAt(body ?? undefined, "items").map((item) => textAt(item, "metadata", "name")));
      page = textAt(body ?? undefined, "metadata", "continue");
    } while (page !== "");
    this.#known = { names: names.sort(), at };
    return this.#known.names;
  }
}

/** Those that the subject may get: all, where it may list them, else each one that a review allows, as the server would. */
export async function gettable(
  names: readonly string[],
  reviews: SubjectReviews,
): Promise<readonly string[] | Refusal> {
  const what = { group: "", resource: "namespaces" };
  const all = await reviews.allowed({ ...what, verb: "list", namespace: null });
  if (isRefusal(all)) return all;
  if (all) return names;
  const answers = await Promise.all(
    // An object that is a namespace is asked about within itself (apiserver requestinfo.go).
    names.map(async (name) => ({
      name,
      allowed: await reviews.allowed({ ...what, verb: "get", namespace: name, name }),
    })),
  );
  const refused = answers.map(({ allowed }) => allowed).find((allowed) => isRefusal(allowed));
  return refused ?? answers.filter(({ allowed }) => allowed === true).map(({ name }) => name);
}
