// The App Home: what waits for this person, published whenever it is opened or something on it was pressed.
import { isRefusal } from "../../../core/refusal.ts";
import { failureOf, failureText } from "../failure.ts";
import { checkView } from "../render/check.ts";
import { refusalMessage } from "../render/refusal.ts";
import { homeView } from "../render/views.ts";
import { within } from "../within.ts";
import { accountOf } from "./decode.ts";
import type { Talk } from "./talk.ts";

export async function handleHome(talk: Talk, userId: string): Promise<void> {
  const shown = await within(talk.clock, 10_000, talk.surface.home(accountOf(userId, talk.home)), () => null);
  if (shown === null) return talk.log.warn("the home tab was not ready in time", { user: userId });
  const view = homeView(isRefusal(shown) ? refusalMessage(shown) : shown);
  const wrong = checkView(view);
  if (wrong.length > 0) throw new Error(`home tab over Slack's limits: ${wrong.join("; ")}`);
  try {
    await talk.clients.lookup.call("views.publish", { user_id: userId, view });
  } catch (error) {
    talk.log.warn("the home tab could not be published", { user: userId, why: failureText(failureOf(error)) });
  }
}
