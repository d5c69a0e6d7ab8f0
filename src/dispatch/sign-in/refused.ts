// Refused steps of a sign-in: each an event (R32), but no flood of them fills the record.
import { isRefusal, type Refusal } from "../../core/refusal.ts";
import { requestOfPurpose, type SignIn } from "../../core/sign-in.ts";
import { step } from "../../identity/session.ts";
import { append } from "../append.ts";
import { personRate } from "../rate.ts";
import { plainEvent } from "../record.ts";
import type { SignInDeps } from "./deps.ts";

/** Where on the way it was refused. */
export type Leg = "link" | "slack" | "company" | "agree";

/** Anybody on the network can ask for these pages: of one sign-in, and of none that is known, so many a minute are recorded. */
const recordedPerMinute = 60;

/** Gives the refusal back once it is recorded; with `ends`, nothing more can be done with the sign-in. */
export type Refused = (signIn: SignIn | null, leg: Leg, said: Refusal, how?: "ends" | "goes on") => Promise<Refusal>;

export function refusals(deps: SignInDeps): Refused {
  const { store, clock, channels, log } = deps;
  const rate = personRate("refused sign-ins", recordedPerMinute);
  return async (signIn, leg, said, how = "goes on") => {
    const limited = await rate.take(signIn?.id ?? "unknown");
    const failed = signIn === null || how === "goes on" ? null : step(signIn, { kind: "failed" }, clock.now());
    if (limited !== null) log.warn("a refused sign-in was not recorded: too many in a minute", { leg });
    if (limited !== null && failed === null) return said;
    const details = {
      ...{ leg, refusal: said.code, says: said.message },
      ...(signIn === null ? {} : { userId: signIn.account.userId, signIn: signIn.id, purpose: signIn.purpose.kind }),
    };
    // Who is in front of the browser is not known: whose sign-in it was stands in the details.
    const request = signIn === null ? null : requestOfPurpose(signIn.purpose);
    const event = { ...plainEvent("identity.refused", { actor: null, outcome: "refused", details }), request };
    await store.transact(async (tx) => {
      if (signIn !== null && failed !== null && !isRefusal(failed)) await tx.signIns.replace(failed, signIn.revision);
      await append(tx, event, channels.audit);
    });
    deps.nudge();
    return said;
  };
}
