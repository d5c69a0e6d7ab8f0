// What a browser must show or say next, before it is sent back: pure.
import type { DirectoryPerson } from "./people.ts";
import { PASSWORD, SECURITY_KEY } from "./people.ts";
import type { AuthorizationRequest } from "./request.ts";

/** Who a browser is, and when it last proved it. */
export interface Session {
  readonly person: DirectoryPerson;
  readonly passwordAt: number;
  readonly keyAt: number | null;
}

export interface Visit {
  readonly request: AuthorizationRequest;
  readonly startedAt: number;
  /** Chosen on this visit's page: without it nobody is signed in silently, since one browser plays six people. */
  readonly chosen: boolean;
}

export type Next =
  | { readonly kind: "choose"; readonly mustProve: boolean }
  | { readonly kind: "security-key" }
  | { readonly kind: "back"; readonly authenticatedAt: number; readonly acr: string }
  | { readonly kind: "error"; readonly error: string };

export function nextOf(visit: Visit, session: Session | undefined, now: number): Next {
  const { request } = visit;
  const isSilent = request.prompt.includes("none");
  if (isSilent && request.prompt.length > 1) return { kind: "error", error: "invalid_request" };
  const isFresh = (at: number): boolean =>
    (visit.chosen && at >= visit.startedAt) ||
    (!request.prompt.includes("login") && (request.maxAgeMs === null || now - at <= request.maxAgeMs));
  const isSignedIn = session !== undefined && isFresh(session.passwordAt);
  if (isSilent && !isSignedIn) return { kind: "error", error: "login_required" };
  if (session === undefined || !isSignedIn) return { kind: "choose", mustProve: true };
  if (!visit.chosen && !isSilent) return { kind: "choose", mustProve: false };
  if (!wantsKey(request)) return { kind: "back", authenticatedAt: session.passwordAt, acr: acrOf(session) };
  if (session.keyAt === null || !isFresh(session.keyAt))
    return isSilent ? { kind: "error", error: "interaction_required" } : { kind: "security-key" };
  // The older of the two proofs: nothing is said to be fresher than it is.
  return { kind: "back", authenticatedAt: Math.min(session.passwordAt, session.keyAt), acr: SECURITY_KEY };
}

/** `acr_values` are in order of preference, and voluntary: one that nobody here knows is passed over. */
function wantsKey({ acrValues }: AuthorizationRequest): boolean {
  return acrValues.find((acr) => acr === PASSWORD || acr === SECURITY_KEY) === SECURITY_KEY;
}

/** A key that was used before does not make a later password stronger. */
const acrOf = ({ keyAt, passwordAt }: Session): string =>
  keyAt !== null && keyAt >= passwordAt ? SECURITY_KEY : PASSWORD;
