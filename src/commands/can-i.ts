// `can-i`: what the policy would say to a verb on a target, before anybody is asked.
import { defineRead } from "../core/action.ts";
import { labelsOf } from "../core/kube.ts";
import { message, type Part, type Text } from "../core/message.ts";
import { scope, type Target, word } from "../core/params.ts";
import { askerOf, type Decision, type Place, type Question } from "../core/policy.ts";
import type { Clusters } from "../core/ports/clusters.ts";
import type { Standing } from "../core/ports/requests.ts";
import { isRefusal, type Refusal, refuse } from "../core/refusal.ts";
import { readLive } from "./parts/live.ts";
import { placesOf } from "./parts/places.ts";
import { eligibleParts } from "./render/request.ts";

const verbWords = { usage: "VERB", summary: "the verb, with - for a space: set-image" };

interface Facts {
  readonly verb: string;
  readonly decision: Decision;
  readonly lines: readonly string[];
  readonly opens: string | null;
  readonly eligible: Standing["eligible"];
}

export const canI = defineRead({
  name: "can-i",
  summary: "What the policy would say to a verb on a target",
  examples: ["can-i rollback checkout", "can-i delete production:shop/", "can-i set-image checkout"],
  params: {
    verb: word(verbWords),
    target: scope({ summary: "a cluster, a namespace or an object; everything when left out" }),
  },
  needs: ["policy", "clusters", "clock", "catalogue"],
  observe: async ({ policy, clusters, clock, catalogue }, args, asking): Promise<Facts | Refusal> => {
    const names = catalogue.verbs.map((one) => one.name.replaceAll(" ", "-"));
    const verb = catalogue.verbs[names.indexOf(args.verb.toLowerCase())];
    if (verb === undefined)
      return refuse("no-such-verb", `“${args.verb}” is no verb that I know.`, `The verbs are ${names.join(", ")}.`);
    const places = await placesWithLabels(clusters, args.target);
    const question: Question = {
      verb: verb.name,
      verbKind: verb.kind,
      args: {},
      who: askerOf(asking.person),
      places,
      risks: [],
      dryRun: false,
      now: clock.now(),
    };
    const decision = await policy.decide(question);
    if (isRefusal(decision)) return decision;
    const eligible =
      decision.kind === "approvals" ? await policy.couldCountersign(decision.requirement, asking.person) : [];
    return { verb: verb.name, decision, lines: policy.explain(decision), opens: policy.opens(question), eligible };
  },
  answer: ({ verb, decision, lines, opens, eligible }) => {
    const parts: Part[] = [
      { kind: "text", icon: decision.kind === "deny" ? "stop" : "ok", text: says(decision, verb) },
      ...(opens === null ? [] : [{ kind: "text", icon: "wait", text: [opens] } as const]),
      ...eligibleParts(eligible),
      { kind: "code", text: lines.join("\n") },
      {
        kind: "small",
        text: [
          "A plan's risk facts, labels and numbers can ask for more; --dry-run shows the decision for the plan itself.",
        ],
      },
    ];
    return message(`can-i ${verb}`, parts);
  },
});

function says(decision: Decision, verb: string): Text {
  switch (decision.kind) {
    case "allow":
      if (decision.rules.length === 0) return [`Yes: everybody may use ${verb}.`];
      return [`Yes: ${verb} runs at once, by ${decision.rules.join(", ")}.`];
    case "approvals":
      return [`Yes, when countersigned: ${decision.rules.join(", ")}.`];
    case "deny":
      return [`No: ${decision.reason}${decision.rule === "" ? "" : ` (${decision.rule})`}`];
  }
}

/** Of one object, with the labels that it has; without them where the asker may not read it. */
async function placesWithLabels(clusters: Clusters, target: Target): Promise<readonly Place[]> {
  const places = placesOf(clusters, target);
  if (target.kind !== "object") return places;
  const live = await readLive(clusters, target.object);
  if (isRefusal(live)) return places;
  return places.map(({ labelsKnown: _, ...place }) => ({ ...place, labels: labelsOf(live.object) }));
}
