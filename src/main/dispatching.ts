// The dispatcher with everything that it decides by and acts on.
import { randomBytes } from "node:crypto";
import { auditView } from "../audit/view.ts";
import { verbs } from "../commands/index.ts";
import type { Policy } from "../core/policy.ts";
import type { Refusal } from "../core/refusal.ts";
import { type Dispatch, makeDispatch } from "../dispatch/dispatch.ts";
import { freezesInStore } from "../dispatch/freezes.ts";
import { lentPeople } from "../dispatch/lent-people.ts";
import { delegationThings, freezeThings } from "../dispatch/temporary.ts";
import { type OpenClusters, openClusters } from "../integrations/kubernetes/clusters.ts";
import { findCredentials } from "../integrations/secretlint/find.ts";
import { permalink } from "../integrations/slack/home.ts";
import { openManifests } from "../integrations/yaml/manifests.ts";
import { onShiftPeople } from "../on-call/on-shift-people.ts";
import { keptKey } from "../store/keys.ts";
import type { Base } from "./base.ts";
import { clusterNamesIn } from "./cluster-names.ts";
import type { OpenedIdentity } from "./identity.ts";
import type { Following } from "./live.ts";
import type { Opening } from "./opened.ts";
import type { Others } from "./others.ts";

export async function openDispatch(
  base: Base,
  opened: Opening & {
    readonly identity: OpenedIdentity;
    readonly others: Others;
    readonly following: Following;
    readonly accepted: () => Promise<void>;
    readonly sealedBecause: () => Refusal | null;
  },
): Promise<{ readonly dispatch: Dispatch; readonly clusters: OpenClusters }> {
  const { config, clock, log, version, closing, bell, inForce } = base;
  const { record, workspace, identity, checkpointer, policy, options } = opened;
  const { operations, following, accepted, sealedBecause } = opened;
  const random = randomBytes;
  const secretTagKey = keptKey(config.dataDirectory, "secret-tags.key", random);
  const clusters = await openClusters({ clusters: config.clusters, clock, random, log, version, secretTagKey });
  closing.add(() => clusters.close());
  clusters.start();
  const freezesNow = freezesInStore(record.store, clock);
  const { onCall, accessTargets } = following;
  const rules = (): Policy => inForce().policy;
  const people = onShiftPeople(lentPeople(identity.people, { store: record.store, clock }), onCall, clock);
  const manifests = openManifests({ bytes: config.limits.manifestBytes });
  closing.add(() => manifests.close());
  const dispatch = makeDispatch(
    {
      ...{ store: record.store, clock, random, log, manifests, config, inForce, policy: rules, verbs },
      clusters: operations.tracedClusters(clusters),
      ...{ people: base.knownOf(people), onCall, identity: identity.identity, channels: workspace.channels },
      temporary: [
        () => delegationThings({ store: record.store, clock }),
        () => freezeThings({ store: record.store, clock, log, policy: rules, freezesNow }),
      ],
      linkTo: (place) => permalink(workspace.reached.home, place),
      ...(identity.offerStepUp === null ? {} : { offerStepUp: identity.offerStepUp }),
      channelId: (name) => workspace.people.channelId(name),
      freezesNow,
      runner: base.runner,
      nudge: () => bell.ring({ audit: 0 }),
      clusterNamesOf: options.clusterNamesOf ?? clusterNamesIn(config),
      accessTargets,
      policyFile: policy.file,
      settingChanged: async (setting) => {
        if (setting === "policy") await accepted();
      },
      audit: auditView({ store: record.store, witness: record.witness, verifier: record.signer }),
      sealedBecause,
      recordSealedBecause: () => checkpointer.refusal(),
      health: operations.health,
      spans: operations.spans,
    },
    {
      credentialsIn: async (text) =>
        (await findCredentials(text)).map((found) => `${found.kind} in line ${found.line}`),
    },
  );
  return { dispatch, clusters };
}
