// A second, small account of how a request lives, written without looking at the first: laws hold the two together.

import type { Voter } from "../../src/approvals/quorum.ts";
import type { Need } from "../../src/core/policy.ts";

/** Tries every way to give people to slots. */
export function meets(need: Need, voters: readonly Voter[]): boolean {
  const people = new Map<string, Set<string>>();
  for (const { human, groups } of voters) people.set(human, new Set([...(people.get(human) ?? []), ...groups]));
  return serve([need], [...people.values()]);
}

function serve(open: readonly Need[], free: readonly ReadonlySet<string>[]): boolean {
  const [need, ...others] = open;
  if (need === undefined) return true;
  if (need.kind === "all") return need.of.length > 0 && serve([...need.of, ...others], free);
  if (need.kind === "any") return need.of.some((part) => serve([part, ...others], free));
  if (need.count < 1) return false;
  const rest: readonly Need[] = need.count === 1 ? others : [{ ...need, count: need.count - 1 }, ...others];
  return free.some(
    (groups, index) =>
      (need.groups.length === 0 || need.groups.some((group) => groups.has(group))) &&
      serve(rest, [...free.slice(0, index), ...free.slice(index + 1)]),
  );
}

export type Command =
  | { readonly do: "post" | "tick" | "written" | "supersede" }
  | {
      readonly do: "approve" | "deny";
      readonly who: number;
      readonly version: "now" | "old";
      readonly nonce: "right" | "wrong";
    }
  | { readonly do: "withdraw" | "cancel"; readonly who: number }
  | { readonly do: "wait"; readonly minutes: number }
  | { readonly do: "replan"; readonly title: string }
  | { readonly do: "claim"; readonly runner: string; readonly title: "same" | "other"; readonly may: boolean }
  | { readonly do: "recover"; readonly runner: string; readonly title: "same" | "other" }
  | { readonly do: "break"; readonly who: number; readonly version: "now" | "old" }
  | {
      readonly do: "beat" | "intend" | "write" | "end-done" | "end-failed";
      readonly runner: string;
      readonly fence: number;
    }
  | { readonly do: "leave" | "join"; readonly who: number }
  | { readonly do: "halt" | "unhalt" };

export interface ModelRules {
  readonly need: Need;
  readonly denials: number;
  /** Person → groups; the first person asks. */
  readonly groups: readonly (readonly string[])[];
  readonly expires: number;
  readonly startWithin: number;
  readonly lease: number;
}

export class Model {
  state = "planned";
  version = 1;
  title = "one";
  clock = 0;
  halted = false;
  readonly votes = new Map<number, "approve" | "deny">();
  readonly away = new Set<number>();
  expires: number;
  startBy = 0;
  runner = "";
  fence = 0;
  lease = 0;
  step = "none";
  /** Opened by break-glass, for the version that is now. */
  glass = false;
  posted = false;
  readonly rules: ModelRules;

  constructor(rules: ModelRules) {
    this.rules = rules;
    this.expires = rules.expires;
  }

  /** True when the command is allowed; the model has then moved. */
  run(c: Command): boolean {
    if (c.do === "wait") this.clock += c.minutes;
    else if (c.do === "halt" || c.do === "unhalt") this.halted = c.do === "halt";
    else if (c.do === "leave") this.away.add(c.who);
    else if (c.do === "join") this.away.delete(c.who);
    else if (["denied", "expired", "cancelled", "superseded", "done", "failed"].includes(this.state)) return false;
    else return this.runOpen(c);
    return true;
  }

  private runOpen(c: Command): boolean {
    switch (c.do) {
      case "post":
        if (this.posted) return false;
        this.posted = true;
        return this.state !== "planned" || this.to("pending");
      case "approve":
      case "deny":
        if (!this.votable() || c.version === "old" || c.nonce === "wrong" || !this.able(c.who)) return false;
        if (this.votes.get(c.who) === c.do) return false;
        this.votes.set(c.who, c.do);
        return this.count();
      case "withdraw":
        return this.votable() && this.votes.delete(c.who) && this.count();
      case "cancel":
        if (this.state === "executing" || (c.who !== 0 && !this.named(c.who))) return false;
        return this.to(this.state === "verifying" ? "superseded" : "cancelled");
      case "break":
        if (!["planned", "pending"].includes(this.state) || this.clock >= this.expires || c.version === "old")
          return false;
        if (this.counting("deny").length > 0) return false;
        Object.assign(this, { glass: true, startBy: this.clock + Math.min(5, this.rules.startWithin) });
        return this.to("approved");
      case "replan":
        if (this.fence > 0 || c.title === this.title) return false;
        this.votes.clear();
        this.glass = false;
        this.posted = false;
        Object.assign(this, { title: c.title, version: this.version + 1, expires: this.clock + this.rules.expires });
        return this.to("planned");
      case "tick":
        if (["planned", "pending"].includes(this.state) && this.clock >= this.expires) return this.to("expired");
        if (this.state === "approved" && this.clock >= this.startBy) {
          this.votes.clear();
          this.glass = false;
          return this.to(this.clock >= this.expires ? "expired" : "pending");
        }
        return this.fence > 0 && this.clock >= this.lease;
      case "claim":
        if (this.state !== "approved" || this.clock >= this.startBy || this.halted || c.title === "other") return false;
        if (!meets(this.rules.need, this.counting("approve")) && !(this.glass && c.may)) {
          this.glass = false;
          for (const who of this.votes.keys()) if (!this.able(who)) this.votes.delete(who);
          return this.to(this.posted ? "pending" : "planned");
        }
        Object.assign(this, { runner: c.runner, fence: 1, lease: this.clock + this.rules.lease });
        return this.to("executing");
      case "recover":
        if (this.fence === 0 || this.clock < this.lease) return false;
        Object.assign(this, { runner: c.runner, fence: this.fence + 1, lease: this.clock + this.rules.lease });
        return true;
      case "supersede":
        return this.state === "verifying" && this.to("superseded");
      default:
        return this.runHeld(c);
    }
  }

  private runHeld(c: Command): boolean {
    const holds = "fence" in c && this.fence > 0 && c.runner === this.runner && c.fence === this.fence;
    if (c.do === "written") return this.state === "executing" && this.step === "written" && this.to("verifying");
    if (!holds) return false;
    const alive = this.clock < this.lease;
    if (c.do === "beat") this.lease = alive ? this.clock + this.rules.lease : this.lease;
    if (c.do === "beat") return alive;
    if (c.do === "end-failed") return this.to("failed");
    if (c.do === "end-done") return this.state === "verifying" && this.to("done");
    if (this.state !== "executing") return false;
    if (c.do === "intend" && (!alive || this.halted || this.step !== "none")) return false;
    if (c.do === "write" && this.step === "written") return false;
    this.step = c.do === "intend" ? "intended" : "written";
    return true;
  }

  private to(state: string): true {
    this.state = state;
    return true;
  }

  private votable(): boolean {
    return (
      (this.state === "pending" && this.clock < this.expires) ||
      (this.state === "approved" && this.clock < this.startBy)
    );
  }

  private named(who: number): boolean {
    return meets({ kind: "any", of: leaves(this.rules.need).map((l) => ({ ...l, count: 1 })) }, [this.voter(who)]);
  }

  private able(who: number): boolean {
    return who !== 0 && !this.away.has(who) && this.named(who);
  }

  private voter(who: number): Voter {
    return { human: String(who), groups: this.rules.groups[who] ?? [] } as unknown as Voter;
  }

  private counting(choice: string): readonly Voter[] {
    return [...this.votes].filter(([who, cast]) => cast === choice && this.able(who)).map(([who]) => this.voter(who));
  }

  private count(): true {
    if (this.counting("deny").length >= this.rules.denials) return this.to("denied");
    if (!meets(this.rules.need, this.counting("approve"))) {
      if (this.state === "approved" && this.glass && this.counting("deny").length === 0) return true;
      this.glass = false;
      return this.to("pending");
    }
    if (this.state === "pending") this.startBy = this.clock + this.rules.startWithin;
    return this.to("approved");
  }
}

function leaves(need: Need): readonly Extract<Need, { kind: "votes" }>[] {
  return need.kind === "votes" ? [need] : need.of.flatMap(leaves);
}
