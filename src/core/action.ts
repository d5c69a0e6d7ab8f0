// An action: one verb as one value. Reads give an answer; changes give a plan and change nothing.
import type { RequestId } from "./ids.ts";
import type { Message } from "./message.ts";
import type { ArgsOf, Params, Target } from "./params.ts";
import type { Person } from "./person.ts";
import type { Draft } from "./plan.ts";
import type { Ports } from "./ports/index.ts";
import type { Form } from "./ports/surface.ts";
import type { Refusal } from "./refusal.ts";

export type PortName = keyof Ports;

/** What calls take in a cluster, as RBAC says it; `listed` stands for whatever kinds the admin lets the verb work on. */
export type AccessRule =
  | {
      readonly group: string;
      readonly resource: string;
      readonly subresource?: string;
      readonly verbs: readonly string[];
      /** `accounts`: only where grants' service accounts stand. `cluster`: on the whole one. Absent: where approvals give rights. */
      readonly in?: "accounts" | "cluster";
    }
  | { readonly listed: true; readonly verbs: readonly string[] }
  /** The roles of the catalogue, by name: whoever binds a role must hold it or may `bind` it. */
  | { readonly granted: true; readonly verbs: readonly string[] };

interface Described<P extends Params, N extends PortName> {
  /** What people type; may hold a space: "set image". */
  readonly name: string;
  /** One line for help, in the imperative, without a full stop. */
  readonly summary: string;
  /** Whole commands without the prefix; each is parsed in a test. */
  readonly examples: readonly string[];
  readonly params: P;
  /** The only ports that the action is handed. */
  readonly needs: readonly N[];
}

/** Who asks, when and where: the same at planning and at execution. */
export interface Asking {
  readonly person: Person;
  /** When the request was made, in ms: the only time that may enter a plan. */
  readonly requestedAt: number;
  readonly channelId: string;
  /** Of the request that the plan is made for, or will be; always there when a plan is made by the running bot. */
  readonly requestId?: RequestId;
  /** The asker's own words why. */
  readonly reason?: string | null;
}

export interface ReadAction<P extends Params, N extends PortName, F> extends Described<P, N> {
  readonly kind: "read";
  /** Reads the world, changes nothing. */
  readonly observe: (ports: Pick<Ports, N>, args: ArgsOf<P>, asking: Asking) => Promise<F | Refusal>;
  /**
   * What it looks at, where its targets and its `cluster` and `namespace` do not say so: the policy is asked about these. Before that
   * nothing may be read but which clusters and kinds there are, and what was handed in.
   */
  readonly looksAt?: (ports: Pick<Ports, N>, args: ArgsOf<P>) => Promise<readonly Target[] | Refusal>;
  /** Pure. */
  readonly answer: (facts: F, args: ArgsOf<P>, asking: Asking) => Message | Refusal;
  /**
   * The answer when it is ready without waiting (from caches), so that it can travel in the acknowledgement itself;
   * null when it is not.
   */
  readonly ready?: (ports: Pick<Ports, N>, args: ArgsOf<P>, asking: Asking) => Message | Refusal | null;
}

export interface ChangeAction<P extends Params, N extends PortName, F> extends Described<P, N> {
  readonly kind: "change";
  /** Version of what the verb means; part of the digest. */
  readonly schema: number;
  /**
   * All that the calls of its plans take in clusters, and the bump of an object's version by which recovery makes sure that
   * nothing lands late: what `countersign rbac` binds to the verb's approved group. None: it writes to no cluster.
   */
  readonly access?: readonly AccessRule[];
  readonly observe: (ports: Pick<Ports, N>, args: ArgsOf<P>, asking: Asking) => Promise<F | Refusal>;
  /**
   * Pure: the same facts, arguments and request time give the same draft. What it names is written by dispatch exactly as it
   * stands, guarded by the versions that were read, verified by its goals; no verb writes by itself.
   */
  readonly decide: (facts: F, args: ArgsOf<P>, asking: Asking) => Draft | Refusal;
  /**
   * Pure: what was typed, made so that it means the same whenever and for whomever it is read again; “18:00” becomes a moment.
   * What comes back is what is stored and planned from. Absent: as typed.
   */
  readonly settle?: (typed: Typed, said: Said) => Typed | Refusal;
}

/** Parameter → text. */
export type Typed = Readonly<Record<string, string>>;

/** What a command's words may depend on besides themselves. */
export interface Said {
  readonly now: number;
  /** IANA zone of the person. */
  readonly zone: string;
  /** `--cluster` and `--namespace`, where they are no parameters of the verb's own. */
  readonly cluster: string | null;
  readonly namespace: string | null;
}

/** A verb about the bot's own requests, which needs no plan: it is recorded and done at once. */
export interface OwnAction<P extends Params, N extends PortName> extends Described<P, N> {
  readonly kind: "own";
  /** It gives somebody a right: a button alone does not do it, since its value can be anybody's who holds the bot's token (T4). */
  readonly typedOnly?: true;
  readonly run: (ports: Pick<Ports, N>, args: ArgsOf<P>, asking: Asking) => Promise<Message | Refusal>;
  /**
   * What must be typed into a form before `run`: the verb runs only from its submission, which brings the params of place
   * `field`. Changes nothing. Absent: it runs as it is typed.
   */
  readonly form?: (ports: Pick<Ports, N>, args: ArgsOf<P>, asking: Asking) => Promise<OwnForm | Refusal>;
}

/** The verb's own form; its fields are named like the params of place `field`. */
export type OwnForm = Omit<Form, "verb">;

/**
 * An action of any parameters, ports and facts, as registries hold them. The members are methods here so that each
 * action is assignable; only `dispatch` calls them, always with what the action's own params and needs say.
 */
export interface AnyAction {
  readonly kind: "read" | "change" | "own";
  readonly name: string;
  readonly summary: string;
  readonly examples: readonly string[];
  readonly params: Params;
  readonly needs: readonly PortName[];
  readonly schema?: number;
  readonly access?: readonly AccessRule[];
  readonly typedOnly?: true;
  looksAt?(ports: Partial<Ports>, args: unknown): Promise<readonly Target[] | Refusal>;
  observe?(ports: Partial<Ports>, args: unknown, asking: Asking): Promise<unknown>;
  answer?(facts: unknown, args: unknown, asking: Asking): Message | Refusal;
  ready?(ports: Partial<Ports>, args: unknown, asking: Asking): Message | Refusal | null;
  decide?(facts: unknown, args: unknown, asking: Asking): Draft | Refusal;
  settle?(typed: Typed, said: Said): Typed | Refusal;
  run?(ports: Partial<Ports>, args: unknown, asking: Asking): Promise<Message | Refusal>;
  form?(ports: Partial<Ports>, args: unknown, asking: Asking): Promise<OwnForm | Refusal>;
}

export function defineRead<P extends Params, N extends PortName, F>(
  action: Omit<ReadAction<P, N, F>, "kind">,
): ReadAction<P, N, F> {
  return { kind: "read", ...action };
}

export function defineChange<P extends Params, N extends PortName, F>(
  action: Omit<ChangeAction<P, N, F>, "kind">,
): ChangeAction<P, N, F> {
  return { kind: "change", ...action };
}

export function defineOwn<P extends Params, N extends PortName>(
  action: Omit<OwnAction<P, N>, "kind">,
): OwnAction<P, N> {
  return { kind: "own", ...action };
}
