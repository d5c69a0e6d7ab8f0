// `policy`: which policy is in force, since when, and whether the file holds another one.
import { defineRead } from "../core/action.ts";
import { shortDigest } from "../core/digest.ts";
import { code, message, type Part, type Text, time } from "../core/message.ts";
import { differingSections } from "../core/policy-sections.ts";
import type { PolicyInForce, PolicyText } from "../core/ports/policy-file.ts";
import { isRefusal, type Refusal } from "../core/refusal.ts";

interface Facts {
  readonly inForce: PolicyInForce;
  readonly offered: PolicyText | Refusal;
}

export const policy = defineRead({
  name: "policy",
  summary: "The policy in force, and whether the file holds another one",
  examples: ["policy"],
  params: {},
  needs: ["policyFile"],
  observe: async ({ policyFile }): Promise<Facts> => ({
    inForce: policyFile.inForce(),
    offered: await policyFile.offered(),
  }),
  answer: ({ inForce, offered }) => {
    const since: Text = inForce.since === null ? [] : [" since ", time(inForce.since)];
    const parts: Part[] = [
      {
        kind: "text",
        icon: "lock",
        text: ["In force: policy ", code(shortDigest(inForce.digest)), ` with ${inForce.rules} rules`, ...since, "."],
      },
      offeredPart(inForce, offered),
    ];
    return message(`Policy ${shortDigest(inForce.digest)} is in force`, parts);
  },
});

function offeredPart(inForce: PolicyInForce, offered: PolicyText | Refusal): Part {
  if (isRefusal(offered))
    return { kind: "text", icon: "warn", text: [`The file is not taken: ${offered.message} ${offered.hint}`] };
  if (offered.digest === inForce.digest)
    return { kind: "text", icon: "ok", text: ["The configuration file holds this same policy."] };
  return {
    kind: "text",
    icon: "wait",
    text: [
      "The configuration file holds another one, ",
      code(shortDigest(offered.digest)),
      `, with ${offered.rules} rules; it differs in ${differingSections(inForce.source, offered.source).join(", ")}. It rules once it is countersigned: type `,
      code("policy apply because …"),
    ],
  };
}
