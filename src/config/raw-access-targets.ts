// The systems beside Kubernetes, as the schema lets them through.
import type { JsonObject } from "../core/json.ts";

interface RawAsked {
  readonly tokenFrom: string;
  readonly claim: string;
}

export interface RawAccessTarget {
  readonly name: string;
  readonly title?: string;
  readonly scim?: RawAsked & {
    readonly base: string;
    readonly userAttribute?: "id" | "externalId";
    readonly groups: Readonly<Record<string, string>>;
  };
  readonly github?: RawAsked & {
    readonly organization: string;
    readonly api?: string;
    readonly teams: Readonly<Record<string, string>>;
  };
  readonly dataos?: RawAsked & {
    readonly base: string;
    readonly useCases: Readonly<Record<string, { readonly id: string; readonly values: JsonObject }>>;
  };
  readonly privateAddresses?: boolean;
  readonly caFile?: string;
}
