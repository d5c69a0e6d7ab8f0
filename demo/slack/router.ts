// Sends each HTTP request to the part that answers it.
import type { IncomingMessage, ServerResponse } from "node:http";
import { serveDownload } from "./files.ts";
import { sendText } from "./http.ts";
import type { Inside } from "./inside.ts";
import { type PageTexts, servePage } from "./page.ts";
import { serveResponseUrl } from "./response-urls.ts";
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
    return await servePage(inside, texts, request, response);
  } catch (error) {
    inside.log.breach("local_slack_fault", error instanceof Error ? (error.stack ?? error.message) : String(error));
    if (response.headersSent) return void response.destroy();
    sendText(response, 500, "internal_error");
  }
}
