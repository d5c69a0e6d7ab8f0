// Raw systems beside Kubernetes → typed.
import type { AccessTargetConfig } from "../core/access-targets.ts";
import type { RawAccessTarget } from "./raw-access-targets.ts";

/** One of no kind is a problem that is told with all others; here it is none. */
export function typedTargets(raw: readonly RawAccessTarget[] | undefined): readonly AccessTargetConfig[] {
  return (raw ?? []).flatMap(typedTarget);
}

function typedTarget(raw: RawAccessTarget): readonly AccessTargetConfig[] {
  const { name, title = name, scim, github, dataos, privateAddresses = false, caFile = null } = raw;
  const common = { name, title, privateAddresses, caFile };
  if (scim !== undefined) {
    const { groups, userAttribute = "externalId", ...more } = scim;
    return [{ kind: "scim", ...common, ...more, userAttribute, roles: new Map(Object.entries(groups)) }];
  }
  if (github !== undefined) {
    const { teams, api = "https://api.github.com", ...more } = github;
    return [{ kind: "github", ...common, ...more, api, roles: new Map(Object.entries(teams)) }];
  }
  if (dataos === undefined) return [];
  const { useCases, ...more } = dataos;
  return [{ kind: "dataos", ...common, ...more, roles: new Map(Object.entries(useCases)) }];
}
