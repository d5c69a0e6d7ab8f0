// `can-i`: what the policy would say to a verb on a target, before anybody is asked.
import { defineRead } from "../core/action.ts";
import { message, type Part, type Text } from "../core/message.ts";
import { scope, wordOf } from "../core/params.ts";
import type { Decision } from "../core/policy.ts";
import { type Refusal, refuse } from "../core/refusal.ts";
import { placesOf } from "./parts/places.ts";

const verbWords = { usage: "VERB", summary: "the verb; set-image for set image" };

export const canI = defineRead({
  name: "can-i",
  summary: "What the policy would say to a verb on a target",
  examples: ["can-i rollback checkout", "can-i delete production:shop/"],
  params: {
    verb: wordOf(verbWords, (text) => text.toLowerCase().replace("-image", " image")),
    target: scope({ summary: "a cluster, a namespace or an object; everything when left out" }),
  },
  needs: ["policy", "clusters", "clock", "catalogue"],
  observe: async (
    { policy, clusters, clock, catalogue },
    args,
    asking,
  ): Promise<{ decision: Decision; lines: readonly string[] } | Refusal> => {
    const verb = catalogue.verbs.find((one) => one.name === args.verb);
    if (verb === undefined)
      return refuse(
        "no-such-verb",
        `“${args.verb}” is no verb that I know.`,
        `The verbs are ${catalogue.verbs.map((one) => one.name).join(", ")}.`,
      );
    const places = placesOf(clusters, args.target);
    const decision = policy.decide({
      verb: verb.name,
      verbKind: verb.kind,
      args: {},
      who: { userId: asking.person.account.userId, groups: asking.person.groups, assurance: asking.person.assurance },
      places,
      risks: [],
      dryRun: false,
      now: clock.now(),
    });
    return { decision, lines: policy.explain(decision) };
  },
  answer: ({ decision, lines }, args) => {
    const parts: Part[] = [
      { kind: "text", icon: decision.kind === "deny" ? "stop" : "ok", text: says(decision, args.verb) },
      { kind: "code", text: lines.join("\n") },
      {
        kind: "small",
        text: ["A plan's risk facts and labels can ask for more; --dry-run shows the decision for the plan itself."],
      },
    ];
    return message(`can-i ${args.verb}`, parts);
  },
});

function says(decision: Decision, verb: string): Text {
  switch (decision.kind) {
    case "allow":
      return [`Yes: ${verb} runs at once, by ${decision.rules.join(", ")}.`];
    case "approvals":
      return [`Yes, when countersigned: ${decision.rules.join(", ")}.`];
    case "deny":
      return [`No: ${decision.reason} (${decision.rule})`];
  }
}
