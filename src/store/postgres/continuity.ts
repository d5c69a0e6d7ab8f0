// Whether a connection still leads to the log that this process wrote: a standby may have taken over that never got the end of it.
import type { PoolClient } from "pg";
import { StoreUnavailable } from "../../core/ports/store.ts";
import type { AuditHead } from "../audit.ts";
import type { Loss } from "../store-on.ts";
import type { Round } from "./round.ts";

export class Continuity {
  /** The newest head that was seen to be committed. */
  #known: AuditHead | null = null;
  /** The connection on which that was so. */
  #client: PoolClient | null = null;

  /** Throws `StoreUnavailable`, once, where what was committed is gone. */
  async look(client: PoolClient, round: Round): Promise<void> {
    const known = this.#known;
    if (client !== this.#client && known !== null && !(await holds(round, known))) {
      // Whoever is told decides from here on; the next round is begun on what there is.
      this.#known = null;
      throw new WentBack(known, round.head);
    }
    this.#client = client;
    this.#known = round.head;
  }

  committed(head: AuditHead): void {
    this.#known = head;
  }
}

export class WentBack extends StoreUnavailable {
  readonly loss: Loss;

  constructor(known: AuditHead, { size }: AuditHead) {
    const why = `the database held ${known.size} records, and now holds ${size} without the last of them: something took records away`;
    super(why);
    this.loss = { why, size };
  }
}

async function holds(round: Round, known: AuditHead): Promise<boolean> {
  const { head } = round;
  if (head.size < known.size) return false;
  if (head.size === known.size) return head.hash === known.hash;
  if (known.size === 0) return true;
  const [found] = await round.send([{ sql: "SELECT line FROM audit WHERE seq = ?", params: [known.size - 1] }]);
  const line = found?.rows[0]?.line;
  return typeof line === "string" && (JSON.parse(line) as { readonly hash?: unknown }).hash === known.hash;
}
