// The names of a cluster's namespaces, kept for two seconds: a bare word in a command is looked up among them each time.
import { listAt, textAt } from "../../core/json.ts";
import type { Clock } from "../../core/ports/clock.ts";
import { isRefusal, type Refusal } from "../../core/refusal.ts";
import type { Api } from "./api.ts";

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
