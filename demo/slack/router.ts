// Sends each HTTP request to the part that answers it.
import type { IncomingMessage, ServerResponse } from "node:http";
import { serveDownload } from "./files.ts";
import { sendJson, sendText } from "./http.ts";
import type { Inside } from "./inside.ts";
import { type PageTexts, servePage } from "./page.ts";
import { serveResponseUrl } from "./response-urls.ts";
import { serveAuthorize } from "./sign-in/authorize.ts";
import { discoveryOf } from "./sign-in/sign-in.ts";
import { serveMethod } from "./web-api/server.ts";

export async function route(
  inside: Inside,
  texts: PageTexts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const path = request.url ?? "/";
    if (path.startsWith("/api/")) return await serveMethod(inside, request, response);
    if (path.startsWith("/actions/")) return await serveResponseUrl(inside, request, response);
    if (path.startsWith("/upload/v1/")) return await inside.uploads.serve(inside, request, response);
    if (path.startsWith("/files-pri/")) return serveDownload(inside, request, response);
    const { pathname } = new URL(path, "http://local");
    if (pathname === "/openid/connect/authorize") return await serveAuthorize(inside, request, response);
    if (pathname === "/openid/connect/keys") return sendJson(response, 200, { keys: [inside.signIn.key().jwk] });
    if (pathname === "/.well-known/openid-configuration") return sendJson(response, 200, discoveryOf(inside.url()));
    return await servePage(inside, texts, request, response);
  } catch (error) {
    inside.log.breach("local_slack_fault", error instanceof Error ? (error.stack ?? error.message) : String(error));
    if (response.headersSent) return void response.destroy();
    sendText(response, 500, "internal_error");
  }
}
