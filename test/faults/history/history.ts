// What a fault run leaves behind: who did what at the front, what the cluster saw, the audit log, and everything that was said.

/** What somebody meant to do in Slack. */
export type Deed =
  | { readonly do: "command"; readonly text: string }
  /** By the form that the card opened; `card` is the card's ts, which tells the version. */
  | { readonly do: "approve" | "deny"; readonly request: string; readonly card: string };

/** All times in ms by the bot's clock. */
export type FrontEvent =
  | { readonly kind: "invoke"; readonly op: number; readonly at: number; readonly who: string; readonly deed: Deed }
  /** ok: Slack was told that it was taken. fail: it was refused, in words. unknown: nobody can say. */
  | { readonly kind: "ok" | "fail" | "unknown"; readonly op: number; readonly at: number; readonly says: string }
  /** How long Slack waited for the acknowledgement of a deed. */
  | { readonly kind: "acknowledged"; readonly op: number; readonly at: number; readonly tookMs: number }
  /** Slack showed this end of a request. */
  | { readonly kind: "shown"; readonly at: number; readonly request: string; readonly end: ShownEnd }
  /** Somebody read the log so far: this record is acknowledged. */
  | { readonly kind: "head"; readonly at: number; readonly seq: number; readonly hash: string }
  /** Who is in these groups from now on. */
  | {
      readonly kind: "members";
      readonly at: number;
      readonly groups: Readonly<Record<string, readonly string[]>>;
    }
  | { readonly kind: "bot"; readonly at: number; readonly is: "serving" | "down" }
  /** Something broke a rule of Slack's, such as a late acknowledgement. */
  | { readonly kind: "breach"; readonly at: number; readonly code: string; readonly detail: string };

export type ShownEnd = "done" | "failed" | "unknown" | "not-confirmed" | "denied" | "cancelled" | "expired";

/** A card as it stands where people countersign; open: it shows no end. */
export interface ShownCard {
  readonly request: string;
  readonly ts: string;
  readonly says: ShownEnd | "superseded" | "replaced" | "open";
}

/** A call that could change the cluster, as the cluster saw it. */
export interface ClusterCall {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly userAgent: string;
  /** 0 when there was no answer. */
  readonly code: number;
  /** Carried out, whether or not the answer arrived. */
  readonly done: boolean;
}

/** What must be true of who approved, said independently of the bot's own configuration. */
export interface Rules {
  readonly approvals: number;
  readonly from: readonly string[];
  /** What is known of a group may be so old. */
  readonly groupMaxAgeMs: number;
}

/** A database came back without its last records, as the programme itself made it do. */
export interface Loss {
  /** By then; what was told before is what may be missing. */
  readonly at: number;
  /** The first record that may be missing. */
  readonly from: number;
}

export interface History {
  readonly part: string;
  readonly seed: number;
  readonly backend: string;
  readonly rules: Rules;
  readonly front: readonly FrontEvent[];
  readonly cluster: readonly ClusterCall[];
  /** As they stood once every message had gone out; left out where nobody waited for that. */
  readonly cards?: readonly ShownCard[];
  readonly losses?: readonly Loss[];
  /** Grants, by request, whose objects are in the cluster at the end. */
  readonly grantsLeft: readonly string[];
  /** The log as exported, one record a line; the notes kept outside; the public key. */
  readonly log: readonly string[];
  readonly checkpoints: readonly string[];
  readonly key: string;
  readonly sinks: readonly Sink[];
  readonly canaries: readonly string[];
  /** By the bot's clock. */
  readonly endedAt: number;
  /** The bot was left alone until nothing was under way any more. */
  readonly settled: boolean;
}

export interface Sink {
  readonly name: string;
  readonly text: string;
}

export type Invariant = "I1" | "I2" | "I3" | "I4" | "I5" | "I6" | "I7" | "I8";

export interface Finding {
  readonly invariant: Invariant;
  readonly says: string;
}
