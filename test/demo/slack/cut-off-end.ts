// A process of its own, for the faults' test: a call is reset, or its answer lost, while the connection's FIN is being sent.
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { spoil, strike } from "../../../demo/slack/fault-effects.ts";

const isStruck = process.argv[2] === "reset";

const server = createServer((request, response) => {
  const { socket } = request;
  socket.on("error", () => undefined);
  // As when the caller's patience ends just then: the server ends its own side.
  socket.end();
  process.nextTick(() =>
    process.nextTick(() => {
      if (socket.writableFinished) throw new Error("too late for what is tested");
      if (isStruck) strike({ reset: true }, { request, response });
      else spoil({ dropReplyAfterEffect: true }, { request, response }, "{}");
      server.close();
      client.destroy();
    }),
  );
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
client.on("error", () => undefined);
client.write("POST /api/chat.postMessage HTTP/1.1\r\nhost: slack\r\ncontent-length: 0\r\n\r\n");
