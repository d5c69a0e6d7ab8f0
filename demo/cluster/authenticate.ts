// Who asks: bearer tokens, given at the start or issued for service accounts, as the API server reads them.
import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { ObjectKey } from "./object.ts";
import { unauthorized } from "./status.ts";
import type { Storage } from "./storage.ts";
import type { Timeline } from "./timeline.ts";

export interface User {
  readonly name: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/** What a token stands for; `system:authenticated` is added. */
export interface TokenUser {
  readonly user: string;
  readonly groups?: readonly string[];
  readonly uid?: string;
}

interface IssuedToken extends TokenUser {
  readonly expiresMs: number;
  /** The token ends with this secret. */
  readonly secret: ObjectKey | undefined;
}

const ANONYMOUS: User = { name: "system:anonymous", uid: "", groups: ["system:unauthenticated"], extra: {} };

export class Tokens {
  readonly #given: Readonly<Record<string, TokenUser>>;
  readonly #issued = new Map<string, IssuedToken>();
  readonly #parts: { readonly storage: Storage; readonly timeline: Timeline };

  constructor(given: Readonly<Record<string, TokenUser>>, parts: { storage: Storage; timeline: Timeline }) {
    this.#given = given;
    this.#parts = parts;
  }

  /** A token that holds until its time or until its secret is gone. */
  issue(token: IssuedToken): string {
    // It begins as every JSON web token does, so that whoever looks for one finds it; unlike uids it can not be foreseen.
    const text = `eyJzYW1wbGUiOnRydWV9.${randomBytes(24).toString("base64url")}`;
    this.#issued.set(text, token);
    return text;
  }

  /** Anonymous without a token; throws 401 for a token that is unknown or over. */
  userOf(request: IncomingMessage): User {
    const { authorization } = request.headers;
    if (authorization === undefined) return ANONYMOUS;
    const [, text = ""] = /^Bearer\s+(\S+)$/i.exec(authorization) ?? [];
    const found = Object.hasOwn(this.#given, text) ? this.#given[text] : this.#live(text);
    if (found === undefined) throw unauthorized();
    return {
      name: found.user,
      uid: found.uid ?? "",
      groups: [...(found.groups ?? []), "system:authenticated"],
      extra: {},
    };
  }

  #live(text: string): TokenUser | undefined {
    const found = this.#issued.get(text);
    if (found === undefined || found.expiresMs <= this.#parts.timeline.now()) return undefined;
    const isRevoked = found.secret !== undefined && this.#parts.storage.get("/secrets", found.secret) === undefined;
    return isRevoked ? undefined : found;
  }
}
