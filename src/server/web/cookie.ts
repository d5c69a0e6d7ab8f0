// The one cookie: which sign-in this browser is on.

/** What the browser is told, and how it is read back. */
export interface SignInCookie {
  read(header: string | undefined): string | null;
  set(secret: string): string;
  clear(): string;
}

const lastsSeconds = 600;

/**
 * `__Host-`: only this very host over TLS can have set it, no other host of the domain (RFC 6265bis, section 4.1.3.2). Lax, since the
 * browser comes back from the providers by a link. Over http on the loopback, for the demo, browsers take no such name.
 */
export function signInCookie(baseUrl: string): SignInCookie {
  const isTls = baseUrl.startsWith("https:");
  const name = isTls ? "__Host-countersign" : "countersign";
  const attributes = `Path=/; HttpOnly; SameSite=Lax${isTls ? "; Secure" : ""}`;
  return {
    read: (header) => {
      const values = (header ?? "")
        .split(";")
        .map((pair) => pair.trim())
        .filter((pair) => pair.startsWith(`${name}=`))
        .map((pair) => pair.slice(name.length + 1));
      // Two of one name: somebody else's may be among them.
      return values.length === 1 && values[0] !== "" ? (values[0] ?? null) : null;
    },
    set: (secret) => `${name}=${secret}; Max-Age=${lastsSeconds}; ${attributes}`,
    clear: () => `${name}=; Max-Age=0; ${attributes}`,
  };
}
