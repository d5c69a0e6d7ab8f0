// files.*: the three steps of an upload, facts, deletion. Source: docs.slack.dev/messaging/working-with-files.
import { jsonArg, readContent } from "../content.ts";
import { appSees } from "../files.ts";
import type { Inside } from "../inside.ts";
import { post } from "../messages.ts";
import { objsOf, textOf } from "../read.ts";
import type { Obj, StoredFile } from "../records.ts";
import { BOT_ID, BOT_USER } from "../seed.ts";
import { fileJson } from "../wire.ts";
import { type Methods, no, noBecause, numberOf, ok, seek } from "./method.ts";

const MAX_FILES_PER_SHARE = 10;

function getUploadUrl(inside: Inside, args: Obj): Obj {
  const name = textOf(args.filename);
  const length = numberOf(args.length, 0);
  if (name === "") return noBecause("invalid_arguments", ["missing required field: filename"]);
  if (length <= 0)
    return no("missing_argument", { response_metadata: { messages: ["[ERROR] length must be above 0"] } });
  const id = inside.state.newId("F");
  const path = inside.uploads.expect({ id, name, snippet: textOf(args.snippet_type) !== "" });
  return ok({ upload_url: `${inside.url()}${path}`, file_id: id });
}

interface Share {
  readonly channel: string;
  readonly threadTs?: string;
}

type Shares =
  | { readonly kind: "shares"; readonly shares: readonly Share[] }
  | { readonly kind: "no"; readonly reply: Obj };

function sharesOf(inside: Inside, args: Obj): Shares {
  const ids = [textOf(args.channel_id), ...textOf(args.channels).split(",")].filter((id) => id !== "");
  const shares: Share[] = [];
  for (const id of ids) {
    const sought = seek(inside, { channel: id });
    if (sought.kind === "no") return sought;
    if (!sought.channel.members.includes(BOT_USER)) return { kind: "no", reply: no("not_in_channel") };
    if (sought.channel.archived) return { kind: "no", reply: no("is_archived") };
    const threadTs = textOf(args.thread_ts);
    if (threadTs !== "" && inside.state.message(id, threadTs) === undefined)
      return { kind: "no", reply: no("thread_not_found") };
    shares.push({ channel: id, ...(threadTs !== "" && { threadTs }) });
  }
  return { kind: "shares", shares };
}

function completeUpload(inside: Inside, args: Obj): Obj {
  const wanted = objsOf(jsonArg(args.files));
  if (wanted.length === 0) return noBecause("invalid_arguments", ["missing required field: files"]);
  if (wanted.length > MAX_FILES_PER_SHARE)
    return noBecause("invalid_arguments", [`no more than ${MAX_FILES_PER_SHARE} items allowed`]);
  const files: StoredFile[] = [];
  for (const { id, title } of wanted) {
    const file = inside.state.files.get(textOf(id));
    if (file === undefined || !inside.uploads.arrived(file.id)) return no("file_not_found");
    files.push({ ...file, title: textOf(title) || file.name });
  }
  const asked = sharesOf(inside, args);
  if (asked.kind === "no") return asked.reply;
  const comment = textOf(args.initial_comment);
  const content = args.blocks === undefined ? undefined : readContent({ text: comment, blocks: args.blocks });
  if (content?.kind === "bad") return noBecause(content.error, content.messages);
  for (const file of files) inside.state.putFile(file);
  for (const share of asked.shares) {
    const blocks = content?.blocks ?? [];
    const ids = files.map((file) => file.id);
    post(inside, { ...share, user: BOT_USER, botId: BOT_ID, subtype: "file_share", text: comment, blocks, files: ids });
  }
  const now = files.map((file) => inside.state.files.get(file.id) ?? file);
  return ok({ files: now.map((file) => fileJson(inside, file)) });
}

function info(inside: Inside, args: Obj): Obj {
  const file = inside.state.files.get(textOf(args.file));
  if (file === undefined || !appSees(inside, file)) return no("file_not_found");
  return ok({ file: fileJson(inside, file), comments: [], response_metadata: { next_cursor: "" } });
}

function deleteFile(inside: Inside, args: Obj): Obj {
  const file = inside.state.files.get(textOf(args.file));
  if (file === undefined || !appSees(inside, file)) return no("file_not_found");
  if (file.user !== BOT_USER) return no("cant_delete_file");
  inside.state.dropFile(file.id);
  return ok();
}

const write = { token: "bot", scopes: ["files:write"] } as const;

export const files: Methods = {
  "files.getUploadURLExternal": { ...write, tier: 4, run: getUploadUrl },
  "files.completeUploadExternal": { ...write, tier: 4, run: completeUpload },
  "files.info": { token: "bot", scopes: ["files:read"], tier: 4, run: info },
  "files.delete": { ...write, tier: 3, run: deleteFile },
};
