// Files: kept with their bytes, uploaded by people or the app, downloaded with a token.
import type { IncomingMessage, ServerResponse } from "node:http";
import { spoil, strike } from "./fault-effects.ts";
import { readBody, sendText } from "./http.ts";
import type { Inside } from "./inside.ts";
import type { StoredFile } from "./records.ts";
import { BOT_USER } from "./seed.ts";

const types: Readonly<Record<string, readonly [mimetype: string, filetype: string]>> = {
  yaml: ["application/x-yaml", "yaml"],
  yml: ["application/x-yaml", "yaml"],
  json: ["application/json", "json"],
  txt: ["text/plain", "text"],
  log: ["text/plain", "text"],
  md: ["text/markdown", "markdown"],
  diff: ["text/plain", "diff"],
  patch: ["text/plain", "diff"],
  csv: ["text/csv", "csv"],
  png: ["image/png", "png"],
  jpg: ["image/jpeg", "jpg"],
  pdf: ["application/pdf", "pdf"],
  gz: ["application/gzip", "gzip"],
};

export interface NewFile {
  readonly id?: string;
  readonly name: string;
  readonly title: string;
  readonly user: string;
  readonly content: Buffer;
  readonly snippet?: boolean;
}

/** Keeps the file; nobody sees it until it is shared. */
export function addFile(inside: Inside, file: NewFile): StoredFile {
  const ending = /\.([a-z0-9]+)$/i.exec(file.name)?.[1]?.toLowerCase() ?? "";
  const [mimetype, filetype] = types[ending] ?? ["application/octet-stream", ending === "" ? "binary" : ending];
  const stored: StoredFile = {
    id: file.id ?? inside.state.newId("F"),
    name: file.name,
    title: file.title,
    mimetype,
    filetype,
    size: file.content.length,
    user: file.user,
    created: Math.floor(inside.clock.now() / 1000),
    contentBase64: file.content.toString("base64"),
    shares: [],
    snippet: file.snippet ?? ["yaml", "yml", "json", "txt", "log", "diff", "md"].includes(ending),
  };
  inside.state.putFile(stored);
  return stored;
}

/** The app sees its own files and those shared where it is. */
export function appSees(inside: Inside, file: StoredFile): boolean {
  if (file.user === BOT_USER) return true;
  return file.shares.some((share) => inside.state.channels.get(share.channel)?.members.includes(BOT_USER));
}

export interface Uploads {
  /** The path of a new upload URL. */
  readonly expect: (file: { readonly id: string; readonly name: string; readonly snippet: boolean }) => string;
  /** True while the file's bytes have come but nobody completed it. */
  readonly arrived: (id: string) => boolean;
  readonly serve: (inside: Inside, request: IncomingMessage, response: ServerResponse) => Promise<void>;
}

export function makeUploads(newSecret: () => string): Uploads {
  const expected = new Map<string, { readonly id: string; readonly name: string; readonly snippet: boolean }>();
  const arrived = new Set<string>();
  return {
    expect: (file) => {
      const secret = newSecret();
      expected.set(secret, file);
      return `/upload/v1/${secret}`;
    },
    arrived: (id) => arrived.has(id),
    serve: async (inside, request, response) => {
      const secret = (request.url ?? "").split("/").at(-1) ?? "";
      const exchange = { request, response };
      const fault = inside.faults.take("upload");
      if (strike(fault, exchange).kind === "struck") return;
      const file = expected.get(secret);
      if (file === undefined) return sendText(response, 404, "upload URL unknown or used");
      expected.delete(secret);
      const content = await uploadedBytes(request);
      addFile(inside, { ...file, title: file.name, user: BOT_USER, content });
      arrived.add(file.id);
      const answer = `OK - ${content.length}`;
      if (!spoil(fault, exchange, answer)) sendText(response, 200, answer);
    },
  };
}

/** The raw body, or the one part of a form, as web-api sends it. */
async function uploadedBytes(request: IncomingMessage): Promise<Buffer> {
  const body = await readBody(request);
  const type = request.headers["content-type"] ?? "";
  if (!type.startsWith("multipart/form-data")) return body;
  const form = await new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData();
  for (const part of form.values()) {
    return typeof part === "string" ? Buffer.from(part) : Buffer.from(await part.arrayBuffer());
  }
  return Buffer.alloc(0);
}

/** `GET /files-pri/TEAM-FILE/[download/]NAME`; without a good token Slack sends people to its sign-in page, in HTML. */
export function serveDownload(inside: Inside, request: IncomingMessage, response: ServerResponse): void {
  const id = /^\/files-pri\/[^/-]+-([^/]+)\//.exec(request.url ?? "")?.[1] ?? "";
  const exchange = { request, response };
  const fault = inside.faults.take("download");
  if (strike(fault, exchange).kind === "struck") return;
  const { botToken, scopes, installed } = inside.app();
  const file = inside.state.files.get(id);
  const allowed = installed && scopes.has("files:read") && request.headers.authorization === `Bearer ${botToken}`;
  if (!allowed) {
    inside.log.breach("file_download_refused", `${request.url} without a token that may read files`);
    response.writeHead(302, { location: `${inside.url()}/signin?redir=${encodeURIComponent(request.url ?? "")}` });
    return void response.end();
  }
  if (file === undefined || !appSees(inside, file)) {
    sendText(response, 404, "File not found");
    return;
  }
  if (!spoil(fault, exchange, Buffer.from(file.contentBase64, "base64").toString())) sendBytes(response, file);
}

export function sendBytes(response: ServerResponse, file: StoredFile): void {
  const content = Buffer.from(file.contentBase64, "base64");
  const name = encodeURIComponent(file.name);
  response.writeHead(200, {
    "content-type": file.mimetype,
    "content-length": content.length,
    "content-disposition": `attachment; filename*=UTF-8''${name}`,
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox",
  });
  response.end(content);
}
