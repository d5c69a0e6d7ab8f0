// What the containers of the sample cluster say: believable lines for starting, working and failing.

export interface Speaker {
  /** The container's name. */
  readonly name: string;
  /** The part of the image after the colon. */
  readonly tag: string;
  readonly pod: string;
}

const json = (level: string, msg: string, fields: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({ level, msg, ...fields });

export function startLines({ name, tag }: Speaker): readonly string[] {
  return [
    json("info", `starting ${name}`, { version: tag }),
    json("info", "configuration loaded", { source: "/etc/config/app.yaml" }),
    json("info", "database pool ready", { host: "postgres.data.svc", size: 10 }),
    json("info", "listening", { port: 8080 }),
  ];
}

/** One line of ordinary work; `turn` numbers them. */
export function workLine({ name }: Speaker, turn: number): string {
  const path = ["/healthz", "/api/v1/orders", "/api/v1/cart", "/metrics"][turn % 4] ?? "/healthz";
  return json("info", "request served", { service: name, method: "GET", path, status: 200, ms: 3 + ((turn * 7) % 23) });
}

export function crashLines({ name, tag }: Speaker): readonly string[] {
  return [
    json("info", `starting ${name}`, { version: tag }),
    json("info", "configuration loaded", { source: "/etc/config/app.yaml" }),
    json("warn", "retrying payment gateway handshake", { attempt: 1, gateway: "https://payments.shop.svc:8443" }),
    json("error", "payment gateway handshake failed", {
      error: "unknown field 'currencyCode' in capabilities (want 'currency')",
    }),
    "panic: capabilities: required setting PAYMENTS_API_VERSION is not set",
    "",
    "goroutine 1 [running]:",
    "main.mustCapabilities(...)",
    "\t/src/cmd/checkout/capabilities.go:87",
    "main.main()",
    "\t/src/cmd/checkout/main.go:41 +0x1d4",
  ];
}

export function oomLines({ name, tag }: Speaker): readonly string[] {
  return [json("info", `starting ${name}`, { version: tag }), json("info", "warming cache", { entries: 4_000_000 })];
}

export function finishedLines({ name }: Speaker): readonly string[] {
  return [json("info", `${name} done`, { rows: 18_204, ms: 41_337 })];
}
