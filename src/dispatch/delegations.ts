// Delegations made and taken back: the record, the row and what both people read, in one transaction.
import { type Delegation, isInForce } from "../core/delegation.ts";
import { newDelegationId } from "../core/ids.ts";
import { bold, code, type Message, message, type Part, time } from "../core/message.ts";
import { durationText } from "../core/params.ts";
import { isHuman, type Person, refOf } from "../core/person.ts";
import type { Delegations, Lend } from "../core/ports/delegations.ts";
import type { Tx } from "../core/ports/store.ts";
import { isRefusal, type Refusal, refuse } from "../core/refusal.ts";
import { append } from "./append.ts";
import type { Deps } from "./deps.ts";
import { plainEvent } from "./record.ts";

export function delegationsPort(deps: Deps): Delegations {
  const { clock, store, channels } = deps;
  const inForce = async (): Promise<readonly Delegation[]> => {
    const now = clock.now();
    return (await store.delegations.inForce(now)).filter((one) => isInForce(one, now));
  };
  return {
    get maxMs() {
      return deps.inForce().limits.delegationMs;
    },
    inForce,
    async lend(lend) {
      const to = await deps.people.person(lend.toUserId);
      if (isRefusal(to)) return to;
      const wrong = whyNot(lend, to, { maxMs: deps.inForce().limits.delegationMs, known: await inForce() });
      if (wrong !== null) return wrong;
      const delegation = made(lend, to, deps);
      const { from, groups, until, reason } = delegation;
      const details = { delegation: delegation.id, from: from.userId, to: to.account.userId, groups, until, reason };
      await store.transact(async (tx) => {
        await append(tx, plainEvent("delegation.made", { actor: lend.from, details }), channels.audit);
        await tx.delegations.insert(delegation);
        await tellBoth(tx, delegation, "made");
      });
      deps.nudge();
      return delegation;
    },
    async takeBack(id, by) {
      const delegation = (await inForce()).find((one) => one.id === id);
      if (delegation === undefined) return noDelegation(id);
      const { from, to, groups } = delegation;
      if (by.account.userId !== from.userId && by.account.userId !== to.userId && !isHuman(by, from.human))
        return refuse(
          "not-yours",
          `${id} is between ${from.name} and ${to.name}.`,
          `Ask ${from.name} to take it back.`,
        );
      const details = { delegation: id, from: from.userId, to: to.userId, groups };
      const isEnded = await store.transact(async (tx) => {
        if (!(await tx.delegations.end(id, clock.now()))) return false;
        await append(tx, plainEvent("delegation.ended", { actor: by, details }), channels.audit);
        await tellBoth(tx, delegation, "taken back");
        return true;
      });
      deps.nudge();
      return isEnded ? { ...delegation, endedAt: clock.now() } : noDelegation(id);
    },
  };
}

function made(
  { from, groups, forMs, reason }: Lend,
  to: Person,
  { random, clock }: Pick<Deps, "random" | "clock">,
): Delegation {
  const madeAt = clock.now();
  const people = { from: refOf(from), to: refOf(to) };
  return { id: newDelegationId(random), ...people, groups, reason, madeAt, until: madeAt + forMs, endedAt: null };
}

/** What is lent must be one's own: groups that others lent are not among `from.groups`. */
function whyNot(
  { from, groups, forMs, reason }: Lend,
  to: Person,
  { maxMs, known }: { readonly maxMs: number; readonly known: readonly Delegation[] },
): Refusal | null {
  if (isHuman(to, from.human))
    return refuse("cannot-lend", "Nobody lends their groups to themselves.", "Name somebody else, as @name.");
  const others = groups.filter((group) => !from.groups.includes(group));
  const { lapsedGroups = [] } = from;
  const own =
    lapsedGroups.length > 0
      ? `What your sign-in said of ${lapsedGroups.join(", ")} is too old: type login, then lend.`
      : from.groups.length === 0
        ? "You are in none."
        : `You are in ${from.groups.join(", ")}.`;
  if (others.length > 0)
    return refuse(
      "cannot-lend",
      `${from.name} is not in ${others.join(" and ")}, and only one's own groups can be lent.`,
      own,
    );
  if (groups.length === 0) return refuse("cannot-lend", `${from.name} is in no group that could be lent.`, own);
  if (forMs <= 0 || forMs > maxMs)
    return refuse(
      "cannot-lend",
      `Groups are lent for at most ${durationText(maxMs)}, not for ${durationText(forMs)}.`,
      `Write for ${durationText(maxMs)}, or less; it can be made again.`,
    );
  if (reason.trim() === "")
    return refuse(
      "reason-required",
      "A delegation needs a reason.",
      "End with because, and why: because I am on holiday.",
    );
  const same = known.find(
    (one) =>
      one.from.human === from.human &&
      one.to.userId === to.account.userId &&
      groups.some((group) => one.groups.includes(group)),
  );
  if (same === undefined) return null;
  return refuse(
    "already-so",
    `${to.name} already stands in for ${from.name} in ${same.groups.join(", ")} (${same.id}).`,
    `To change it, first type: undelegate ${same.id}`,
  );
}

function noDelegation(id: string): Refusal {
  return refuse("no-delegation", `There is no delegation ${id} now.`, "Type delegations to see those that count.");
}

/** Both in their own direct messages. */
async function tellBoth(tx: Tx, delegation: Delegation, what: "made" | "taken back"): Promise<void> {
  const { from, to, id } = delegation;
  for (const person of [from, to])
    await tx.outbox.put({
      key: `delegation:${id}:${what}:${person.userId}`,
      living: false,
      to: { channelId: person.userId, thread: null },
      message: toldMessage(delegation, { isDelegate: person === to, what }),
      request: null,
      lane: "answer",
    });
}

function toldMessage(
  { id, from, to, groups, until, reason }: Delegation,
  { isDelegate, what }: { readonly isDelegate: boolean; readonly what: "made" | "taken back" },
): Message {
  const lent = groups.join(", ");
  const [who, whose] = isDelegate ? ["You stand", `${from.name}'s`] : [`${to.name} stands`, "your"];
  if (what === "taken back") {
    const says = `${isDelegate ? "You no longer stand" : `${to.name} no longer stands`} in for ${isDelegate ? from.name : "you"} in ${lent}.`;
    return message(says, [{ kind: "text", icon: "undo", text: [says, " ", code(id), " was taken back."] }]);
  }
  const says = `${who} in for ${isDelegate ? from.name : "you"} in ${lent}`;
  const parts: Part[] = [
    {
      kind: "text",
      icon: "info",
      text: [bold(says), " until ", time(until), `, for countersigning only: “${reason}”.`],
    },
    {
      kind: "small",
      text: [
        `It never counts for what ${isDelegate ? `${from.name} or you` : `you or ${to.name}`} asked for or wrote, and together you count once in ${whose} place. `,
        `To end it early, type: undelegate ${id}`,
      ],
    },
  ];
  return message(`${says}.`, parts);
}
