// What verbs may ask about requests, policy and record.
import type { AuditFilter, AuditRecord } from "../audit.ts";
import type { RequestId } from "../ids.ts";
import type { Person } from "../person.ts";
import type { Decision, Question, Requirement } from "../policy.ts";
import type { Refusal } from "../refusal.ts";
import type { Request } from "../request.ts";
import type { PrunedRequest } from "./pruning.ts";
import type { RequestFilter } from "./store.ts";

export interface Requests {
  get(id: RequestId): Promise<Request | null>;
  /** What is left of one whose document was pruned; null for any other. */
  pruned(id: RequestId): Promise<PrunedRequest | null>;
  list(filter: RequestFilter): Promise<readonly Request[]>;
  /** Who could still countersign it now, and what is missing; null when it needs nothing. */
  standing(request: Request): Promise<Standing | Refusal>;
  /** Takes the request back before it starts, or ends its watching. Recorded; doing it twice refuses with `request-over`. */
  cancel(id: RequestId, by: Person, reason: string | null): Promise<Request | Refusal>;
  halted(): Promise<{ readonly by: string; readonly at: number; readonly reason: string } | null>;
}

export interface Standing {
  /** "1 of payments-leads; 4 people can" */
  readonly missing: string;
  readonly eligible: readonly { readonly userId: string; readonly name: string }[];
  readonly because: string;
}

export interface PolicyView {
  /** Freezes that people have set included; refuses with `freezes-unknown` when those of a change can't be known. */
  decide(question: Question): Promise<Decision | Refusal>;
  /** The decision's tree of reasons, a line each. */
  explain(decision: Decision): readonly string[];
  /** "From 08:00 (Europe/Berlin) it would be allowed.", where only a window stands in between; null otherwise. */
  opens(question: Question): string | null;
  /**
   * Whose approval a request of this person could get now, by name and in the policy's groups only: empty where anybody's would
   * do, and where the directory is away. Those who would have to sign in first are left out.
   */
  couldCountersign(requirement: Requirement, asker: Person): Promise<Standing["eligible"]>;
  /** The rules that could let this person use the verb at all, for help that lists only what one may do. */
  mayEver(verb: string, verbKind: Question["verbKind"], person: Person): boolean;
}

export interface AuditView {
  list(filter: AuditFilter): Promise<readonly AuditRecord[]>;
  /** Verifies the whole log and its checkpoints; a sentence and the counts. */
  verify(): Promise<{ readonly ok: boolean; readonly says: string; readonly records: number }>;
}

/** The bot's own catalogue of verbs, for help. */
export interface Catalogue {
  readonly verbs: readonly VerbEntry[];
}

export interface VerbEntry {
  readonly name: string;
  readonly kind: "read" | "change" | "own";
  readonly summary: string;
  readonly usage: string;
  readonly flags: readonly { readonly name: string; readonly usage: string; readonly summary: string }[];
  readonly examples: readonly string[];
}
