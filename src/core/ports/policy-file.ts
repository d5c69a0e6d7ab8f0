// The policy in force and the one that the configuration file offers, for the verbs that change it.
import type { Digest } from "../digest.ts";
import type { JsonObject } from "../json.ts";
import type { Refusal } from "../refusal.ts";

export interface PolicyText {
  readonly digest: Digest;
  /** The sections of the file that make the policy. */
  readonly source: JsonObject;
  readonly rules: number;
}

export interface PolicyInForce extends PolicyText {
  /** When it came into force, in ms; null when that was before this was kept. */
  readonly since: number | null;
}

export interface PolicyFile {
  inForce(): PolicyInForce;
  /**
   * The policy of the file as it is on disk now. Refuses with `policy-unreadable` when the file cannot be read or is wrong, with
   * its errors and their lines: it is taken whole or not at all. Reading it changes nothing.
   */
  offered(): Promise<PolicyText | Refusal>;
}
