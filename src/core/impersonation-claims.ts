// Which claims of a sign-in name people in clusters and other systems: those, and no others, a link keeps.
import type { AccessTargetConfig } from "./access-targets.ts";
import type { ImpersonationConfig } from "./config.ts";

/** Sorted; without `sub` and `iss`, which every link has. */
export function mappedClaims(
  mappings: readonly (ImpersonationConfig | undefined)[],
  targets: readonly Pick<AccessTargetConfig, "claim">[] = [],
): readonly string[] {
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
  return [...new Set([...claims, ...targets.map(({ claim }) => claim)])]
    .filter((claim) => claim !== "sub" && claim !== "iss")
    .sort();
}
