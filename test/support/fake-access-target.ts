// A system of memberships by script: it holds state, and gives the outcomes that no real one gives on demand.
import type { AccessTarget, Member, Membership, MembershipOutcome } from "../../src/core/ports/access-targets.ts";
import { type Refusal, refuse } from "../../src/core/refusal.ts";

export class FakeAccessTarget implements AccessTarget {
  readonly name = "github";
  readonly title = "GitHub's teams";
  readonly members = new Set<string>();
  /** Calls that could change something, in order. */
  readonly calls: string[] = [];
  /** Taken one by one: what the next change comes to in place of being done. */
  readonly next: ("lost-before" | "lost-after" | "refused")[] = [];
  /** Awaited before each look is answered. */
  meanwhile: () => Promise<void> = async () => undefined;
  isAway = false;
  otherwise = "";

  memberOf(person: { readonly account: { readonly userId: string } }): Promise<Member | Refusal> {
    const { userId } = person.account;
    const known = userId !== "U0EVE0001";
    const refusal = refuse(
      "not-linked",
      "Eve has not signed in, so I don't know who they are on GitHub.",
      "Type login.",
    );
    return Promise.resolve(known ? { id: `gh-${userId}`, name: userId.toLowerCase() } : refusal);
  }

  async observe(member: Member, role: string): Promise<Membership | Refusal> {
    await this.meanwhile();
    if (this.isAway) return refuse("target-unreachable", "GitHub did not answer.", "Try again.");
    const isMember = this.members.has(`${role} ${member.id}`) || this.otherwise !== "";
    return { isMember, otherwise: this.otherwise };
  }

  add(member: Member, role: string): Promise<MembershipOutcome> {
    return this.#change(`add ${role} ${member.id}`, () => this.members.add(`${role} ${member.id}`));
  }

  remove(member: Member, role: string): Promise<MembershipOutcome> {
    return this.#change(`remove ${role} ${member.id}`, () => this.members.delete(`${role} ${member.id}`));
  }

  #change(call: string, work: () => unknown): Promise<MembershipOutcome> {
    this.calls.push(call);
    const how = this.next.shift();
    if (how === "refused")
      return Promise.resolve({
        kind: "refused",
        refusal: refuse("target-refuses", "GitHub says no.", "Ask its admin."),
      });
    if (how !== "lost-before") work();
    return Promise.resolve(how === undefined ? { kind: "done" } : { kind: "unknown", says: "no answer" });
  }
}
