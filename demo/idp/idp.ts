// The demo's identity provider: a small OpenID Provider on this machine, with the six people one can be.
import { randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import { makeCodes } from "../sign-in/codes.ts";
import { newTokenKey } from "../sign-in/jwt.ts";
import { makeBrowsers } from "./browsers.ts";
import { type DirectoryPerson, demoPeople } from "./people.ts";
import type { IdpClient } from "./request.ts";
import { type Inside, route } from "./routes.ts";
import type { Grant } from "./token.ts";

export interface LocalIdpOptions {
  /** 0 for any free port. Only 127.0.0.1 is listened on. */
  readonly port: number;
  /** The demo's six by default. */
  readonly people?: readonly DirectoryPerson[];
  readonly clients: readonly IdpClient[];
  readonly clock?: { now(): number };
  /** Unguessable text of letters, digits, `-` and `_`. */
  readonly newSecret?: () => string;
}

export interface LocalIdp {
  readonly issuer: string;
  /** Answers nothing more and cuts all connections. */
  readonly stop: () => Promise<void>;
}

/** Source: RFC 6749, section 4.1.2, asks for ten minutes at most; a program exchanges its code within seconds. */
const CODE_MS = 60_000;

/** Listens when it resolves; rejects when the port is taken. Keys and sessions are new at every start. */
export async function startLocalIdp(options: LocalIdpOptions): Promise<LocalIdp> {
  const { port, clients, people = demoPeople, clock = Date } = options;
  const newSecret = options.newSecret ?? (() => randomBytes(32).toString("base64url"));
  const now = (): number => clock.now();
  const parts: Omit<Inside, "issuer"> = {
    clients,
    people,
    now,
    newSecret,
    codes: makeCodes<Grant>({ now, newSecret, livesMs: CODE_MS }),
    browsers: makeBrowsers(now, newSecret),
    key: newTokenKey("ES256"),
  };
  let issuer = "";
  const server = createServer((request, response) => void route({ ...parts, issuer }, { request, response }));
  issuer = await listen(server, port);
  return {
    issuer,
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : port}`);
    });
  });
}
