// The access part of the configuration, as the schema lets it through.
import type { Words } from "./raw.ts";
import type { RawAccessTarget } from "./raw-access-targets.ts";

export interface RawAccessRule {
  readonly apiGroups: Words;
  readonly resources: Words;
  readonly verbs: Words;
  readonly resourceNames?: Words;
}

export interface RawRole {
  readonly name: string;
  readonly title: string;
  readonly on?: string;
  readonly clusterRole?: string;
  readonly role?: string;
  readonly rules?: readonly RawAccessRule[];
  readonly scope?: "namespace" | "cluster";
  readonly credential?: Words;
  readonly maxFor?: string;
  readonly allowStreams?: boolean;
}

export interface RawAccess {
  readonly roles?: readonly RawRole[];
  readonly targets?: readonly RawAccessTarget[];
  readonly maxFor?: string;
  readonly namespace?: string;
  readonly admins?: Words;
}
