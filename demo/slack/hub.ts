// Tells whoever listens (the page, waiting tests, the file on disk) that something in the workspace changed.
import type { Message, ViewRecord } from "./records.ts";

export type Change =
  | { readonly kind: "message"; readonly message: Message }
  | { readonly kind: "deleted"; readonly message: Message }
  | { readonly kind: "channel"; readonly channel: string }
  | { readonly kind: "home"; readonly view: ViewRecord }
  | { readonly kind: "modal"; readonly view: ViewRecord; readonly stack: number }
  | { readonly kind: "modal-closed"; readonly user: string; readonly viewId: string }
  | { readonly kind: "app"; readonly connected: boolean }
  | { readonly kind: "file" }
  | { readonly kind: "log" };

export interface Hub {
  readonly tell: (change: Change) => void;
  /** The returned function stops listening. */
  readonly listen: (hear: (change: Change) => void) => () => void;
  /**
   * Resolves with the first defined value of `read`, asked now, after each change, and ten times a second, since what it looks
   * at may lie elsewhere; rejects when the time is up.
   */
  readonly until: <T>(read: () => T | undefined, timeoutMs: number, what: string) => Promise<T>;
}

export function makeHub(): Hub {
  const listeners = new Set<(change: Change) => void>();
  const listen: Hub["listen"] = (hear) => {
    listeners.add(hear);
    return () => listeners.delete(hear);
  };
  return {
    listen,
    tell: (change) => {
      for (const hear of [...listeners]) hear(change);
    },
    until: <T>(read: () => T | undefined, timeoutMs: number, what: string) =>
      new Promise<T>((resolve, reject) => {
        const found = read();
        if (found !== undefined) return resolve(found);
        const look = (): void => {
          const value = read();
          if (value === undefined) return;
          stop();
          resolve(value);
        };
        const deaf = listen(look);
        const beat = setInterval(look, 100);
        const timer = setTimeout(() => {
          stop();
          reject(new Error(`${what} did not come within ${timeoutMs} ms`));
        }, timeoutMs);
        const stop = (): void => {
          deaf();
          clearInterval(beat);
          clearTimeout(timer);
        };
      }),
  };
}
