// JSON calls of one outside system, with its address and credential; what goes wrong is a refusal that names the system.
import { isJsonObject, type Json } from "../../core/json.ts";
import { type Refusal, refuse } from "../../core/refusal.ts";
import { type Calling, call } from "./get.ts";

export interface JsonApiSettings {
  /** For people. */
  readonly system: string;
  /** Where all paths start; https. */
  readonly base: string;
  /** Sent with every call, credential included. */
  readonly headers: Readonly<Record<string, string>>;
  readonly privateAddresses: boolean;
  readonly ca?: string;
}

export type JsonAnswer =
  | { readonly kind: "answer"; readonly status: number; readonly body: Json | null }
  | { readonly kind: "refused"; readonly refusal: Refusal }
  | { readonly kind: "unknown"; readonly says: string };

const timeoutMs = 8_000;
const maxBytes = 4_000_000;

export interface JsonAsk {
  readonly method: Calling["method"];
  /** Below the base; what people gave is already encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Json;
  /** What it shares its time with. */
  readonly signal?: AbortSignal;
}

export class JsonApi {
  readonly #settings: JsonApiSettings;

  constructor(settings: JsonApiSettings) {
    this.#settings = settings;
  }

  /** Any answer with a status below 300, or 404; everything else is refused, by what the system means with it. */
  async send(ask: JsonAsk): Promise<JsonAnswer> {
    const { base, headers, system, privateAddresses, ca } = this.#settings;
    const url = new URL(`${base.replace(/\/+$/, "")}${ask.path}`);
    for (const [name, value] of Object.entries(ask.query ?? {})) url.searchParams.set(name, value);
    const called = await call(url, {
      ...{ method: ask.method, headers, maxBytes, timeoutMs, privateAddresses },
      ...(ca === undefined ? {} : { ca }),
      ...(ask.body === undefined ? {} : { body: JSON.stringify(ask.body) }),
      ...(ask.signal === undefined ? {} : { signal: ask.signal }),
    });
    if (called.kind === "failed") return { kind: "refused", refusal: this.unreachable(called.why) };
    if (called.kind === "unanswered")
      return ask.method === "GET"
        ? { kind: "refused", refusal: this.unreachable(called.why) }
        : { kind: "unknown", says: `${system}: ${called.why}` };
    // A server that failed in the middle may have done it.
    if (called.status >= 500 && ask.method !== "GET")
      return { kind: "unknown", says: `${system} answered ${called.status}` };
    const refusal = this.#refusalOf(called.status, called.retryAfter);
    if (refusal !== null) return { kind: "refused", refusal };
    return { kind: "answer", status: called.status, body: parsed(called.text) };
  }

  /** A read whose answer must be a JSON object; null for 404. */
  async read(path: string, ask: Pick<JsonAsk, "query" | "signal"> = {}): Promise<Json | null | Refusal> {
    const answer = await this.send({ method: "GET", path, ...ask });
    if (answer.kind !== "answer")
      return answer.kind === "refused" ? answer.refusal : this.unreachable("it did not answer");
    if (answer.status === 404) return null;
    return isJsonObject(answer.body) || Array.isArray(answer.body)
      ? answer.body
      : this.unreachable("its answer is not understood");
  }

  /** It has nothing of that name, or hides it from the bot's credential. */
  hasNo(what: string): Refusal {
    const { system } = this.#settings;
    const hint = "Ask whoever runs it whether it was renamed, and whether the bot's credential may see it.";
    return refuse("no-such-role", `${system} shows no ${what}.`, hint);
  }

  /** What the configuration does not give is never added to. */
  notNamed(what: string, given: readonly string[]): Refusal {
    const { system } = this.#settings;
    const hint = `Of it there is ${given.join(", ") || "nothing"} in the configuration.`;
    return refuse("no-such-role", `The configuration gives no ${what} of ${system}.`, hint);
  }

  unreachable(why: string): Refusal {
    const { system } = this.#settings;
    return refuse(
      "target-unreachable",
      `${system} cannot be asked: ${why}.`,
      "Nothing was done. Try again in a moment.",
    );
  }

  says(why: string): Refusal {
    const { system } = this.#settings;
    return refuse("target-refuses", `${system} says no: ${why}.`, "Ask whoever runs it.");
  }

  #refusalOf(status: number, retryAfter: string): Refusal | null {
    if (status < 300 || status === 404) return null;
    if (status === 401) return this.says("it does not accept the bot's credential");
    if (status === 429 || (status === 403 && retryAfter !== ""))
      return this.unreachable(`it is asked too often${retryAfter === "" ? "" : `, try again in ${retryAfter} s`}`);
    if (status === 403) return this.says("the bot's credential has no right to do this");
    if (status >= 500) return this.unreachable(`it answered ${status}`);
    return this.says(`it answered ${status}`);
  }
}

function parsed(text: string): Json | null {
  try {
    return text === "" ? null : (JSON.parse(text) as Json);
  } catch {
    return null;
  }
}
