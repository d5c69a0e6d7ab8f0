// Free TCP ports on the loopback address for programs that cannot choose one themselves.
import { once } from "node:events";
import { createServer, type Server } from "node:net";

/** As many different free ports as asked for. They are held together while choosing, so none is given twice. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  try {
    return await Promise.all(servers.map(portOf));
  } finally {
    await Promise.all(servers.map((server) => server.listening && once(server.close(), "close")));
  }
}

async function portOf(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a TCP server without a port");
  return address.port;
}
