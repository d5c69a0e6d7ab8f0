// What every handler of incoming things is handed.
import type { Clock } from "../../../core/ports/clock.ts";
import type { Log } from "../../../core/ports/log.ts";
import type { Surface } from "../../../core/ports/surface.ts";
import type { Clients } from "../clients.ts";
import type { FileAccess } from "../files.ts";
import type { Home } from "../home.ts";
import type { OwnPosts } from "../own-posts.ts";
import type { PeopleFirst } from "../people-first.ts";
import type { Seen } from "../seen.ts";
import type { Works } from "../works.ts";

export interface Talk {
  /** Aborts when the bot will not be there for an answer that takes longer: people are told so. */
  readonly leaving: AbortSignal;
  readonly surface: Surface;
  readonly clients: Clients;
  readonly home: Home;
  readonly clock: Clock;
  readonly log: Log;
  readonly files: FileAccess;
  /** The slash command without its slash. */
  readonly command: string;
  readonly ownPosts: OwnPosts;
  readonly peopleFirst: PeopleFirst;
  /** The direct message channel with a person. */
  directChannel(userId: string): Promise<string>;
  /** Posts to a response_url within a few seconds; false when it was not taken. */
  respond(url: string, body: Readonly<Record<string, unknown>>): Promise<boolean>;
}

export type Ack = (response?: Record<string, unknown>) => Promise<void>;

export interface Desk {
  readonly talk: Talk;
  readonly seen: Seen;
  readonly works: Works;
}
