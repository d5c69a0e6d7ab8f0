// Which addresses are called at all: https, or this very machine where the settings allow it.

const loopback: ReadonlySet<string> = new Set(["127.0.0.1", "[::1]", "localhost"]);

/** Null for an address that may be called or sent to; else what is wrong with it, for a sentence. */
export function addressProblem(address: string, allowsLoopbackHttp: boolean): string | null {
  if (!URL.canParse(address)) return "it is not an address";
  const url = new URL(address);
  if (url.username !== "" || url.password !== "") return "it has a user name or password in it";
  if (url.hash !== "") return "it has a fragment";
  if (url.protocol === "https:") return null;
  if (url.protocol !== "http:") return "it is not https";
  if (!loopback.has(url.hostname)) return "it is not https";
  return allowsLoopbackHttp ? null : "it is not https, and plain http to this machine is not allowed by the settings";
}
