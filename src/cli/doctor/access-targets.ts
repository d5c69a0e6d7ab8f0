// Whether every system beside Kubernetes answers, takes its credential, and has what the catalogue gives of it.
import type { AccessTargetConfig } from "../../core/access-targets.ts";
import { openTarget } from "../../main/access-targets.ts";
import { type Check, type Finding, fail, ok, type Patient } from "./finding.ts";

export const checkAccessTargets: Check = ({ config, secrets }) =>
  Promise.all(config.access.targets.map((target) => examined(target, secrets)));

async function examined(target: AccessTargetConfig, secrets: Patient["secrets"]): Promise<Finding> {
  const what = `access target ${target.name}`;
  try {
    const wrong = await openTarget(target, secrets).examine();
    if (wrong !== null) return fail(what, wrong.message, wrong.hint);
  } catch (error) {
    const mend = `Set ${target.tokenFrom} and see that caFile can be read; the bot does not start without them.`;
    return fail(what, error instanceof Error ? error.message : String(error), mend);
  }
  const roles = [...target.roles.keys()].join(", ");
  const seen =
    target.kind === "dataos" ? "whether it has the use cases shows the first grant" : "what they give is there";
  return ok(what, `It answers and takes the credential. Roles: ${roles}; ${seen}.`);
}
