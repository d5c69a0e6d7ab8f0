// What people may see, as the cluster's reviews said it in the last half minute.
import { digestOf } from "../../core/digest.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Access, Allowed } from "../../core/ports/clusters.ts";
import { isRefusal, type Refusal } from "../../core/refusal.ts";
import type { Impersonation } from "./impersonate.ts";

/** Counted from when it was asked: a right that was taken away shows after this at the latest. */
const maxAgeMs = 30_000;
/** Some 10 MB; the longest unused go first. */
const most = 50_000;
const atOnce = 16;

interface Verdict {
  readonly allowed: boolean;
  readonly at: number;
}

export class Reviews {
  readonly #ask: (subject: Impersonation, access: Access) => Promise<Allowed | Refusal>;
  readonly #clock: Clock;
  readonly #kept = new Map<string, Verdict>();
  readonly #asking = new Map<string, Promise<boolean | Refusal>>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(ask: (subject: Impersonation, access: Access) => Promise<Allowed | Refusal>, clock: Clock) {
    this.#ask = ask;
    this.#clock = clock;
  }

  /** The reviews of one subject. */
  of(subject: Impersonation): SubjectReviews {
    const id = digestOf({ ...subject });
    const keyOf = (access: Access): string =>
      [id, access.verb, access.group, access.resource, access.subresource, access.namespace, access.name].join(" ");
    return {
      known: (access) => this.#known(keyOf(access)),
      allowed: (access) => this.#allowed(keyOf(access), () => this.#ask(subject, access)),
    };
  }

  #known(key: string): boolean | null {
    const verdict = this.#kept.get(key);
    const ageMs = verdict === undefined ? -1 : this.#clock.now() - verdict.at;
    // Negative, too, after the clock was put back: what is kept counts as old then.
    if (verdict === undefined || ageMs < 0 || ageMs >= maxAgeMs) return null;
    this.#kept.delete(key);
    this.#kept.set(key, verdict);
    return verdict.allowed;
  }

  async #allowed(key: string, ask: () => Promise<Allowed | Refusal>): Promise<boolean | Refusal> {
    const known = this.#known(key);
    if (known !== null) return known;
    const running = this.#asking.get(key);
    if (running !== undefined) return await running;
    const asking = this.#askOne(key, ask).finally(() => this.#asking.delete(key));
    this.#asking.set(key, asking);
    return await asking;
  }

  /** A refusal is not kept. */
  async #askOne(key: string, ask: () => Promise<Allowed | Refusal>): Promise<boolean | Refusal> {
    while (this.#running >= atOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running += 1;
    try {
      const at = this.#clock.now();
      const answer = await ask();
      if (isRefusal(answer)) return answer;
      this.#keep(key, { allowed: answer.allowed, at });
      return answer.allowed;
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  #keep(key: string, verdict: Verdict): void {
    this.#kept.delete(key);
    this.#kept.set(key, verdict);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= most) return;
      this.#kept.delete(oldest);
    }
  }
}

export interface SubjectReviews {
  /** null: not known, or not any more. */
  known(access: Access): boolean | null;
  /** Known, or asked for; of many who ask for the same at once, one asks the cluster. */
  allowed(access: Access): Promise<boolean | Refusal>;
}
