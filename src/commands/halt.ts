// `halt`: nothing is executed any more until `unhalt`; reads and votes go on.
import { defineChange } from "../core/action.ts";
import { refuse } from "../core/refusal.ts";
import { draft } from "./parts/change.ts";

export const halt = defineChange({
  name: "halt",
  schema: 1,
  summary: "Stop all execution by the bot at once",
  examples: ["halt because the deploy bot is looping"],
  params: {},
  needs: ["requests"],
  observe: async ({ requests }) => ({ halted: await requests.halted() }),
  decide: ({ halted }, _args, asking) => {
    if (halted !== null) {
      return refuse(
        "already-so",
        `All execution is already halted by ${halted.by}: ${halted.reason}`,
        "To go on, type: unhalt because …",
      );
    }
    return draft({
      title: "Halt all execution",
      changes: [
        { kind: "setting", setting: "halted", before: null, after: { by: asking.person.name, at: asking.requestedAt } },
      ],
      goals: [{ kind: "setting", setting: "halted", value: true }],
      undo: { kind: "command", invocation: { verb: "unhalt", args: {} }, says: "Let execution go on" },
      risks: [
        {
          kind: "stops-execution",
          level: "medium",
          says: "No request starts until somebody types unhalt.",
          object: "",
        },
      ],
      notes: ["Writes that were already sent are still watched to their end."],
    });
  },
});
