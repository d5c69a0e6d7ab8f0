// What the containers of the sample cluster have written: one list of lines per container and run.

export interface LogLine {
  readonly timeMs: number;
  readonly text: string;
}

/** A container of a pod; `run` counts its restarts from 0. */
export interface ContainerRun {
  readonly podUid: string;
  readonly container: string;
  readonly run: number;
}

const id = (of: ContainerRun): string => `${of.podUid}/${of.container}/${of.run}`;
const KEPT_LINES = 5000;

export class PodLogs {
  readonly #lines = new Map<string, LogLine[]>();
  readonly #listeners = new Map<string, Set<(line: LogLine) => void>>();

  write(of: ContainerRun, line: LogLine): void {
    const lines = this.#lines.get(id(of)) ?? [];
    this.#lines.set(id(of), lines);
    lines.push(line);
    if (lines.length > KEPT_LINES) lines.splice(0, lines.length - KEPT_LINES);
    for (const listener of this.#listeners.get(id(of)) ?? []) listener(line);
  }

  read(of: ContainerRun): readonly LogLine[] {
    return this.#lines.get(id(of)) ?? [];
  }

  /** Calls for every later line; the answer stops that. */
  follow(of: ContainerRun, listener: (line: LogLine) => void): () => void {
    const listeners = this.#listeners.get(id(of)) ?? new Set();
    this.#listeners.set(id(of), listeners);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  forgetPod(podUid: string): void {
    for (const key of [...this.#lines.keys()]) if (key.startsWith(`${podUid}/`)) this.#lines.delete(key);
  }
}
