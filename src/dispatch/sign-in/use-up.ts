// The end of a sign-in that is for one deed: used up and recorded before the deed, so that it is done once or not at all.
import type { JsonObject } from "../../core/json.ts";
import type { Person } from "../../core/person.ts";
import type { Authentication } from "../../core/ports/identity-provider.ts";
import { isRefusal, type Refusal, refuse } from "../../core/refusal.ts";
import { requestOfPurpose, type SignIn } from "../../core/sign-in.ts";
import { doneWords } from "../../identity/anew.ts";
import { append } from "../append.ts";
import { plainEvent } from "../record.ts";
import type { SignInDeps } from "./deps.ts";

export interface Finishing {
  readonly signIn: SignIn;
  /** The same, finished. */
  readonly next: SignIn;
  readonly proven: Authentication;
}

/** Who proved it, once the sign-in's end and its record are durable. Whoever comes second is refused. */
export async function useUp(deps: SignInDeps, { signIn, next, proven }: Finishing): Promise<Person | Refusal> {
  const { store, people, channels } = deps;
  const person = await people.person(signIn.account.userId);
  if (isRefusal(person)) return person;
  const details: JsonObject = {
    ...{ userId: signIn.account.userId, issuer: proven.issuer, subject: proven.subject, signIn: signIn.id },
    ...{ purpose: signIn.purpose.kind, authenticatedAt: proven.authenticatedAt, acr: proven.acr, amr: [...proven.amr] },
  };
  const request = requestOfPurpose(signIn.purpose);
  const event = { ...plainEvent("identity.proven", { actor: person, details }), request };
  const isStored = await store.transact(async (tx) => {
    if (!(await tx.signIns.replace(next, signIn.revision))) return false;
    await append(tx, event, channels.audit);
    return true;
  });
  deps.nudge();
  if (isStored) return person;
  const what = "While you agreed, this sign-in was finished elsewhere; it works once.";
  return refuse("sign-in-over", what, doneWords(signIn.purpose));
}
