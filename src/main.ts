// Composition: config and secrets → adapters → dispatch → listening. The bot as one process.
import { randomBytes } from "node:crypto";
import { checkPolicy } from "./approvals/check.ts";
import { localClock } from "./clock.ts";
import { verbNames } from "./commands/index.ts";
import { isConfigErrors } from "./config/load.ts";
import type { ConfigErrors } from "./config/problem.ts";
import type { Config } from "./core/config.ts";
import type { RequestId } from "./core/ids.ts";
import type { Person } from "./core/person.ts";
import type { AccessTargets } from "./core/ports/access-targets.ts";
import type { Clock } from "./core/ports/clock.ts";
import type { ClusterNames } from "./core/ports/clusters.ts";
import type { QueueState } from "./core/ports/jobs.ts";
import type { Log } from "./core/ports/log.ts";
import type { People } from "./core/ports/people.ts";
import type { Store } from "./core/ports/store.ts";
import type { Refusal } from "./core/refusal.ts";
import type { HandedOver } from "./dispatch/access/hand-over.ts";
import type { Dispatch } from "./dispatch/dispatch.ts";
import { connectSlack } from "./integrations/slack/connect.ts";
import type { Pace } from "./integrations/slack/outbox/pace.ts";
import { type Base, makeBell, type Secrets } from "./main/base.ts";
import { jumpRefusal, watchTheClock } from "./main/clock-watch.ts";
import { makeClosing } from "./main/closing.ts";
import { clockRefusal, queueDatabase, reachConfigured } from "./main/database.ts";
import { openDispatch } from "./main/dispatching.ts";
import { type OpenProviders, openIdentity } from "./main/identity.ts";
import { queueSource } from "./main/jobs.ts";
import { keptOpen, type OneRun } from "./main/kept-open.ts";
import { listenForCommandLine, serveRoutes } from "./main/listen.ts";
import { openFollowing } from "./main/live.ts";
import { whyUnopenable } from "./main/openable.ts";
import type { Opening, RunOptions } from "./main/opened.ts";
import { openOperations } from "./main/operations.ts";
import { followOthers, nobodyElse } from "./main/others.ts";
import { type KeeperSettings, openPolicy, type PolicyKeeper } from "./main/policy.ts";
import { openPruning, schedulePruning } from "./main/pruning.ts";
import { openRecord, recordStart, recordStop, startCheckpoints } from "./main/record.ts";
import { takeSeat } from "./main/seat.ts";
import { openWorkspace } from "./main/slack.ts";
import { startAnew } from "./main/when-idle.ts";
import { startWorkers } from "./main/workers.ts";
import { answering } from "./server/route.ts";
import { steadyClock } from "./steady-clock.ts";
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
