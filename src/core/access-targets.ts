// Systems beside Kubernetes, as the configuration names them, and what their roles are called there.
import { digestOf, shortDigest } from "./digest.ts";
import type { JsonObject } from "./json.ts";

interface CommonTarget {
  /** As roles of the catalogue name it in `on`. */
  readonly name: string;
  readonly title: string;
  /** The environment variable that holds the credential. */
  readonly tokenFrom: string;
  /** The claim of the sign-in by which people are found there. */
  readonly claim: string;
  /** Whether it may stand in a private network (T19). */
  readonly privateAddresses: boolean;
  /** A file of certificates (PEM) to trust in place of the usual ones, or null. */
  readonly caFile: string | null;
}

/** `roles` are of the catalogue; what they map to is what memberships are of. */
export type AccessTargetConfig =
  | (CommonTarget & {
      readonly kind: "scim";
      readonly base: string;
      readonly userAttribute: "id" | "externalId";
      /** Role → the group's id. */
      readonly roles: ReadonlyMap<string, string>;
    })
  | (CommonTarget & {
      readonly kind: "github";
      readonly api: string;
      readonly organization: string;
      /** Role → the team's slug. */
      readonly roles: ReadonlyMap<string, string>;
    })
  | (CommonTarget & {
      readonly kind: "dataos";
      readonly base: string;
      readonly roles: ReadonlyMap<string, UseCase>;
    });

export interface UseCase {
  readonly id: string;
  /** Authorization atom → what it is about, as the use case asks for it. */
  readonly values: JsonObject;
}

/** The values are part of what is approved, so they are part of its name. */
export function useCaseName({ id, values }: UseCase): string {
  return `${id}#${shortDigest(digestOf(values))}`;
}

export function useCaseIdIn(name: string): string {
  return name.split("#")[0] ?? "";
}

/** What a membership is of there: what plans, records and grants keep, whatever the configuration maps the role to later. */
export function membershipOf(target: AccessTargetConfig, role: string): string | null {
  const of = target.roles.get(role);
  if (of === undefined) return null;
  return typeof of === "string" ? of : useCaseName(of);
}
