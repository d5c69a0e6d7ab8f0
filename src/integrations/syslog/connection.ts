// A connection to a syslog server, over TLS (RFC 5425) or plain TCP.
import { connect as connectPlain, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

export interface SyslogSettings {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
  readonly ca: string | null;
}

export interface SyslogConnection {
  /** Resolves when the peer's machine has taken the bytes; syslog itself acknowledges nothing. Throws when the connection broke. */
  write(text: string): Promise<void>;
  /** Resolves when everything was sent and the peer has closed too, or after some seconds. */
  close(): Promise<void>;
}

const withinMs = 10_000;

/** Throws when nobody answers there, or when the certificate is not the host's. */
export async function connectSyslog({ host, port, isTls, ca }: SyslogSettings): Promise<SyslogConnection> {
  const socket: Socket = isTls
    ? connectTls({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}), ...(ca === null ? {} : { ca }) })
    : connectPlain({ host, port });
  socket.setTimeout(withinMs, () => socket.destroy(new Error(`${host}:${port} did not answer`)));
  let broken: Error | null = null;
  socket.on("error", (error) => {
    broken = error;
  });
  await new Promise<void>((resolve, reject) => {
    socket.once(isTls ? "secureConnect" : "connect", () => resolve());
    socket.once("error", reject);
  });
  // Whoever closes early has not taken what follows.
  socket.once("close", () => {
    broken ??= new Error(`${host}:${port} closed the connection`);
  });
  socket.resume();
  return {
    write: (text) =>
      new Promise((resolve, reject) => {
        if (broken !== null) return reject(broken);
        socket.write(text, (error) => (error === undefined || error === null ? resolve() : reject(error)));
      }),
    async close() {
      if (socket.closed) return;
      const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
      socket.end();
      const timer = setTimeout(() => socket.destroy(), withinMs);
      await closed;
      clearTimeout(timer);
    },
  };
}
