// One thing a person does on the page, turned into what Slack would do with it.
import type { Inside } from "../inside.ts";
import type { PageAct } from "../page-protocol.ts";
import { click } from "./click.ts";
import { command } from "./command.ts";
import type { ActOutcome } from "./outcome.ts";
import { edit, react, say } from "./say.ts";
import { openHome, shortcut } from "./shortcut.ts";
import { closeView, submitView } from "./view.ts";

/** Resolves when Slack would answer: for what the app must acknowledge, after at most three seconds. */
export async function perform(inside: Inside, act: PageAct): Promise<ActOutcome> {
  switch (act.kind) {
    case "say":
      return /^\/[a-z]/.test(act.text.trim()) ? command(inside, act) : say(inside, act);
    case "command":
      return command(inside, act);
    case "edit":
      return edit(inside, act);
    case "block-action":
      return click(inside, act);
    case "submit-view":
      return submitView(inside, act);
    case "close-view":
      return closeView(inside, act);
    case "shortcut":
      return shortcut(inside, act);
    case "open-home":
      return openHome(inside, act);
    case "react":
      return react(inside, act);
  }
}
