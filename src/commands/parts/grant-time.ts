// How long a grant may be, and when it may begin.
import type { Credential, RoleConfig } from "../../core/access.ts";
import { leastGrantMs, leastTokenMs } from "../../core/access.ts";
import { readMoment } from "../../core/moment.ts";
import { durationText } from "../../core/params.ts";
import { isRefusal, type Refusal, refuse } from "../../core/refusal.ts";

/** null when the role may be held for so long, by that credential. */
export function wrongLength(role: RoleConfig, credential: Credential, lengthMs: number): Refusal | null {
  const text = durationText(lengthMs);
  if (lengthMs > role.maxForMs)
    return refuse(
      "too-long",
      `${text} is longer than ${role.name} may be held: ${durationText(role.maxForMs)}.`,
      `Type for ${durationText(role.maxForMs)} or less.`,
    );
  if (credential === "token" && lengthMs < leastTokenMs)
    return refuse(
      "too-short",
      `${text} is too short for a token: the API server makes none that lives under ${durationText(leastTokenMs)}.`,
      `Type for ${durationText(leastTokenMs)} or more; done ends it earlier.`,
    );
  if (lengthMs >= leastGrantMs) return null;
  return refuse(
    "too-short",
    `${text} is shorter than can be ended in time.`,
    `Type for ${durationText(leastGrantMs)} or more; done ends it earlier.`,
  );
}

export function credentialFor(role: RoleConfig, asked: string | undefined): Credential | Refusal {
  if (role.bound.kind === "membership" && asked === undefined) return "membership";
  const [usual = "binding"] = role.credentials;
  if (asked === undefined) return usual;
  const found = role.credentials.find((one) => one === asked);
  if (found !== undefined) return found;
  return refuse(
    "bad-argument",
    `${role.name} is not given as “${asked}”.`,
    `Type --as ${role.credentials.join(" or ")}, or leave it away.`,
  );
}

/** A start further ahead than this is a plan for a calendar, not an approval. */
const furthestMs = 14 * 86_400_000;

/** null: at once. */
export function startOf(
  text: string | undefined,
  here: { readonly now: number; readonly zone: string },
): number | null | Refusal {
  if (text === undefined) return null;
  const moment = readMoment(text, here);
  if (isRefusal(moment)) return moment;
  if (moment <= here.now)
    return refuse(
      "bad-argument",
      `“${text}” is over: it was ${utc(moment)}.`,
      "Type a time to come, or leave --from away.",
    );
  if (moment - here.now <= furthestMs) return moment;
  return refuse("bad-argument", `“${text}” is ${utc(moment)}, more than 14 days ahead.`, "Ask nearer to it.");
}

/** `2026-12-23 17:00 UTC`, whatever was typed: titles are read in every zone. */
export function utc(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
