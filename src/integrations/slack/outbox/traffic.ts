// What is under way to Slack and what rests: who may begin now, so that order is kept within a line and nobody asks in vain.
import type { OutboxRow } from "../../../core/outbox.ts";
import { gatheredAt, lineOf, nextSendings, type Sending } from "./batch.ts";

/** Of one channel; more would only wait for its pace. */
const mostOfChannel = 8;

export class Traffic {
  readonly #underWay = new Map<string, OutboxRow>();
  readonly #resting = new Map<string, number>();

  /** Nothing more is sent to the channel before; until then its rows are not read. */
  rest(channelId: string, until: number): void {
    this.#resting.set(channelId, until);
  }

  resting(now: number): readonly string[] {
    for (const [channelId, until] of this.#resting) if (until <= now) this.#resting.delete(channelId);
    return [...this.#resting.keys()];
  }

  /** Of the due rows those sendings that may begin; `stands` says of a key that its message is in Slack. */
  free(rows: readonly OutboxRow[], now: number, stands: (key: string) => boolean): readonly Sending[] {
    const coming = new Set([...rows, ...this.#underWay.values()].map(({ key }) => key));
    const room = new Map<string, number>();
    for (const { to } of this.#underWay.values()) room.set(to.channelId, this.#room(room, to.channelId) - 1);
    return nextSendings(rows).filter((sending) => {
      const { to } = sending.row;
      if (this.#underWay.has(lineOf(sending.row)) || gatheredAt(sending) > now) return false;
      // What starts its thread is on the way, and is looked for again when it is there.
      const starter = to.thread !== null && "key" in to.thread ? to.thread.key : null;
      if (starter !== null && coming.has(starter) && !stands(starter)) return false;
      const left = this.#room(room, to.channelId);
      if (left <= 0) return false;
      room.set(to.channelId, left - 1);
      return true;
    });
  }

  #room(room: ReadonlyMap<string, number>, channelId: string): number {
    return room.get(channelId) ?? mostOfChannel;
  }

  /** Resolves as the work does; until then nothing else of its line begins. */
  async follow<T>(row: OutboxRow, work: Promise<T>): Promise<T> {
    const line = lineOf(row);
    this.#underWay.set(line, row);
    try {
      return await work;
    } finally {
      this.#underWay.delete(line);
    }
  }
}
