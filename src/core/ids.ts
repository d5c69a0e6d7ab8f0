// Branded ids and how they are made; nothing else makes one.

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** `r-` and seven letters or digits that survive being read aloud, e.g. `r-4k7m2qx`. */
export type RequestId = Branded<"RequestId">;
/** `d-` and seven letters or digits, as in a request's id. */
export type DelegationId = Branded<"DelegationId">;
/** The name of a cluster in the configuration. */
export type ClusterName = Branded<"ClusterName">;
/** A group of people in the policy. */
export type GroupName = Branded<"GroupName">;
/** One human: an IdP subject when linked, a Slack account otherwise. Two accounts of one human share it. */
export type HumanId = Branded<"HumanId">;
/** 128 random bits in base64url: holding it is a right. */
export type Nonce = Branded<"Nonce">;

/** Of jobs that are about no request. */
export const noRequest = "" as RequestId;

/** Crockford's alphabet in lower case: no i, l, o, u. */
const letters = "0123456789abcdefghjkmnpqrstvwxyz";
const requestIdPattern = /^r-[0-9abcdefghjkmnpqrstvwxyz]{7}$/;
const delegationIdPattern = /^d-[0-9abcdefghjkmnpqrstvwxyz]{7}$/;

/** Random bytes from a source of cryptographic quality. */
export type RandomBytes = (count: number) => Uint8Array;

export function newRequestId(random: RandomBytes): RequestId {
  return `r-${sevenLetters(random)}` as RequestId;
}

export function newDelegationId(random: RandomBytes): DelegationId {
  return `d-${sevenLetters(random)}` as DelegationId;
}

/** 30 random bits for two people's eyes to compare, in Crockford's letters: `4K7-M2Q`. */
export function newMatchCode(random: RandomBytes): string {
  const text = [...random(6)].map((byte) => letters[byte & 31]).join("");
  return `${text.slice(0, 3)}-${text.slice(3)}`.toUpperCase();
}

function sevenLetters(random: RandomBytes): string {
  return [...random(7)].map((byte) => letters[byte & 31]).join("");
}

/** What a person typed, as a request id, or null. Accepts capitals and look-alikes (o for 0, i and l for 1). */
export function parseRequestId(text: string): RequestId | null {
  const id = `r-${legible(text, "r")}`;
  return requestIdPattern.test(id) ? (id as RequestId) : null;
}

/** The same for a delegation. */
export function parseDelegationId(text: string): DelegationId | null {
  const id = `d-${legible(text, "d")}`;
  return delegationIdPattern.test(id) ? (id as DelegationId) : null;
}

function legible(text: string, letter: "r" | "d"): string {
  const lower = text.trim().toLowerCase();
  const body = lower.startsWith(`${letter}-`) ? lower.slice(2) : lower;
  return body.replaceAll("o", "0").replaceAll("i", "1").replaceAll("l", "1");
}

export function newNonce(random: RandomBytes): Nonce {
  return Buffer.from(random(16)).toString("base64url") as Nonce;
}

export const asClusterName = (text: string): ClusterName => text as ClusterName;
export const asGroupName = (text: string): GroupName => text as GroupName;
export const asHumanId = (text: string): HumanId => text as HumanId;
