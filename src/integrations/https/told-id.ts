// By what a person is found in another system: a claim of their sign-in, or why there is none.
import { claimOf } from "../../core/link-claim.ts";
import type { Person } from "../../core/person.ts";
import { type Refusal, refuse } from "../../core/refusal.ts";

/** Refuses with `not-linked` whoever has not signed in, and whose sign-in told nothing that `form` fits (R9: never a guess). */
export function toldId(
  person: Person,
  how: { readonly system: string; readonly claim: string; readonly form: RegExp },
): string | Refusal {
  const { system, claim, form } = how;
  const { link, name } = person;
  if (link === undefined)
    return refuse("not-linked", `${name} has not signed in, so ${system} can't say who they are.`, "They type: login");
  const told = claimOf(link, claim);
  if (form.test(told)) return told;
  const says = told === "" ? `no ${claim}` : `a ${claim} of another form than it has there`;
  return refuse(
    "not-linked",
    `The sign-in of ${name} told ${says}, by which people are found in ${system}.`,
    `They type login once more; if that does not help, the company's sign-in does not tell ${claim}.`,
  );
}
