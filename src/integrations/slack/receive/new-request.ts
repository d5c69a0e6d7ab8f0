// The global shortcut: a form for any command, since a shortcut has no channel to ask in.
import { newRequestView } from "../render/views.ts";
import { openView } from "./answer.ts";
import type { Incoming } from "./incoming.ts";
import type { Talk } from "./talk.ts";

export async function openNewRequest(talk: Talk, incoming: Extract<Incoming, { kind: "new-request" }>): Promise<void> {
  await openView(talk, newRequestView(talk.command), incoming.trigger);
}
