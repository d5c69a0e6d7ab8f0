// Links, people and groups as the tests of identity need them.
import { asGroupName } from "../../src/core/ids.ts";
import { humanOf, type Link, type Person, type SlackAccount } from "../../src/core/person.ts";
import type { GroupConfig } from "../../src/core/policy.ts";
import type { Authentication, SignInSecrets } from "../../src/core/ports/identity-provider.ts";
import type { AccountLink } from "../../src/core/sign-in.ts";

export const issuer = "https://id.example.test";
export const hour = 3_600_000;
export const start = Date.UTC(2026, 10, 21, 10);

export const account = (userId: string, teamId = "T1"): SlackAccount => ({ enterpriseId: null, teamId, userId });

export function makeLink(subject: string, more: Partial<Link> = {}): Link {
  const times = { linkedAt: start, seenAt: start, steppedUpAt: null };
  return { issuer, subject, claims: {}, groups: [], ...times, ...more };
}

export const secrets: SignInSecrets = { state: "state", nonce: "nonce", codeVerifier: "verifier" };

export function accountLink(userId: string, subject: string, more: Partial<AccountLink> = {}): AccountLink {
  const id = `${userId}-${subject}`;
  return { id, account: account(userId), link: makeLink(subject), endedAt: null, revision: 1, ...more };
}

export function group(name: string, more: Partial<GroupConfig> = {}): GroupConfig {
  return { name: asGroupName(name), members: [], slackUserGroup: null, ...more };
}

export function makePerson(userId: string, groups: readonly string[] = []): Person {
  const known = { subject: null, assurance: "directory", name: userId, zone: "UTC" } as const;
  return { human: humanOf(account(userId), null), account: account(userId), groups: groups.map(asGroupName), ...known };
}

export function proven(subject: string, more: Partial<Authentication> = {}): Authentication {
  const rest = { authenticatedAt: start, acr: null, amr: [], claims: {}, groups: [], slack: null };
  return { issuer, subject, name: `${subject}@example.com`, ...rest, ...more };
}
