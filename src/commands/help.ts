// `help`: what this person may do here, and how each verb is written.
import { defineRead } from "../core/action.ts";
import { bold, code, message, type Part } from "../core/message.ts";
import { optionalRest } from "../core/params.ts";
import type { VerbEntry } from "../core/ports/requests.ts";
import { refuse } from "../core/refusal.ts";

export const help = defineRead({
  name: "help",
  summary: "What you may do here, or how a verb is written",
  examples: ["help", "help rollback", "help set image"],
  params: { verb: optionalRest({ usage: "VERB", summary: "one verb" }) },
  needs: ["catalogue", "policy"],
  observe: async ({ catalogue, policy }, _args, asking) =>
    catalogue.verbs.filter((verb) => policy.mayEver(verb.name, verb.kind, asking.person)),
  answer: (verbs, args) => {
    if (args.verb === undefined) return overview(verbs);
    const one = verbs.find((verb) => verb.name === args.verb?.toLowerCase());
    if (one !== undefined) return detail(one);
    return refuse(
      "no-such-verb",
      `There is no verb “${args.verb}” that you may use here.`,
      `You may use ${verbs.map((verb) => verb.name).join(", ")}.`,
    );
  },
});

function overview(verbs: readonly VerbEntry[]) {
  const parts: Part[] = [
    {
      kind: "text",
      text: [
        bold("What you may do here"),
        ". A target is ",
        code("cluster:namespace/kind/name"),
        "; leave away what is clear. Changes take ",
        code("--dry-run"),
        " and end with ",
        code("because …"),
        ".",
      ],
    },
  ];
  for (const [kind, title] of [
    ["read", "Look"],
    ["change", "Change"],
    ["own", "Requests"],
  ] as const) {
    const some = verbs.filter((verb) => verb.kind === kind);
    if (some.length === 0) continue;
    parts.push({ kind: "heading", text: title });
    for (const verb of some) parts.push({ kind: "text", text: [code(shortUsage(verb.usage)), ` ${verb.summary}`] });
  }
  parts.push({
    kind: "small",
    text: [
      "In threads write ! in place of /ops, for example !status. ",
      code("help VERB"),
      " shows one verb with examples.",
    ],
  });
  return message("What you may do here", parts);
}

/** A line per verb has room for what must be typed; the flags stand in `help VERB`. */
function shortUsage(usage: string): string {
  return usage.replaceAll(/ \[--[^\]]*\]/g, "");
}

function detail(verb: VerbEntry) {
  const parts: Part[] = [
    { kind: "heading", text: verb.name },
    { kind: "text", text: [`${verb.summary}.`] },
    { kind: "code", text: verb.usage },
    { kind: "text", text: ["For example:"] },
    { kind: "code", text: verb.examples.join("\n") },
  ];
  if (verb.flags.length > 0) {
    parts.push({
      kind: "table",
      columns: ["FLAG", "WHAT IT DOES"],
      rows: verb.flags.map((flag) => [`--${flag.name}${flag.usage === "" ? "" : ` ${flag.usage}`}`, flag.summary]),
    });
  }
  return message(`help ${verb.name}`, parts);
}
