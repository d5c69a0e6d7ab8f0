// The systems beside Kubernetes that the configuration names, each opened with its credential.
import { readFileSync } from "node:fs";
import type { AccessTargetConfig } from "../core/access-targets.ts";
import type { Config } from "../core/config.ts";
import type { AccessTargets, OpenedTarget } from "../core/ports/access-targets.ts";
import { dataosTarget } from "../integrations/dataos/target.ts";
import { gitHubTarget } from "../integrations/github/target.ts";
import { scimTarget } from "../integrations/scim/target.ts";
import type { Secrets } from "./base.ts";

export interface OpenedTargets extends AccessTargets {
  get(name: string): OpenedTarget | null;
}

/** Calls nothing yet. Throws when an environment variable that a target names is not set, or its file cannot be read, naming both. */
export function openAccessTargets(config: Pick<Config, "access">, secrets: Pick<Secrets, "named">): OpenedTargets {
  const opened = new Map(config.access.targets.map((target) => [target.name, openTarget(target, secrets)]));
  return { get: (name) => opened.get(name) ?? null };
}

export function openTarget(
  target: AccessTargetConfig,
  { named = () => undefined }: Pick<Secrets, "named">,
): OpenedTarget {
  const token = named(target.tokenFrom) ?? "";
  if (token === "") throw new Error(`${target.tokenFrom} is not set: the access target ${target.name} needs it.`);
  // What stands in a header must not begin another one.
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new Error(`${target.tokenFrom}, of the access target ${target.name}, has characters that no token has.`);
  const { name, title, claim, privateAddresses } = target;
  const ca = target.caFile === null ? {} : { ca: certificatesIn(target.caFile, name) };
  const common = { name, title, claim, privateAddresses, token, ...ca };
  switch (target.kind) {
    case "scim": {
      const { base, userAttribute, roles } = target;
      return scimTarget({ ...common, base, userAttribute, groups: [...roles.values()] });
    }
    case "github": {
      const { api, organization, roles } = target;
      return gitHubTarget({ ...common, api, organization, teams: [...roles.values()] });
    }
    case "dataos":
      return dataosTarget({ ...common, base: target.base, useCases: [...target.roles.values()] });
  }
}

function certificatesIn(file: string, target: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new Error(`${file}, the caFile of the access target ${target}, cannot be read.`, { cause });
  }
}
