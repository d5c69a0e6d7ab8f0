// node:http with Slack's HMAC and nothing else: the floor under every receiver, for the record.
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { addressOf } from "./address.ts";
import { detailOf, servePart } from "./serve-part.ts";
import type { WorldFacts } from "./world.ts";

await servePart(async () => {
  const { signingSecret } = detailOf<WorldFacts>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => answer(signingSecret, Buffer.concat(chunks), { request, response }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  return { facts: { url: `${addressOf(server)}/slack/events` } };
});

function answer(
  secret: string,
  body: Buffer,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
): void {
  const timestamp = String(request.headers["x-slack-request-timestamp"]);
  const given = Buffer.from(String(request.headers["x-slack-signature"]));
  const right = Buffer.from(`v0=${createHmac("sha256", secret).update(`v0:${timestamp}:`).update(body).digest("hex")}`);
  const isGood = given.length === right.length && timingSafeEqual(given, right);
  const isFresh = Math.abs(Date.now() / 1000 - Number(timestamp)) < 300;
  const command = new URLSearchParams(body.toString("utf8")).get("command");
  response.writeHead(isGood && isFresh && command !== null ? 200 : 401);
  response.end(isGood ? "pong" : "");
}
