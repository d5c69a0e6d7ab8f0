// The clock of the sample cluster: everything that happens later is a task on it, stepped by tests or run in real time.

export interface Timeline {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs the task `delayMs` from now; the answer takes it back. */
  after(delayMs: number, task: () => void): () => void;
  stop(): void;
}

interface Task {
  readonly dueMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** Moves only by `advance`; tasks that are due run in order of their time, then of their making. */
export class SteppedTimeline implements Timeline {
  #nowMs: number;
  #order = 0;
  #tasks: Task[] = [];

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void): () => void {
    const task: Task = { dueMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, run };
    this.#tasks.push(task);
    return () => {
      this.#tasks = this.#tasks.filter((other) => other !== task);
    };
  }

  /** Runs everything due within the next `ms`, also what those tasks make due in that time. */
  advance(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (let task = this.#next(untilMs); task !== undefined; task = this.#next(untilMs)) {
      this.#nowMs = Math.max(this.#nowMs, task.dueMs);
      task.run();
    }
    this.#nowMs = untilMs;
  }

  #next(untilMs: number): Task | undefined {
    let first: Task | undefined;
    for (const task of this.#tasks) {
      if (task.dueMs > untilMs) continue;
      if (first === undefined || task.dueMs < first.dueMs || (task.dueMs === first.dueMs && task.order < first.order))
        first = task;
    }
    if (first !== undefined) this.#tasks.splice(this.#tasks.indexOf(first), 1);
    return first;
  }

  stop(): void {
    this.#tasks = [];
  }
}

/** Follows the machine's clock. */
export class RealTimeline implements Timeline {
  readonly #timers = new Set<NodeJS.Timeout>();

  now(): number {
    return Date.now();
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, delayMs);
    this.#timers.add(timer);
    return () => {
      clearTimeout(timer);
      this.#timers.delete(timer);
    };
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
