// Where a server listens.

/** Throws when it does not listen on a port. */
export function addressOf(server: unknown): string {
  if (typeof server !== "object" || server === null || !("address" in server) || typeof server.address !== "function")
    throw new Error("not a server");
  const address: unknown = server.address();
  if (typeof address !== "object" || address === null || !("port" in address)) throw new Error("no port");
  return `http://127.0.0.1:${String(address.port)}`;
}
