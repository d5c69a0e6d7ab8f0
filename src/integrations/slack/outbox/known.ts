// Where messages stand, as the one process that sends them has it in mind: a thread and a card are asked for often.
import type { SentMessage } from "../../../core/outbox.ts";

const mostKeys = 1_000;

export interface Known {
  /** Answered from what is in mind, or read; what was never sent is read each time. */
  sent(key: string): Promise<SentMessage | null>;
  /** Whether it is in mind that it was sent. */
  has(key: string): boolean;
  learn(sent: SentMessage): void;
  /** Another process may have sent meanwhile. */
  forget(): void;
}

export function knownBy(read: (key: string) => Promise<SentMessage | null>): Known {
  const known = new Map<string, SentMessage>();
  const learn = (sent: SentMessage): void => {
    known.delete(sent.key);
    // The longest untouched goes first.
    if (known.size >= mostKeys) known.delete(known.keys().next().value ?? sent.key);
    known.set(sent.key, sent);
  };
  return {
    learn,
    has: (key) => known.has(key),
    forget: () => known.clear(),
    async sent(key) {
      const found = known.get(key) ?? (await read(key));
      if (found !== null) learn(found);
      return found;
    },
  };
}
