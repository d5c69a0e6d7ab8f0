// What a sign-in told of a person under one claim: how they are found in clusters and other systems.
import type { Link } from "./person.ts";

/** "" where it told nothing; `sub` and `iss` are the link's own (OpenID Connect Core 1.0, section 5.7). */
export function claimOf(link: Link, claim: string): string {
  if (claim === "sub") return link.subject;
  if (claim === "iss") return link.issuer;
  return Object.hasOwn(link.claims, claim) ? (link.claims[claim] ?? "") : "";
}
