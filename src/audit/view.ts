// The log as the verbs may ask about it.
import type { AuditView } from "../core/ports/requests.ts";
import type { Store } from "../core/ports/store.ts";
import { exportLines } from "./export.ts";
import type { Verifier } from "./note.ts";
import { verifyLog } from "./verify.ts";
import type { Witness } from "./witness.ts";

export function auditView(of: {
  readonly store: Pick<Store, "audit">;
  readonly witness: Witness;
  readonly verifier: Verifier;
}): AuditView {
  return {
    list: (filter) => of.store.audit.list(filter),
    async verify() {
      // Checkpoints first: one that is kept while the log is read would vouch for records read before they were there.
      const checkpoints: string[] = [];
      for await (const note of of.witness.all()) checkpoints.push(note);
      return verifyLog({ lines: exportLines(of.store), checkpoints, verifier: of.verifier });
    },
  };
}
