// Commands in messages, and manifests that stand in messages: from code blocks, snippets and files.
import type { CommandInput, Document } from "../../../core/ports/surface.ts";
import { isRefusal, type Refusal, refuse } from "../../../core/refusal.ts";
import { authorsOf, readFile } from "../files.ts";
import { answer } from "./answer.ts";
import { inTime } from "./in-time.ts";
import type { FileRef, Incoming } from "./incoming.ts";
import type { Talk } from "./talk.ts";

const noTrigger = { triggerId: "", responseUrl: "" } as const;

export async function handleMessage(talk: Talk, incoming: Extract<Incoming, { kind: "message" }>): Promise<void> {
  const { origin, text, fenced, files } = incoming;
  const document = await documentOf(talk, { text: fenced, files, authorUserId: origin.account.userId });
  if (isRefusal(document)) return answer(talk, { kind: "refusal", refusal: document }, origin, noTrigger);
  await answer(talk, await inTime(talk, talk.surface.command({ origin, text, document })), origin, noTrigger);
}

/** "Apply this manifest": whoever wrote the message, and whoever wrote the file in it, are authors of it (R10). */
export async function handleApplyMessage(
  talk: Talk,
  incoming: Extract<Incoming, { kind: "apply-message" }>,
): Promise<void> {
  const { origin, source, trigger } = incoming;
  const found = await documentOf(talk, { ...source, text: source.text.trim() === "" ? null : source.text });
  const document = found ?? nothingThere;
  if (isRefusal(document)) return answer(talk, { kind: "refusal", refusal: document }, origin, trigger);
  const input: CommandInput = { origin, text: "apply", document };
  await answer(talk, await inTime(talk, talk.surface.command(input)), origin, trigger);
}

const nothingThere = refuse(
  "empty-manifest",
  "The message holds neither text nor a file.",
  "Use the shortcut on a message with a YAML file, a snippet or a code block.",
);

/** The one manifest of a message: a file goes before text; several files are not guessed about. */
async function documentOf(
  talk: Talk,
  source: { readonly text: string | null; readonly files: readonly FileRef[]; readonly authorUserId: string },
): Promise<Document | null | Refusal> {
  const { text, files, authorUserId } = source;
  const [file, ...others] = files;
  if (file === undefined) return text === null ? null : { text, authorUserIds: [authorUserId] };
  if (others.length > 0) {
    return refuse(
      "unreadable-file",
      `The message holds ${files.length} files.`,
      "Put all documents into one file, separated by lines of ---, or send one file a message.",
    );
  }
  const read = await readFile(file, talk.files);
  return isRefusal(read) ? read : { text: read.text, authorUserIds: authorsOf(authorUserId, read) };
}
