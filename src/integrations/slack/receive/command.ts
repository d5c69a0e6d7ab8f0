// Slash commands: the answer travels in the acknowledgement when it is ready, and follows it otherwise.
import type { CommandInput } from "../../../core/ports/surface.ts";
import { within } from "../within.ts";
import { ackBody, answer, sendFiles } from "./answer.ts";
import { inTime, tooMuch } from "./in-time.ts";
import type { Incoming } from "./incoming.ts";
import type { Ack, Desk } from "./talk.ts";

/** Slack waits three seconds for an acknowledgement; one that carries an answer waits so long that all are there within one. */
const readyWithinMs = 700;

export async function handleCommand(
  desk: Desk,
  incoming: Extract<Incoming, { kind: "command" }>,
  ack: Ack,
): Promise<void> {
  const { talk, works } = desk;
  const { origin, trigger } = incoming;
  if (incoming.command.replace(/^\//, "") !== talk.command) {
    return ack({
      response_type: "ephemeral",
      text: `This bot answers to /${talk.command}. Type /${talk.command} help`,
    });
  }
  const input: CommandInput = { origin, text: incoming.text, document: null };
  const ready = talk.surface.ready(input);
  const early =
    ready === null ? null : ((await atOnce(ready)) ?? (await within(talk.clock, readyWithinMs, ready, () => null)));
  const said = early === null ? null : ackBody(early);
  if (said !== null) {
    await ack(said.body);
    if (said.rest.attachments.length > 0) works.start("files", () => sendFiles(talk, said.rest, origin.account.userId));
    return;
  }
  await ack();
  const started = works.start("command", async () => {
    const reply = early ?? (await inTime(talk, ready ?? talk.surface.command(input)));
    await answer(talk, reply, origin, trigger);
  });
  if (!started) await answer(talk, { kind: "refusal", refusal: tooMuch }, origin, trigger);
}

/** What is there within this turn of the loop, or null: nearly every ready answer is, and needs no timer then. */
function atOnce<T>(promise: Promise<T>): Promise<T | null> {
  return Promise.race([promise, new Promise<null>((resolve) => setImmediate(resolve, null))]);
}
