// Where the demo's sign-in stands: ports of this machine that the configuration names, so they are chosen before anything listens.
import { createServer } from "node:net";

export interface SignInAddresses {
  /** The bot's own, for its sign-in pages. */
  readonly botPort: number;
  /** The identity provider's. */
  readonly idpPort: number;
}

export const originOf = (port: number): string => `http://127.0.0.1:${port}`;

/** The wanted ports where they are free, others where they are not. */
export async function freeAddresses(wanted: SignInAddresses): Promise<SignInAddresses> {
  const bot = await holdPort(wanted.botPort);
  const idp = await holdPort(wanted.idpPort);
  // Both are held until both are known: two free ports are never the same one.
  await Promise.all([bot.release(), idp.release()]);
  return { botPort: bot.port, idpPort: idp.port };
}

interface Held {
  readonly port: number;
  release(): Promise<void>;
}

function holdPort(wanted: number): Promise<Held> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (wanted !== 0 && error.code === "EADDRINUSE") resolve(holdPort(0));
      else reject(error);
    });
    server.listen(wanted, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : wanted;
      resolve({ port, release: () => new Promise((done) => server.close(() => done())) });
    });
  });
}

/** As `identitySection` wrote them; null when the configuration knows no such sign-in, as one of an older demo does not. */
export function addressesIn(config: string): SignInAddresses | null {
  const botPort = /^ {2}baseUrl: http:\/\/127\.0\.0\.1:(\d+)$/m.exec(config)?.[1];
  const idpPort = /^ {4}issuer: http:\/\/127\.0\.0\.1:(\d+)$/m.exec(config)?.[1];
  return botPort === undefined || idpPort === undefined ? null : { botPort: Number(botPort), idpPort: Number(idpPort) };
}

/** The same configuration at other ports: what people changed in it stays. */
export function movedTo(config: string, from: SignInAddresses, to: SignInAddresses): string {
  return config
    .replace(`baseUrl: ${originOf(from.botPort)}\n`, `baseUrl: ${originOf(to.botPort)}\n`)
    .replace(`issuer: ${originOf(from.idpPort)}\n`, `issuer: ${originOf(to.idpPort)}\n`)
    .replace(`  port: ${from.botPort}`, `  port: ${to.botPort}`);
}
