// Serves the page: its static files, its JSON, its stream of changes. People choose freely who they are; nothing here is secret.

import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { perform } from "./acts/act.ts";
import { addFile, sendBytes } from "./files.ts";
import { readBody, sendJson, sendText } from "./http.ts";
import type { Inside } from "./inside.ts";
import { isPageAct } from "./page-acts.ts";
import type { PageState } from "./page-protocol.ts";
import { pageFile, pageState, streamTo } from "./page-view.ts";
import { parseJson } from "./read.ts";

/** What the program that starts the local Slack wants the page to say. */
export type PageTexts = Pick<PageState, "greeting" | "completions">;

const ROOT = fileURLToPath(new URL("./page/", import.meta.url));

const contentTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
};

export async function servePage(
  inside: Inside,
  texts: PageTexts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://local");
  const as = url.searchParams.get("as") ?? "";
  const key = `${request.method} ${url.pathname}`;
  if (url.pathname.startsWith("/page/") && !fromHere(inside, request)) {
    return sendText(response, 403, "the page's API answers only to the page itself");
  }
  if (key === "GET /page/api/state") {
    const state = pageState(inside, texts, as);
    return state === undefined ? sendText(response, 404, `no person ${as}`) : sendJson(response, 200, { ...state });
  }
  if (key === "GET /page/api/events") return streamTo(inside, as, request, response);
  if (key === "POST /page/api/act") {
    const act = parseJson((await readBody(request)).toString());
    if (!isPageAct(act)) return sendJson(response, 400, { ok: false, problem: "this is not one of the page's acts" });
    return sendJson(response, 200, { ...(await perform(inside, act)) });
  }
  if (key === "POST /page/api/upload") {
    const name = url.searchParams.get("name") ?? "file";
    const file = addFile(inside, { name, title: name, user: as, content: await readBody(request) });
    return sendJson(response, 200, { ...pageFile(file) });
  }
  const fileId = /^\/page\/files\/([A-Z0-9]+)$/.exec(url.pathname)?.[1];
  const file = fileId === undefined ? undefined : inside.state.files.get(fileId);
  if (file !== undefined) return sendBytes(response, file);
  if (request.method !== "GET" && request.method !== "HEAD") return sendText(response, 405, "method not allowed");
  return serveStatic(url.pathname, response);
}

/** Another site's page in the same browser may not act here; programs without an Origin may. */
function fromHere(inside: Inside, request: IncomingMessage): boolean {
  const { origin, host } = request.headers;
  const here = new URL(inside.url());
  const hosts = [here.host, `localhost:${here.port}`];
  return hosts.includes(host ?? "") && (origin === undefined || hosts.some((each) => origin === `http://${each}`));
}

async function serveStatic(path: string, response: ServerResponse): Promise<void> {
  const relative = normalize(path === "/" ? "/index.html" : decodePath(path));
  const file = join(ROOT, relative);
  const type = contentTypes[extname(file)];
  if (!file.startsWith(ROOT) || type === undefined) return sendText(response, 404, "not found");
  try {
    const content = await readFile(file);
    response.writeHead(200, { "content-type": type, "cache-control": "no-cache", "x-content-type-options": "nosniff" });
    response.end(content);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      return sendText(response, 404, "not found");
    throw error;
  }
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return "/not-found";
  }
}
