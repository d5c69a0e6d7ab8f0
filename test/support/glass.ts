// Break-glass in a scenario: its section in the configuration, and a person who types what its form asks for.
import type { Town } from "./town.ts";

/** Engineers may; Ben and Chloe look at it afterwards. */
export const glassSection = (more = ""): string => `breakglass:
  groups: engineers
  when: { environments: production }
  exceptRisks: [rbac-escalation]
  tell: "#payments"
  review: { group: payments-leads, count: 2, within: 24h, escalateTo: security }
${more}`;

export const withGlass =
  (more = "") =>
  (config: string): string =>
    `${config}${glassSection(more)}`;

export interface Typed {
  readonly id: string;
  readonly target: string;
  readonly why?: string;
}

/** Types the command and fills its form in; what the form becomes. */
export async function breakGlass(
  town: Town,
  user: string,
  typed: Typed & { readonly request?: string },
): Promise<string> {
  const { slack } = town;
  for (const _ of slack.modalsOf(user)) await slack.as(user).closeModal();
  await slack.as(user).command("#general", "/ops", `breakglass ${typed.request ?? typed.id} because checkout is down`);
  await slack.waitForModal(user);
  const outcome = await slack
    .as(user)
    .submit({ id: typed.id, target: typed.target, why: typed.why ?? "checkout is down" });
  const shown = () => JSON.stringify(slack.modalsOf(user).at(-1)?.view ?? {});
  const answer = await slack.waitUntil(
    () => (shown().includes("Under way") ? undefined : shown()),
    "an answer in place of the form",
    10_000,
  );
  return JSON.stringify(outcome) + answer;
}
