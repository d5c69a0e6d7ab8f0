// Group commit: statements of several finished transactions, committed together while the next ones gather.
import { StoreUnavailable } from "../core/ports/store.ts";
import type { Link } from "./link.ts";
import type { Statement } from "./messages.ts";

/** So many statements are enough for one commit: more would only make the first wait. */
const maxStatements = 2000;

interface Member {
  readonly statements: readonly Statement[];
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export class Batches {
  readonly #link: Link;
  readonly #failed: () => void;
  #members: Member[] = [];
  #running: Promise<void> | null = null;
  #generation = 0;

  /** `failed` is called when a batch was not committed, before any of its members hears of it. */
  constructor(link: Link, failed: () => void) {
    this.#link = link;
    this.#failed = failed;
  }

  /** Changes when a batch fails: whatever was computed on top of it is void. */
  get generation(): number {
    return this.#generation;
  }

  /** Resolves when the statements are durable. All members of a batch fail together, with those that came after. */
  add(of: { readonly statements: readonly Statement[]; readonly generation: number }): Promise<void> {
    if (of.statements.length === 0) return Promise.resolve();
    if (of.generation !== this.#generation) {
      return Promise.reject(new StoreUnavailable("what this was built on could not be written"));
    }
    return new Promise((resolve, reject) => {
      this.#members.push({ statements: of.statements, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when nothing is gathered or being written. */
  async settle(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  async #run(): Promise<void> {
    // Whoever is ready in this turn of the loop joins.
    await Promise.resolve();
    while (this.#members.length > 0) {
      const members = this.#take();
      try {
        await this.#link.send({
          to: "writer",
          begin: true,
          end: "commit",
          statements: members.flatMap(({ statements }) => statements),
        });
        for (const { resolve } of members) resolve();
      } catch (error) {
        this.#fail([...members, ...this.#members], error instanceof Error ? error : new Error(String(error)));
      }
    }
    this.#running = null;
  }

  #take(): Member[] {
    let statements = 0;
    let count = 0;
    for (const member of this.#members) {
      if (count > 0 && statements + member.statements.length > maxStatements) break;
      statements += member.statements.length;
      count += 1;
    }
    return this.#members.splice(0, count);
  }

  #fail(members: readonly Member[], error: Error): void {
    this.#members = [];
    this.#generation += 1;
    this.#failed();
    for (const { reject } of members) reject(error);
  }
}
