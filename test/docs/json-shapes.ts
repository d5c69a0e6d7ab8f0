// The JSON that the command line prints, described for docs/reference/cli.md; held to the code by test/cli/plan.test.ts.

export const planShape: readonly string[] = [
  "With `--json` it prints one object:",
  "",
  "| member | |",
  "|---|---|",
  "| `verb`, `title` | what it is, and the sentence that the card begins with |",
  "| `digest` | what an approval would be bound to; the bot's own for the same words, unless Secret values or the time of asking are in the plan |",
  "| `policy` | the policy's digest |",
  "| `decision` | `kind` is `allow`, `approvals` or `deny`. `rules` that decided, or for `deny` the `rule`, `code` and `reason`; `needs` in words for `approvals`; `because`, the tree of reasons line by line |",
  "| `risks` | each with `kind` (see [risks](risks.md)), `level` `high`, `medium` or `low`, `says` and `object` |",
  "| `changes` | each with `operation`, `object`, `call` (method, path and query, never the body) and `fields`: `path`, `before`, `after`; Secret values stand as tags |",
  "| `undo` | how it would be taken back, or why not |",
  "| `notes` | what it does not do, and what the command line does not know |",
  "",
  'A refusal is `{ "refusal": { "code", "message", "hint" } }`; see [refusals](refusals.md) for the codes.',
  "",
];

export const riskShape: readonly string[] = [
  "With `--json` it prints `objects`, their number, and `risks` as `plan` does; or a `refusal`.",
  "",
];
