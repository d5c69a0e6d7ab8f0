// Composition: config and secrets → adapters → dispatch → listening. The bot as one process.
import { randomBytes } from "node:crypto";
import { checkPolicy } from "./approvals/check.ts";
import type { Checkpointer } from "./audit/checkpointer.ts";
import { auditView } from "./audit/view.ts";
import { localClock } from "./clock.ts";
import { verbNames, verbs } from "./commands/index.ts";
import { isConfigErrors } from "./config/load.ts";
import type { ConfigErrors } from "./config/problem.ts";
import type { Config } from "./core/config.ts";
import type { RequestId } from "./core/ids.ts";
import type { SentMessage } from "./core/outbox.ts";
import type { Person } from "./core/person.ts";
import type { Policy } from "./core/policy.ts";
import type { AccessTargets } from "./core/ports/access-targets.ts";
import type { Clock } from "./core/ports/clock.ts";
import type { ClusterNames } from "./core/ports/clusters.ts";
import type { Jobs, QueueState } from "./core/ports/jobs.ts";
import type { Log } from "./core/ports/log.ts";
import type { People } from "./core/ports/people.ts";
import type { OutboxReads, Store } from "./core/ports/store.ts";
import type { Refusal } from "./core/refusal.ts";
import type { HandedOver } from "./dispatch/access/hand-over.ts";
import { type Dispatch, makeDispatch } from "./dispatch/dispatch.ts";
import { freezesInStore } from "./dispatch/freezes.ts";
import { lentPeople } from "./dispatch/lent-people.ts";
import { delegationThings, freezeThings } from "./dispatch/temporary.ts";
import { type OpenClusters, openClusters } from "./integrations/kubernetes/clusters.ts";
import { findCredentials } from "./integrations/secretlint/find.ts";
import { connectSlack } from "./integrations/slack/connect.ts";
import { permalink } from "./integrations/slack/home.ts";
import type { Pace } from "./integrations/slack/outbox/pace.ts";
import { startOutbox } from "./integrations/slack/outbox/run.ts";
import { openManifests } from "./integrations/yaml/manifests.ts";
import type { QueueSource } from "./jobs/queue.ts";
import { type Base, makeBell, type Secrets } from "./main/base.ts";
import { type ClockWatch, jumpRefusal, watchTheClock } from "./main/clock-watch.ts";
import { makeClosing } from "./main/closing.ts";
import { clusterNamesIn } from "./main/cluster-names.ts";
import { clockRefusal, queueDatabase, reachConfigured } from "./main/database.ts";
import { type OpenedIdentity, type OpenProviders, openIdentity } from "./main/identity.ts";
import { queueSource, startJobs } from "./main/jobs.ts";
import { keptOpen, type OneRun } from "./main/kept-open.ts";
import { type CommandLine, listenForCommandLine, serveRoutes } from "./main/listen.ts";
import { type Following, openFollowing } from "./main/live.ts";
import { holdOffice, ownOffice } from "./main/office.ts";
import { whyUnopenable } from "./main/openable.ts";
import { type Operations, openOperations } from "./main/operations.ts";
import { followOthers, nobodyElse, type Others } from "./main/others.ts";
import { type KeeperSettings, openPolicy, type PolicyKeeper } from "./main/policy.ts";
import { openPruning, type Pruning, schedulePruning } from "./main/pruning.ts";
import { type KeptRecord, openRecord, recordStart, recordStop, startCheckpoints } from "./main/record.ts";
import { takeSeat } from "./main/seat.ts";
import { openWorkspace, type Workspace } from "./main/slack.ts";
import { startAnew } from "./main/when-idle.ts";
import { onShiftPeople } from "./on-call/on-shift-people.ts";
import { answering } from "./server/route.ts";
import { steadyClock } from "./steady-clock.ts";
import { keptKey } from "./store/keys.ts";
import { readVersion } from "./version.ts";

export type { Secrets } from "./main/base.ts";

export interface BotOptions {
  readonly config: Config;
  /** Reads the configuration file again; without it the policy that was handed in is all that the file offers. */
  readonly reread?: () => Config | ConfigErrors;
  readonly secrets: Secrets;
  readonly log: Log;
  readonly clock?: Clock;
  /** Put over the accepted configuration; for tests of what a file could only say with more around it. */
  readonly over?: (accepted: Config) => Config;
  /** In place of what the configuration calls a linked person in a cluster; for tests. */
  readonly clusterNamesOf?: (person: Person, cluster: string) => ClusterNames | null;
  /** In place of the systems beside Kubernetes that the configuration names; for tests. */
  readonly accessTargets?: AccessTargets;
  /** What is known of people beyond Slack's directory, put around it. */
  readonly knownOf?: (directory: People) => People;
  /** In place of the providers that the configuration names; for tests. */
  readonly openProviders?: OpenProviders;
  /** In place of Slack's documented pace; to measure what the bot does where Slack does not hold it up. */
  readonly pace?: Pace;
}

export interface Bot {
  /** Where it listens for Slack in HTTP mode, and for sign-in pages in both; null where it does neither. */
  readonly port: number | null;
  /** Where health, readiness and metrics are told; null where the port was taken. */
  readonly operationsPort: number | null;
  /** Resolves with Slack's reason when the connection ended for good. */
  readonly ended: Promise<string>;
  /** The kubeconfig of a token grant, for its holder, once. Whoever calls it has asked for the holder's sign-in before. */
  handOverKubeconfig(grant: RequestId, toUserId: string): Promise<HandedOver | Refusal>;
  /** Whether the queue of jobs does its work; without it due jobs are found in the store. */
  queue(): QueueState;
  /** Looks at the configuration file again: another policy is told of, and waits to be countersigned. */
  reload(): Promise<void>;
  /** Takes nothing more in, finishes or hands over what is under way, signs the log, and closes. Safe to call twice. */
  stop(): Promise<void>;
  /**
   * The same for a replica among others: it says that it is not ready, and still takes what arrives until whoever sends it has
   * noticed.
   */
  leave(): Promise<void>;
}

/**
 * Throws when the store is in use or unwritable, when Slack refuses the token, when a configured channel is not there, or when
 * what was accepted cannot be opened. Once started it starts anew by itself where what was accepted since needs it.
 */
export async function startBot(options: BotOptions): Promise<Bot> {
  const { reread = () => options.config } = options;
  let config = options.config;
  const open = async (): Promise<OneRun> => {
    const opened = await openRun({ ...options, config, reread });
    // What a later start reads around the accepted parts is the file of then; one with an error is not taken.
    const anew = opened.anew.then(() => {
      const read = reread();
      config = isConfigErrors(read) ? config : read;
    });
    return { ...opened, anew };
  };
  return keptOpen(open, options.log);
}

type RunOptions = BotOptions & Required<Pick<BotOptions, "reread">>;

async function openRun(options: RunOptions): Promise<OneRun> {
  const { config, secrets, log, openProviders } = options;
  const { knownOf = (directory: People) => directory, over = (accepted: Config) => accepted } = options;
  const closing = makeClosing(log);
  let keeper: PolicyKeeper | null = null;
  const database = await reachConfigured(config, secrets, log);
  if (database !== null) closing.add(() => database.close());
  const steady = steadyClock(localClock);
  const clock = options.clock ?? database?.clock ?? steady;
  const wrongClock = (): Refusal | null => {
    if (database !== null) return clockRefusal(database.clock.skewMs());
    return options.clock === undefined ? jumpRefusal(steady.skewMs()) : null;
  };
  const base: Base = {
    ...{ config, secrets, log, clock, wrongClock, database, closing, knownOf },
    inForce: () => {
      if (keeper === null) throw new Error("nothing is decided before it is known what was accepted");
      return over(keeper.config());
    },
    version: readVersion(),
    runner: `${process.pid}-${randomBytes(6).toString("hex")}`,
    bell: makeBell(),
    ...(openProviders === undefined ? {} : { openProviders }),
  };
  try {
    const operations = await openOperations(base);
    const opened = await openRecord(base);
    const record = { ...opened, store: operations.measuredStore(opened.store) };
    const workspace = await openWorkspace(base);
    const { audit } = workspace.channels;
    const checkpointer = await startCheckpoints(base, record, audit);
    const commandLine = await listenForCommandLine(base, record, checkpointer);
    // Before anything of this start is recorded: what is compared is the record of the one before.
    const told = (): void => base.bell.ring({ audit: 0 });
    const clockWatch = await watchTheClock({ ...base, store: record.store, channelId: audit, told });
    closing.add(() => clockWatch.stop());
    keeper = await openPolicy(keeperSettings(base, options, { store: record.store, auditChannel: audit }));
    const ruled = { ...base, config: base.inForce() };
    await recordStart(ruled, record.store, audit);
    const parts = { options, record, workspace, operations, checkpointer, clockWatch, commandLine };
    return await openBot(ruled, { ...parts, policy: keeper });
  } catch (error) {
    await closing.close();
    throw withWayOut(error, keeper?.wayOut() ?? null);
  }
}

/** What was accepted may not open any more, such as a cluster that has moved: whoever runs the machine is told what to do. */
function withWayOut(error: unknown, wayOut: string | null): unknown {
  if (wayOut === null || !(error instanceof Error)) return error;
  return new Error(`${error.message}\n${wayOut}`, { cause: error });
}

function keeperSettings(
  { clock, bell, config, secrets, log }: Base,
  { reread, accessTargets, openProviders }: RunOptions,
  { store, auditChannel }: { readonly store: Store; readonly auditChannel: string },
): KeeperSettings {
  return {
    ...{ store, config, reread, auditChannel },
    now: () => clock.now(),
    context: { ...verbNames, check: checkPolicy },
    told: () => bell.ring({ audit: 0 }),
    unopenable: (offered) => {
      const standIns = { targets: accessTargets !== undefined, providers: openProviders !== undefined };
      return whyUnopenable(offered, { secrets, clock, log, standIns });
    },
  };
}

interface Opening extends Omit<Opened, "identity"> {
  readonly options: RunOptions;
  readonly operations: Operations;
  readonly checkpointer: Checkpointer;
  readonly clockWatch: ClockWatch;
  readonly commandLine: CommandLine;
  readonly policy: PolicyKeeper;
}

async function openBot(base: Base, opening: Opening): Promise<OneRun> {
  const queue = await queueSource(base, queueDatabase(base));
  const { record, workspace, policy, checkpointer, operations } = opening;
  let ends: Dispatch | null = null;
  const identity = await openIdentity(base, record.store, workspace, () => {
    if (ends === null) throw new Error("no sign-in ends in anything before votes are taken");
    return ends;
  });
  const following = openFollowing({
    ...{ inForce: base.inForce, secrets: base.secrets, clock: base.clock, log: base.log },
    accountOf: identity.accountOf,
    accessTargets: opening.options.accessTargets,
  });
  const start = startAnew(base, record.store);
  const accepted = async (): Promise<void> => {
    await policy.refresh();
    following.follow();
    if (policy.startsAnew() !== null) start.whenIdle();
  };
  const again = { links: identity.readLinks, settings: accepted };
  const others = base.database === null ? nobodyElse : await followOthers({ ...base, store: record.store, again });
  base.closing.add(() => others.stop());
  const sealedBecause = (): Refusal | null =>
    checkpointer.refusal() ?? opening.clockWatch.refusal() ?? others.refusal() ?? policy.startsAnew();
  const opened = { ...opening, identity, others, following, accepted, sealedBecause };
  const { dispatch, clusters } = await openDispatch(base, opened);
  ends = dispatch;
  await dispatch.start();
  base.closing.add(() => dispatch.stop());
  const pruning = openPruning(base, { record, checkpointer, auditChannel: workspace.channels.audit, sealedBecause });
  opening.commandLine.tellsOf(pruning);
  await schedulePruning(base, record.store);
  const { pace } = opening.options;
  const jobs = startWorkers(base, { record, workspace, identity, dispatch, operations, queue, pruning, pace });
  const answer = answering(identity.routes, base.log);
  const surface = operations.measuredSurface(dispatch.surface);
  const isOneOfSome = base.database !== null && workspace.reached.mode === "socket";
  const seat = isOneOfSome ? await takeSeat({ ...base, store: record.store }) : null;
  base.closing.add(async () => seat?.stop());
  const connection = await connectSlack(workspace.reached, surface, answer, operations.acknowledged);
  base.closing.add(() => connection.stop());
  const port = connection.mode === "socket" ? await serveRoutes(base, answer) : connection.port;
  const operationsPort = await operations.serving({
    store: record.store,
    workspace,
    clusters,
    jobs,
    checkpointer,
    connection,
  });
  base.log.info("countersign is listening", { mode: connection.mode, port, operationsPort });
  let stopping: Promise<void> | null = null;
  const stop = (): Promise<void> => {
    operations.stopping();
    stopping ??= recordStop(base, record.store, workspace.channels.audit).then(() => base.closing.close());
    return stopping;
  };
  const leave = async (): Promise<void> => {
    operations.stopping();
    if (port !== null && base.database !== null) await base.clock.wait(base.config.http.drainForMs);
    await stop();
  };
  const { handOverKubeconfig } = dispatch;
  return {
    ...{
      port,
      operationsPort,
      ended: seat === null ? connection.ended : Promise.race([connection.ended, seat.lost]),
      anew: start.anew,
    },
    ...{ handOverKubeconfig, queue: () => jobs.queue(), reload: () => policy.look(), stop, leave },
  };
}

interface Opened {
  readonly record: KeptRecord;
  readonly workspace: Workspace;
  readonly identity: OpenedIdentity;
}

async function openDispatch(
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

/** What works by itself from now on: messages leave, jobs run. */
function startWorkers(
  base: Base,
  opened: Opened & {
    readonly dispatch: Dispatch;
    readonly operations: Operations;
    readonly queue: QueueSource | null;
    readonly pruning: Pruning;
    readonly pace: Pace | undefined;
  },
): Jobs {
  const { record, workspace, dispatch, operations, queue, pruning, pace } = opened;
  const { clock, log, closing, bell, database } = base;
  const { store } = record;
  const office = database === null ? ownOffice(clock) : holdOffice("outbox", { store, clock, log });
  closing.add(() => office.stop());
  const marks = {
    ...store.outbox,
    // Whoever is alone with the store need not write down that it is.
    ...(database === null ? { claim: async () => true } : {}),
    markSent: async (ids: readonly number[], sent: SentMessage) => {
      await store.outbox.markSent(ids, sent);
      await dispatch.sent(sent).catch((error: unknown) =>
        log.error("a posted card was not recorded", {
          key: sent.key,
          error: error instanceof Error ? error : undefined,
        }),
      );
    },
  } satisfies OutboxReads;
  const outbox = startOutbox(workspace.reached, marks, office, pace);
  closing.add(() => outbox.stop());
  bell.listen(() => outbox.nudge());
  const handlers = { ...operations.tracedJobs(dispatch.jobs), prune: pruning.job };
  return startJobs(base, { store, handlers, waits: dispatch.waits, queue, isAlone: database === null });
}
