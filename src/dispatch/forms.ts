// Forms for verbs that take a manifest: what they ask for when none came along.
import type { Form } from "../core/ports/surface.ts";
import type { Deps } from "./deps.ts";
import type { Parsed } from "./parse.ts";
import type { PlaceContext } from "./resolve.ts";

export function manifestForm(deps: Pick<Deps, "clusters">, parsed: Parsed, context: PlaceContext, text: string): Form {
  const all = deps.clusters.all();
  const cluster =
    parsed.cluster ?? parsed.typed.cluster ?? context.cluster ?? all.find((info) => info.isDefault)?.name ?? "";
  const isChange = parsed.action.kind === "change";
  return {
    verb: parsed.action.name,
    title: isChange ? "Apply a manifest" : "Diff a manifest",
    intro: isChange
      ? "You see a plan with a diff of every object; nothing changes before it is countersigned."
      : "You see what applying it would change; nothing is asked of anybody.",
    text,
    fields: [
      {
        name: "manifest",
        label: "Manifest",
        hint: "YAML or JSON, several documents separated by ---; or upload a file below",
        kind: "manifest",
        optional: true,
        choices: [],
        initial: "",
      },
      {
        name: "cluster",
        label: "Cluster",
        hint: "Where it is applied",
        kind: "choice",
        optional: false,
        choices: all.map((info) => info.name),
        initial: cluster,
      },
      {
        name: "namespace",
        label: "Namespace",
        hint: "For objects that name none",
        kind: "text",
        optional: true,
        choices: [],
        initial: parsed.namespace ?? parsed.typed.namespace ?? context.namespace ?? "",
      },
      ...(isChange
        ? [
            {
              name: "reason",
              label: "Reason",
              hint: "Approvers read it",
              kind: "text" as const,
              optional: true,
              choices: [],
              initial: parsed.reason ?? "",
            },
          ]
        : []),
    ],
  };
}
