// What holds only for a while: the halt, freezes, and who stands in for whom.
import { isInForce as isFrozen } from "../approvals/freeze.ts";
import { delegationPart } from "../commands/delegations.ts";
import type { TemporaryThing } from "../core/access.ts";
import { isInForce } from "../core/delegation.ts";
import { isJsonObject, numberAt, textAt } from "../core/json.ts";
import { bold, type Part, time } from "../core/message.ts";
import type { Freeze } from "../core/policy.ts";
import type { Deps } from "./deps.ts";

/** Delegations only of the person themselves; the rest holds for everybody. */
export async function temporaryParts(
  { store, clock, policy }: Pick<Deps, "store" | "clock" | "policy">,
  userId: string,
): Promise<readonly Part[]> {
  const now = clock.now();
  const halted = await store.settings.get("halted");
  const freezes = policy().freezes.filter(({ window }) => isFrozen(window, now));
  const delegations = (await store.delegations.inForce(now)).filter((one) => isInForce(one, now));
  const mine = delegations.filter(({ from, to }) => from.userId === userId || to.userId === userId);
  return [
    ...(isJsonObject(halted) ? [haltPart(textAt(halted, "by"), numberAt(halted, 0, "at"))] : []),
    ...freezes.map(freezePart),
    ...mine.flatMap((one) => [
      delegationPart(one),
      {
        kind: "buttons",
        buttons: [{ action: "run-command", label: "End it now", value: `undelegate ${one.id}` }],
      } as const,
    ]),
  ];
}

function haltPart(by: string, at: number): Part {
  return { kind: "text", icon: "stop", text: [bold("All execution is halted"), ` by ${by} since `, time(at), "."] };
}

function freezePart({ name, reason, window }: Freeze): Part {
  const until = window.kind === "between" ? [" until ", time(window.until)] : [];
  return { kind: "text", icon: "stop", text: [bold(`Freeze ${name}`), ...until, `: ${reason}`] };
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
