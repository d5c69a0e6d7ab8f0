// T2: what Slack signed once has its effect once: sent again within the five minutes that a signature counts, to another replica.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { test } from "node:test";
import { freshDatabase, sql } from "../postgres/fresh.ts";
import { startReplica } from "../postgres/replicas.ts";
import { until } from "../support/story.ts";
import { tell } from "../support/talk.ts";
import { ana, ben, chloe, startTown } from "../support/town.ts";

interface Taped {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** Passes Slack's requests on, and keeps each byte for byte. */
function taping(target: () => string): { readonly server: Server; readonly tape: Taped[] } {
  const tape: Taped[] = [];
  const server = createServer(async (request, response) => {
    const one = { headers: request.headers, body: String(await buffer(request)) };
    // Before there is a bot Slack may have something to tell.
    if (target() === "") {
      response.writeHead(503).end();
      return;
    }
    tape.push(one);
    const answer = await send(target(), one);
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "text/plain" });
    response.end(await answer.text());
  });
  return { server, tape };
}

function send(url: string, { headers, body }: Taped): Promise<Response> {
  const signed = ["content-type", "x-slack-signature", "x-slack-request-timestamp"].map((name) => [
    name,
    String(headers[name]),
  ]);
  return fetch(url, { method: "POST", body, headers: Object.fromEntries(signed) });
}

test("T2: a vote, a button and a command that were undone are not done again by the same signed request at another replica", async (t) => {
  const url = await freshDatabase(t);
  let first = "";
  const { server, tape } = taping(() => first);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const town = await startTown(t, {
    slack: { http: { requestUrl: `http://127.0.0.1:${portOf(server)}/slack/events` } },
  });
  const one = await startReplica(town, url, "data", "http");
  const two = await startReplica(town, url, "data2", "http");
  t.after(() => Promise.all([one.bot.stop(), two.bot.stop()]));
  first = `http://127.0.0.1:${one.bot.port}/slack/events`;
  const again = async (what: RegExp): Promise<void> => {
    const taped = tape.find(({ body }) => what.test(decodeURIComponent(body)));
    assert.ok(taped !== undefined, `nothing like ${what} was sent`);
    const answer = await send(`http://127.0.0.1:${two.bot.port}/slack/events`, taped);
    assert.equal(answer.status, 200);
    await answer.text();
  };
  await town.slack.as(ana).command("#payments", "/ops", "rollback checkout because it crashes since 42");
  const card = await town.card(
    (message) => message.text.includes("Roll back checkout") && message.text.includes("waits"),
  );
  await town.vote(ben, card, "approve");
  await until(town, card, "Take my vote back");
  await town.press(ben, card, "withdraw-vote");
  const withdrawn = () => sql(url, "SELECT 1 FROM audit WHERE code = 'vote.withdrawn'");
  while ((await withdrawn()).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  await again(/"type":"view_submission"/);
  const lent = await tell(town, chloe, "delegate @dev for 1h because of the dentist");
  const id = /d-[0-9a-z]{7}/.exec(lent)?.[0] ?? assert.fail(lent);
  await tell(town, chloe, `undelegate ${id}`);
  await again(/text=delegate/);
  // A stop waits for what was acknowledged.
  await two.bot.stop();
  assert.deepEqual(await sql(url, "SELECT id FROM delegations WHERE ended_at IS NULL"), []);
  const standing = `SELECT count(*)::int AS count FROM requests, json_array_elements(body::json->'votes') AS vote
    WHERE vote->>'withdrawnAt' IS NULL AND vote->>'voidedAt' IS NULL`;
  assert.deepEqual(await sql(url, standing), [{ count: 0 }]);
  const cast = await sql(url, "SELECT count(*)::int AS count FROM audit WHERE code = 'vote.cast'");
  assert.deepEqual(cast, [{ count: 1 }]);
});
