// What the verbs of break-glass ask for: an offer to confirm, the use itself, and its review.
import type { Review } from "../break-glass.ts";
import type { RequestId } from "../ids.ts";
import type { Message } from "../message.ts";
import type { Person } from "../person.ts";
import type { Refusal } from "../refusal.ts";
import type { Request } from "../request.ts";

export interface Offer {
  readonly request: Request;
  /** What would run and what is skipped, from the record. */
  readonly body: Message;
  /** What must be typed besides the request's id. */
  readonly target: string;
  /** Bound to person, request, version and digest; for half an hour. */
  readonly token: string;
}

export interface Use {
  readonly id: RequestId;
  readonly by: Person;
  /** As typed into the form. */
  readonly typed: { readonly id: string; readonly target: string };
  readonly token: string;
  readonly reason: string;
}

export interface BreakGlasses {
  /** Changes nothing. Refuses with the reason why this person can't open this request now. */
  offer(id: RequestId, by: Person): Promise<Offer | Refusal>;
  /** Recorded, told and opened for review in one transaction, or nothing of it. Doing it twice refuses with `already-so`. */
  use(use: Use): Promise<Request | Refusal>;
  /** Adds a verdict to the oldest open review of the request; one per human. */
  review(id: RequestId, verdict: GivenVerdict): Promise<Review | Refusal>;
  /** Open ones first, then those that were done last; at most `limit`. */
  reviews(limit: number): Promise<readonly Review[]>;
  reviewsOf(id: RequestId): Promise<readonly Review[]>;
}

export interface GivenVerdict {
  readonly by: Person;
  readonly ok: boolean;
  readonly reason: string;
}
