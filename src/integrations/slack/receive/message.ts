// Commands in messages, and manifests that stand in messages: from code blocks, snippets and files.
import type { CommandInput } from "../../../core/ports/surface.ts";
import { isRefusal, type Refusal, refuse } from "../../../core/refusal.ts";
import { readFile } from "../files.ts";
import { answer } from "./answer.ts";
import { inTime } from "./in-time.ts";
import type { FileRef, Incoming } from "./incoming.ts";
import type { Talk } from "./talk.ts";

const noTrigger = { triggerId: "", responseUrl: "" } as const;

export async function handleMessage(talk: Talk, incoming: Extract<Incoming, { kind: "message" }>): Promise<void> {
  const { origin, text, fenced, files } = incoming;
  const manifest = await manifestOf(talk, fenced, files);
  if (isRefusal(manifest)) return answer(talk, { kind: "refusal", refusal: manifest }, origin, noTrigger);
  const document = manifest === null ? null : { text: manifest, authorUserId: origin.account.userId };
  await answer(talk, await inTime(talk, talk.surface.command({ origin, text, document })), origin, noTrigger);
}

/** "Apply this manifest": whoever wrote the message is the author of what it holds (R10). */
export async function handleApplyMessage(
  talk: Talk,
  incoming: Extract<Incoming, { kind: "apply-message" }>,
): Promise<void> {
  const { origin, source, trigger } = incoming;
  const manifest = await manifestOf(talk, source.text.trim() === "" ? null : source.text, source.files);
  const refusal = isRefusal(manifest) ? manifest : manifest === null ? nothingThere : null;
  if (refusal !== null || typeof manifest !== "string") {
    return answer(talk, { kind: "refusal", refusal: refusal ?? nothingThere }, origin, trigger);
  }
  const input: CommandInput = {
    origin,
    text: "apply",
    document: { text: manifest, authorUserId: source.authorUserId },
  };
  await answer(talk, await inTime(talk, talk.surface.command(input)), origin, trigger);
}

const nothingThere = refuse(
  "empty-manifest",
  "The message holds neither text nor a file.",
  "Use the shortcut on a message with a YAML file, a snippet or a code block.",
);

/** The one manifest of a message: a file goes before text; several files are not guessed about. */
async function manifestOf(
  talk: Talk,
  text: string | null,
  files: readonly FileRef[],
): Promise<string | null | Refusal> {
  const [file, ...others] = files;
  if (file === undefined) return text;
  if (others.length > 0) {
    return refuse(
      "unreadable-file",
      `The message holds ${files.length} files.`,
      "Put all documents into one file, separated by lines of ---, or send one file a message.",
    );
  }
  return readFile(file, talk.files);
}
