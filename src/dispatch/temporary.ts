// What holds only for a while: the halt, freezes, and who stands in for whom.
import { delegationPart } from "../commands/delegations.ts";
import type { TemporaryThing } from "../core/access.ts";
import { isInForce } from "../core/delegation.ts";
import { isJsonObject, numberAt, textAt } from "../core/json.ts";
import { bold, type Part, time } from "../core/message.ts";
import type { FreezeTimes } from "../core/ports/freezes.ts";
import { isRefusal } from "../core/refusal.ts";
import type { Deps } from "./deps.ts";
import { freezesKnown } from "./freezes.ts";

/** What holds for everybody. */
export async function haltAndFreezeParts(deps: TemporaryView): Promise<readonly Part[]> {
  const halted = await deps.store.settings.get("halted");
  const freezes = await frozenNow(deps);
  return [
    ...(isJsonObject(halted) ? [haltPart(textAt(halted, "by"), numberAt(halted, 0, "at"))] : []),
    ...freezes.map(freezePart),
  ];
}

/** Delegations only of the person themselves. */
export async function delegationParts(
  { store, clock }: Pick<TemporaryView, "store" | "clock">,
  userId: string,
): Promise<readonly Part[]> {
  const now = clock.now();
  const delegations = (await store.delegations.inForce(now)).filter((one) => isInForce(one, now));
  const mine = delegations.filter(({ from, to }) => from.userId === userId || to.userId === userId);
  return mine.flatMap((one) => [
    delegationPart(one),
    {
      kind: "buttons",
      buttons: [{ action: "run-command", label: "End it now", value: `undelegate ${one.id}` }],
    } as const,
  ]);
}

function haltPart(by: string, at: number): Part {
  return { kind: "text", icon: "stop", text: [bold("All execution is halted"), ` by ${by} since `, time(at), "."] };
}

function freezePart({ name, reason, ends }: FreezeTimes): Part {
  const until = ends === null ? [] : [" until ", time(ends)];
  return { kind: "text", icon: "stop", text: [bold(`Freeze ${name}`), ...until, `: ${reason}`] };
}

type TemporaryView = Pick<Deps, "store" | "clock" | "policy" | "freezesNow" | "log">;

/** Of the policy and of people; where people's can't be read, that is told by whoever wants to change something. */
async function frozenNow(deps: TemporaryView): Promise<readonly FreezeTimes[]> {
  return (await frozenOrToCome(deps)).filter((one) => one.inForce);
}

async function frozenOrToCome(deps: TemporaryView): Promise<readonly FreezeTimes[]> {
  const all = await freezesKnown(deps, deps.clock.now());
  return isRefusal(all) ? [] : all;
}

/** Freezes in force, and those to come that somebody set, for `temp`; what the policy freezes again and again tells `freezes`. */
export async function freezeThings(deps: TemporaryView): Promise<readonly TemporaryThing[]> {
  const all = await frozenOrToCome(deps);
  return all
    .filter(({ inForce, by }) => inForce || by !== null)
    .map(({ name, reason, scope, begins, ends }) => ({
      ...{ id: name, what: `Freeze of ${scope}: ${reason}`, userId: null, from: begins, until: ends },
    }));
}

/** Everybody's, for `temp`. */
export async function delegationThings({
  store,
  clock,
}: Pick<Deps, "store" | "clock">): Promise<readonly TemporaryThing[]> {
  const now = clock.now();
  const found = (await store.delegations.inForce(now)).filter((one) => isInForce(one, now));
  return found.map(({ id, from, to, groups, until }) => {
    return {
      id,
      what: `${to.name} stands in for ${from.name} in ${groups.join(", ")}`,
      userId: null,
      from: null,
      until,
    };
  });
}
