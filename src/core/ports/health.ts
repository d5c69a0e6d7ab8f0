// How the bot's own parts are: what people who ask, a supervisor and an operator are all told from.

/** `cluster` parts carry the cluster's name; there is one of each other kind. */
export type PartKind = "store" | "jobs" | "queue" | "slack" | "messages" | "record" | "cluster";

export interface PartHealth {
  readonly kind: PartKind;
  /** The cluster's name; "" for the other kinds. */
  readonly name: string;
  /** What people call it: `The store`, `Cluster production`. */
  readonly title: string;
  /** null: it is well. Otherwise what is wrong and what it means, for people, without other people's text. */
  readonly says: string | null;
  /** Since when it is as it is, in ms; the bot's start for what has not changed since. */
  readonly since: number;
}

export interface Health {
  /** Every part that was looked at, as of the last look, a few seconds ago. Cheap: nothing is asked. */
  parts(): readonly PartHealth[];
}

/** As people and queries name it: `store`, `cluster:production`. */
export function partName({ kind, name }: Pick<PartHealth, "kind" | "name">): string {
  return name === "" ? kind : `${kind}:${name}`;
}
