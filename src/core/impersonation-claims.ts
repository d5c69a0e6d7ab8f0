// Which claims of a sign-in name people in clusters: those, and no others, a link keeps.
import type { ImpersonationConfig } from "./config.ts";

/** Sorted; without `sub` and `iss`, which every link has. */
export function mappedClaims(mappings: readonly (ImpersonationConfig | undefined)[]): readonly string[] {
  const claims = mappings.flatMap((mapping) =>
    mapping === undefined
      ? []
      : [
          mapping.user.claim,
          ...(mapping.user.claim === "email" ? ["email_verified"] : []),
          ...(mapping.groups === null || mapping.groups.from === "idp" ? [] : [mapping.groups.from]),
          ...(mapping.uidClaim === null ? [] : [mapping.uidClaim]),
          ...Object.values(mapping.extra),
        ],
  );
  return [...new Set(claims)].filter((claim) => claim !== "sub" && claim !== "iss").sort();
}
