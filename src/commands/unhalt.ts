// `unhalt`: execution goes on after a `halt`.
import { defineChange } from "../core/action.ts";
import { refuse } from "../core/refusal.ts";
import { draft } from "./parts/change.ts";

export const unhalt = defineChange({
  name: "unhalt",
  schema: 1,
  summary: "Let execution go on after a halt",
  examples: ["unhalt because the loop is fixed"],
  params: {},
  needs: ["requests"],
  observe: async ({ requests }) => ({ halted: await requests.halted() }),
  decide: ({ halted }) => {
    if (halted === null) return refuse("already-so", "Nothing is halted.", "Type approvals to see what waits.");
    return draft({
      title: `Let execution go on (halted by ${halted.by}: ${halted.reason})`,
      changes: [{ kind: "setting", setting: "halted", before: { by: halted.by, at: halted.at }, after: null }],
      goals: [{ kind: "setting", setting: "halted", value: false }],
      undo: { kind: "command", invocation: { verb: "halt", args: {} }, says: "Halt again" },
      risks: [
        {
          kind: "resumes-execution",
          level: "medium",
          says: "Approved requests that are not yet expired start at once.",
          object: "",
        },
      ],
    });
  },
});
