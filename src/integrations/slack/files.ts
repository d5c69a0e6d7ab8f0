// Files in and out: manifests that people attach, and what does not fit into a message.
import { textAt } from "../../core/json.ts";
import type { Attachment } from "../../core/message.ts";
import { type Refusal, refuse } from "../../core/refusal.ts";
import type { Api } from "./clients.ts";
import type { FileRef } from "./receive/incoming.ts";

export interface FileAccess {
  readonly api: Api;
  readonly botToken: string;
  /** Hosts, with port where it is not the scheme's own, that the token may be sent to (T19). */
  readonly hosts: ReadonlySet<string>;
  readonly allowHttp: boolean;
  readonly maxBytes: number;
}

const downloadMs = 10_000;
const uploadMs = 15_000;

export interface FileText {
  readonly text: string;
  /** Who uploaded the file, as Slack says. */
  readonly authorUserId: string;
}

/**
 * The text and author of a file that somebody attached. Refuses with `unreadable-file` or `manifest-too-large`, naming the
 * file; a file whose author is not known is not read: its author could countersign it (R10).
 */
export async function readFile(file: FileRef, access: FileAccess): Promise<FileText | Refusal> {
  const { url, authorUserId } = await whereAndWho(file, access);
  const unreadable = (why: string): Refusal =>
    refuse(
      "unreadable-file",
      `The file ${file.name} cannot be read: ${why}.`,
      "Attach it again as a plain text file, or paste it as a snippet.",
    );
  const tooLarge = (): Refusal =>
    refuse(
      "manifest-too-large",
      `The file ${file.name} is larger than ${access.maxBytes} bytes.`,
      "Split it into several files, and apply them one after another.",
    );
  if (url === null) return unreadable("Slack gives no address for it that the bot may fetch");
  if (authorUserId === "") return unreadable("Slack does not say who wrote it");
  if (file.size > access.maxBytes) return tooLarge();
  try {
    // No redirect is followed: it would carry the token to wherever it points.
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${access.botToken}` },
      redirect: "error",
      signal: AbortSignal.timeout(downloadMs),
    });
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      return unreadable(`Slack answered ${response.status}`);
    }
    const bytes = await readAtMost(response.body, access.maxBytes);
    if (bytes === null) return tooLarge();
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), authorUserId };
  } catch (error) {
    if (error instanceof TypeError && /encod|utf|decod/i.test(error.message)) return unreadable("it is not UTF-8 text");
    return unreadable("Slack did not hand it out in time");
  }
}

/** Messages may carry a file by its id alone; what they leave out is asked for. */
async function whereAndWho(
  file: FileRef,
  access: FileAccess,
): Promise<{ readonly url: URL | null; readonly authorUserId: string }> {
  if (file.url !== "" && file.authorUserId !== "")
    return { url: allowedUrl(file.url, access), authorUserId: file.authorUserId };
  try {
    const info = await access.api.call("files.info", { file: file.id });
    const address = file.url || textAt(info, "file", "url_private_download") || textAt(info, "file", "url_private");
    return { url: allowedUrl(address, access), authorUserId: file.authorUserId || textAt(info, "file", "user") };
  } catch {
    return { url: allowedUrl(file.url, access), authorUserId: file.authorUserId };
  }
}

/** The address when its host is one that the token may go to. */
export function allowedUrl(address: string, access: Pick<FileAccess, "hosts" | "allowHttp">): URL | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  if (url.protocol !== "https:" && !(access.allowHttp && url.protocol === "http:")) return null;
  if (url.username !== "" || url.password !== "") return null;
  return access.hosts.has(url.host) ? url : null;
}

async function readAtMost(body: ReadableStream<Uint8Array>, maxBytes: number): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Whoever shares a file may have chosen it, whoever uploaded it wrote it: both, once each. */
export function authorsOf(sharedByUserId: string, file: FileText): readonly string[] {
  return [...new Set([sharedByUserId, file.authorUserId])];
}

export interface FilePlace {
  readonly channelId: string;
  readonly threadTs: string | null;
}

/** Uploads one text and shares it in a thread or channel. Doing it twice shares it twice: the caller looks before. */
export async function shareFile(api: Api, attachment: Attachment, place: FilePlace): Promise<void> {
  const bytes = Buffer.from(attachment.text === "" ? "\n" : attachment.text, "utf8");
  const ticket = await api.call("files.getUploadURLExternal", { filename: attachment.name, length: bytes.byteLength });
  const url = textAt(ticket, "upload_url");
  const response = await fetch(url, {
    method: "POST",
    body: bytes,
    redirect: "error",
    signal: AbortSignal.timeout(uploadMs),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`upload answered ${response.status}`);
  await api.call("files.completeUploadExternal", {
    files: [{ id: textAt(ticket, "file_id"), title: attachment.title }],
    channel_id: place.channelId,
    ...(place.threadTs === null ? {} : { thread_ts: place.threadTs }),
  });
}
