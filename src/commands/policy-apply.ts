// `policy apply`: the file's policy comes into force, countersigned under the one before it (R31, T31).
import { defineChange } from "../core/action.ts";
import { shortDigest } from "../core/digest.ts";
import { differingSections, startSections } from "../core/policy-sections.ts";
import type { PolicyInForce, PolicyText } from "../core/ports/policy-file.ts";
import { isRefusal, refuse } from "../core/refusal.ts";
import { draft } from "./parts/change.ts";

interface Facts {
  readonly inForce: PolicyInForce;
  readonly offered: PolicyText;
}

export const policyApply = defineChange({
  name: "policy apply",
  schema: 1,
  summary: "Put the configuration file's policy in force",
  examples: ["policy apply because platform now countersigns payments too"],
  params: {},
  needs: ["policyFile"],
  observe: async ({ policyFile }) => {
    const offered = await policyFile.offered();
    return isRefusal(offered) ? offered : { inForce: policyFile.inForce(), offered };
  },
  decide: ({ inForce, offered }: Facts) => {
    if (offered.digest === inForce.digest)
      return refuse(
        "already-so",
        `The file's policy ${shortDigest(offered.digest)} is in force already.`,
        "Change the file first; “countersign policy check” tells whether it is right.",
      );
    const sections = differingSections(inForce.source, offered.source);
    return draft({
      title: `Put policy ${shortDigest(offered.digest)} in force in place of ${shortDigest(inForce.digest)}`,
      changes: [
        {
          kind: "setting",
          setting: "policy",
          before: { digest: inForce.digest, source: inForce.source },
          after: { digest: offered.digest, source: offered.source },
        },
      ],
      goals: [{ kind: "setting", setting: "policy", value: offered.digest }],
      undo: {
        kind: "none",
        because: "the policy before it comes back the same way: put it into the file and ask again",
      },
      risks: [
        {
          kind: "policy-change",
          level: "high",
          says: `Who counts, who may do what, or whose approval it takes, changes in ${sections.join(", ")}: ${inForce.rules} rules become ${offered.rules}. Read the whole diff.`,
          object: "",
        },
      ],
      notes: [
        "Requests under way must then satisfy both policies.",
        ...startNotes(sections),
        "“countersign policy replay” shows which recorded requests it would have decided otherwise.",
      ],
    });
  },
});

function startNotes(sections: readonly string[]): readonly string[] {
  const late = sections.filter((name) => startSections.includes(name));
  if (late.length === 0) return [];
  return [
    `What changes in ${late.join(" and ")} holds once I have started anew, which I do by myself right then: for some seconds I change nothing.`,
  ];
}
