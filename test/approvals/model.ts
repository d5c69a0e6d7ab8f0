// A second, small account of how a request lives, written without looking at the first: laws hold the two together.

import type { Voter } from "../../src/approvals/quorum.ts";
import type { Need } from "../../src/core/policy.ts";

/** Tries every way to give people to slots. */
export function meets(need: Need, voters: readonly Voter[]): boolean {
  const people = new Map<string, Set<string>>();
  for (const { human, groups } of voters) people.set(human, new Set([...(people.get(human) ?? []), ...groups]));
  return serve([need], [...people.values()]);
}

/** Votes that are still to be given, and the groups that those given already were counted for. */
interface Slots extends Votes {
  readonly used?: readonly string[];
}

function serve(open: readonly (Need | Slots)[], free: readonly ReadonlySet<string>[]): boolean {
  const [need, ...others] = open;
  if (need === undefined) return true;
  if (need.kind === "all" || need.kind === "stages") return need.of.length > 0 && serve([...need.of, ...others], free);
  if (need.kind === "any") return need.of.some((part) => serve([part, ...others], free));
  if (need.count < 1) return false;
  return free.some((groups, index) => {
    const rest = [...free.slice(0, index), ...free.slice(index + 1)];
    if (need.groups.length === 0) return serveRest(need, "anybody", { others, rest });
    return need.groups.filter((group) => groups.has(group)).some((group) => serveRest(need, group, { others, rest }));
  });
}

function serveRest(
  need: Slots,
  group: string,
  { others, rest }: { readonly others: readonly Need[]; readonly rest: readonly ReadonlySet<string>[] },
): boolean {
  const used = [...new Set([...(need.used ?? []), group])];
  if (need.count === 1) return used.length >= (need.distinctGroups ?? 1) && serve(others, rest);
  return serve([{ ...need, count: need.count - 1, used }, ...others], rest);
}

type Votes = Extract<Need, { kind: "votes" }>;

export type Command =
  | { readonly do: "post" | "tick" | "written" | "supersede" }
  | {
      readonly do: "approve" | "deny";
      readonly who: number;
      readonly version: "now" | "old";
      readonly nonce: "right" | "wrong";
      readonly proof: Proof;
    }
  | { readonly do: "withdraw" | "cancel"; readonly who: number }
  | { readonly do: "wait"; readonly minutes: number }
  | { readonly do: "replan"; readonly title: string }
  | {
      readonly do: "claim";
      readonly runner: string;
      readonly title: "same" | "other";
      /** Whether the policy has come to ask for fresh sign-ins. */
      readonly policy: "same" | "fresh";
      /** Whether whoever used break-glass still may. */
      readonly may: boolean;
    }
  | {
      readonly do: "recover";
      readonly runner: string;
      readonly title: "same" | "other";
      readonly policy: "same" | "fresh";
    }
  | { readonly do: "orphan"; readonly runner: string }
  | { readonly do: "break"; readonly who: number; readonly version: "now" | "old" }
  | {
      readonly do: "beat" | "intend" | "write" | "end-done" | "end-failed";
      readonly runner: string;
      readonly fence: number;
    }
  | { readonly do: "leave" | "join" | "link" | "unlink" | "weaken" | "strengthen"; readonly who: number }
  | { readonly do: "halt" | "unhalt" };

export type Proof = "none" | "fresh" | "stale";

export interface ModelRules {
  readonly tier: "any" | "linked" | "fresh";
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
  tier: ModelRules["tier"];
  readonly votes = new Map<
    number,
    { readonly choice: "approve" | "deny"; readonly proof: Proof; readonly linked: boolean }
  >();
  readonly unlinked = new Set<number>();
  readonly weak = new Set<number>();
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
    this.tier = rules.tier;
  }

  /** True when the command is allowed; the model has then moved. */
  run(c: Command): boolean {
    if (c.do === "wait") this.clock += c.minutes;
    else if (c.do === "halt" || c.do === "unhalt") this.halted = c.do === "halt";
    else if (c.do === "leave") this.away.add(c.who);
    else if (c.do === "join") this.away.delete(c.who);
    else if (c.do === "unlink") this.unlinked.add(c.who);
    else if (c.do === "link") this.unlinked.delete(c.who);
    else if (c.do === "weaken") this.weak.add(c.who);
    else if (c.do === "strengthen") this.weak.delete(c.who);
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
        if (this.votes.get(c.who)?.choice === c.do) return false;
        if (c.do === "approve" && !(this.sure(c.who) && this.turn(c.who) && this.enough(c.proof))) return false;
        this.votes.set(c.who, { choice: c.do, proof: c.proof, linked: !this.unlinked.has(c.who) });
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
        if (c.policy === "fresh") this.tier = "fresh";
        if (this.counting("deny").length >= this.rules.denials) return this.to("denied");
        if (!meets(this.rules.need, this.counting("approve")) && !(this.glass && c.may)) {
          this.glass = false;
          for (const who of this.votes.keys()) if (!this.counts(who)) this.votes.delete(who);
          return this.to(this.posted ? "pending" : "planned");
        }
        Object.assign(this, { runner: c.runner, fence: 1, lease: this.clock + this.rules.lease });
        return this.to("executing");
      case "recover":
        if (this.fence === 0 || this.clock < this.lease) return false;
        Object.assign(this, { runner: c.runner, fence: this.fence + 1, lease: this.clock + this.rules.lease });
        return true;
      case "orphan":
        if (this.fence === 0 || this.runner === c.runner || this.clock >= this.lease) return false;
        this.lease = this.clock;
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
    return this.isOf(this.rules.need, who);
  }

  private isOf(need: Need, who: number): boolean {
    return leaves(need).some((leaf) => meets({ kind: "votes", count: 1, groups: leaf.groups }, [this.voter(who)]));
  }

  private able(who: number): boolean {
    return who !== 0 && !this.away.has(who) && this.named(who);
  }

  private voter(who: number): Voter {
    return { human: String(who), groups: this.rules.groups[who] ?? [] } as unknown as Voter;
  }

  /** Linked, and in no group that is only weakly known, where that is asked for. */
  private sure(who: number): boolean {
    return this.tier === "any" || !(this.unlinked.has(who) || this.weak.has(who));
  }

  private enough(proof: Proof): boolean {
    return this.tier !== "fresh" || proof === "fresh";
  }

  /** Somebody of a stage may vote once all before it are met together. */
  private turn(who: number): boolean {
    const { need } = this.rules;
    if (need.kind !== "stages") return true;
    const votes = this.counting("approve");
    return need.of.some((stage, index) => {
      const before = need.of.slice(0, index);
      return (index === 0 || meets({ kind: "all", of: before }, votes)) && this.isOf(stage, who);
    });
  }

  private counts(who: number): boolean {
    const vote = this.votes.get(who);
    if (vote === undefined || !this.able(who)) return false;
    if (vote.choice === "deny" || this.tier === "any") return true;
    return this.sure(who) && vote.linked && this.enough(vote.proof);
  }

  private counting(choice: string): readonly Voter[] {
    return [...this.votes]
      .filter(([who, cast]) => cast.choice === choice && this.counts(who))
      .map(([who]) => this.voter(who));
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

function leaves(need: Need): readonly Votes[] {
  return need.kind === "votes" ? [need] : need.of.flatMap(leaves);
}
