// Stands between Slack and the bot in HTTP mode and keeps every genuine request, byte for byte, to be played again.
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import type { TestContext } from "node:test";
import type { Try } from "../../support/forgeries.ts";

export interface Tape {
  readonly url: string;
  readonly requests: readonly Try[];
}

const signed = [
  "content-type",
  "x-slack-request-timestamp",
  "x-slack-signature",
  "x-slack-retry-num",
  "x-slack-retry-reason",
];

export async function startTape(t: TestContext, target: string): Promise<Tape> {
  const requests: Try[] = [];
  const server = createServer((request, response) => {
    text(request)
      .then(async (body) => {
        const headers = Object.fromEntries(
          signed.flatMap((name) => {
            const value = request.headers[name];
            return typeof value === "string" ? [[name, value]] : [];
          }),
        );
        requests.push({ headers, body });
        const answer = await fetch(target, { method: "POST", headers, body });
        response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "text/plain" });
        response.end(await answer.text());
      })
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/slack/events`, requests };
}
