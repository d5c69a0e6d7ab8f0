// The token in a vote's form: it proves that the server rendered this form, for this person, version, digest and choice (R17).
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Request } from "../core/request.ts";

export interface TokenSubject {
  readonly request: Request;
  readonly choice: "approve" | "deny" | "break-glass";
  readonly userId: string;
}

/** A form left open longer than this must be opened again. */
const validMs = 30 * 60_000;

/** `issuedAt.mac`, under the request's own nonce, which never leaves the store. */
export function voteToken(subject: TokenSubject, issuedAt: number): string {
  return `${issuedAt}.${mac(subject, issuedAt)}`;
}

export function isVoteToken(token: string, subject: TokenSubject, now: number): boolean {
  const dot = token.indexOf(".");
  const issuedAt = Number(token.slice(0, dot));
  if (dot < 1 || !Number.isSafeInteger(issuedAt) || issuedAt > now + 1_000 || now - issuedAt > validMs) return false;
  const given = Buffer.from(token.slice(dot + 1));
  const right = Buffer.from(mac(subject, issuedAt));
  return given.length === right.length && timingSafeEqual(given, right);
}

function mac({ request, choice, userId }: TokenSubject, issuedAt: number): string {
  const content = [request.id, request.version, request.plan.digest, choice, userId, issuedAt].join("\n");
  return createHmac("sha256", request.nonce).update(content).digest("base64url");
}
