// Things Slack hands out that wear out: trigger ids (once, 3 s) and response URLs (five times, 30 minutes).
import type { Clock } from "./clock.ts";
import type { Message } from "./records.ts";

const TRIGGER_MS = 3000;
/** Slack puts a number for the team in the middle of a trigger id. */
const TEAM_NUMBER = 1_234_567_890;
const RESPONSE_URL_MS = 30 * 60_000;
const RESPONSE_URL_USES = 5;

export interface Trigger {
  readonly user: string;
  /** Set when it came from inside a modal: only such a trigger can push a view. */
  readonly viewId: string | undefined;
}

export interface ResponseTarget {
  readonly user: string;
  readonly channel: string;
  readonly threadTs: string | undefined;
  /** The message that `replace_original` and `delete_original` mean; none for slash commands. */
  readonly original: Message | undefined;
}

export type Exchange<T> =
  | { readonly kind: "given"; readonly value: T }
  | { readonly kind: "expired" }
  | { readonly kind: "used" }
  | { readonly kind: "unknown" };

export interface Tickets {
  readonly newTrigger: (trigger: Trigger) => string;
  readonly exchangeTrigger: (id: string) => Exchange<Trigger>;
  /** The key of a new response URL. */
  readonly newResponse: (target: ResponseTarget) => string;
  readonly useResponse: (key: string) => Exchange<ResponseTarget>;
}

interface Held<T> {
  readonly value: T;
  readonly until: number;
  left: number;
}

/** Long runs must not grow for ever; the oldest are forgotten, long after they have expired. */
const KEPT = 20_000;

function keep<T>(held: Map<string, Held<T>>, key: string, value: Held<T>): void {
  held.set(key, value);
  const oldest = held.keys().next();
  if (held.size > KEPT && !oldest.done) held.delete(oldest.value);
}

export function makeTickets(clock: Clock, newSecret: () => string): Tickets {
  const triggers = new Map<string, Held<Trigger>>();
  const responses = new Map<string, Held<ResponseTarget>>();

  function exchange<T>(held: Held<T> | undefined): Exchange<T> {
    if (held === undefined) return { kind: "unknown" };
    if (held.left <= 0) return { kind: "used" };
    if (clock.now() > held.until) return { kind: "expired" };
    held.left -= 1;
    return { kind: "given", value: held.value };
  }

  return {
    newTrigger: (trigger) => {
      const id = `${clock.now()}.${TEAM_NUMBER}.${newSecret()}`;
      keep(triggers, id, { value: trigger, until: clock.now() + TRIGGER_MS, left: 1 });
      return id;
    },
    exchangeTrigger: (id) => exchange(triggers.get(id)),
    newResponse: (target) => {
      const key = newSecret();
      keep(responses, key, { value: target, until: clock.now() + RESPONSE_URL_MS, left: RESPONSE_URL_USES });
      return key;
    },
    useResponse: (key) => exchange(responses.get(key)),
  };
}
