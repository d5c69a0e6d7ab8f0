// What a store knows of pruning: which requests are old enough, what is left of one, and which prunings are not done.
import type { RequestId } from "../ids.ts";
import type { RequestState } from "../request.ts";

/** What is left of a request whose document was pruned. */
export interface PrunedRequest {
  readonly id: RequestId;
  readonly verb: string;
  readonly state: RequestState;
  readonly createdAt: number;
  readonly endedAt: number | null;
  readonly prunedAt: number;
  /** The number of the record of its pruning. */
  readonly record: number;
  /** The file of the archive that holds its document, or null. */
  readonly archive: string | null;
}

/** A request that is over, with its document as it is stored. */
export interface OldRequest {
  readonly id: RequestId;
  readonly createdAt: number;
  readonly body: string;
}

export interface PrunedRequestReads {
  /** null for one that has its document, and for one that never was. */
  pruned(id: RequestId): Promise<PrunedRequest | null>;
  /** Those of them that still have their document. */
  standing(ids: readonly RequestId[]): Promise<ReadonlySet<RequestId>>;
  /** Requests that are over and that nothing alive holds, the oldest first. */
  over(filter: {
    readonly createdBefore: number;
    /** Where to go on, or null. */
    readonly after: Pick<OldRequest, "createdAt" | "id"> | null;
    readonly limit: number;
  }): Promise<readonly OldRequest[]>;
}

/** Rows of what is over and has no document, by kind. */
export interface Leftovers {
  /** Ended links of accounts: they lose what the provider said of the person. That both are of one human stays. */
  readonly links: number;
  readonly delegations: number;
  /** Of people who have nothing waiting. */
  readonly digests: number;
  /** Messages that were given up. */
  readonly unsent: number;
  /** Where a message was posted; the card of a request is known as long as the request is. */
  readonly sent: number;
}

export interface LeftoverReads {
  /** Over, or last touched, before that time. */
  count(before: number): Promise<Leftovers>;
}

export interface PruningReads {
  /** The numbers of the records of prunings whose words are not all gone, the oldest first. */
  unfinished(): Promise<readonly number[]>;
}
