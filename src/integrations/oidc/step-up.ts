// Was the sign-in as fresh and as strong as demanded? Pure.
import type { JsonObject } from "../../core/json.ts";
import type { StepUp } from "../../core/policy.ts";

export interface Demanded {
  readonly claims: JsonObject;
  readonly stepUp: StepUp;
  readonly now: number;
  readonly skewMs: number;
}

export interface Unmet {
  /** Completes "The sign-in at Example Corp sign-in …". */
  readonly says: string;
  readonly hint: string;
}

/**
 * Null when all demands are met. A claim that is missing meets nothing: `max_age` obliges the provider to send `auth_time`,
 * `acr_values` obliges it to nothing, so `acr` decides (OpenID Connect Core 1.0, sections 2, 3.1.2.1 and 5.5.1.1).
 */
export function unmet(demanded: Demanded): Unmet | null {
  return freshness(demanded) ?? strength(demanded);
}

function freshness({ claims, stepUp, now, skewMs }: Demanded): Unmet | null {
  const { auth_time: seconds } = claims;
  if (typeof seconds !== "number") {
    return {
      says: `does not say when you signed in ("auth_time"), and a fresh sign-in is needed`,
      hint: "Ask the people who run the sign-in to send auth_time when max_age is asked for.",
    };
  }
  const age = now - seconds * 1000;
  if (age < -skewMs) {
    return {
      says: `says that you signed in in the future ("auth_time")`,
      hint: "The clocks differ: tell the operators.",
    };
  }
  if (age <= stepUp.maxAgeMs + skewMs) return null;
  return {
    says: `was ${spoken(age)} ago, and it may be ${spoken(stepUp.maxAgeMs)} old at most`,
    hint: "Begin anew in Slack, and give your password or key again when the sign-in asks.",
  };
}

function strength({ claims, stepUp }: Demanded): Unmet | null {
  const { acr, amr } = claims;
  const hint = "Begin anew in Slack, and use your security key or second factor when the sign-in asks.";
  if (stepUp.acr.length > 0 && !(typeof acr === "string" && stepUp.acr.includes(acr))) {
    const came = typeof acr === "string" && acr !== "" ? `"${acr.slice(0, 100)}"` : "none";
    return { says: `had the strength (acr) ${came}, and ${oneOf(stepUp.acr)} is demanded`, hint };
  }
  const methods = Array.isArray(amr) ? amr : [];
  const missing = stepUp.amr.filter((method) => !methods.includes(method));
  if (missing.length === 0) return null;
  return { says: `was made without the method (amr) ${missing.map(quoted).join(" and ")}, which is demanded`, hint };
}

const quoted = (text: string): string => `"${text}"`;

function oneOf(list: readonly string[]): string {
  return list.length === 1 ? quoted(list[0] ?? "") : `one of ${list.map(quoted).join(", ")}`;
}

function spoken(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return seconds === 1 ? "1 second" : `${seconds} seconds`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`;
}
