// A process of its own, for the proxy's test: a connection is cut off while its FIN is being sent; then nothing must keep it alive.
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { cutOff } from "../../demo/slack/cut-off.ts";

const server = createServer({ allowHalfOpen: true }, (socket) => {
  socket.on("error", () => undefined);
  socket.end("bye");
  process.nextTick(() =>
    process.nextTick(() => {
      if (socket.writableFinished) throw new Error("too late for what is tested");
      cutOff(socket);
      server.close();
      client.destroy();
    }),
  );
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
client.on("error", () => undefined);
client.pause();
