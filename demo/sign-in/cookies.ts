// Cookies of the local sign-ins. A browser keeps one jar for all ports of 127.0.0.1, so every server's name is its own.
import type { IncomingMessage } from "node:http";

export type CookieName = "local-slack-user" | "demo-idp-browser";

/** Undefined when the browser sent none. */
export function cookieOf(request: IncomingMessage, name: CookieName): string | undefined {
  for (const part of (request.headers.cookie ?? "").split(";")) {
    const [key, value] = part.trim().split("=", 2);
    if (key === name && value !== undefined && /^[\w-]{1,100}$/.test(value)) return value;
  }
  return undefined;
}

/** For `set-cookie`: gone with the browser, unreadable for scripts, not sent along by other sites' forms. */
export const cookie = (name: CookieName, value: string, path: string): string =>
  `${name}=${value}; Path=${path}; HttpOnly; SameSite=Lax`;

/** Another site's page in the same browser may not press these buttons; programs without an Origin may. */
export function isFromHere(request: IncomingMessage, here: string): boolean {
  const { origin, host } = request.headers;
  const { port } = new URL(here);
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  return hosts.includes(host ?? "") && (origin === undefined || hosts.some((each) => origin === `http://${each}`));
}
