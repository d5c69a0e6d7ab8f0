// Dispatch, put together: the surface for people, the handlers for jobs, and what happens at start and end.

import type { RequestId } from "../core/ids.ts";
import type { SentMessage } from "../core/outbox.ts";
import type { Person } from "../core/person.ts";
import type { Behind, JobHandlers } from "../core/ports/jobs.ts";
import type { Job } from "../core/ports/store.ts";
import type { Origin, Reply, Surface, VoteInput } from "../core/ports/surface.ts";
import { isRefusal, type Refusal } from "../core/refusal.ts";
import type { StepUpProof } from "../core/request.ts";
import { endGrant, sweepGrants, watchGrant } from "./access/end.ts";
import { type HandedOver, handOverKubeconfig } from "./access/hand-over.ts";
import { adoptPosted, posted, sweepCards } from "./adopt.ts";
import { append } from "./append.ts";
import { ringDue } from "./asking.ts";
import type { Deps } from "./deps.ts";
import { bringUpToDate } from "./digest.ts";
import { execute } from "./execute.ts";
import type { JobOutcome } from "./executing.ts";
import { askFollowUp } from "./follow-up.ts";
import { freezeOver } from "./freezes.ts";
import { type Handling, handle, internalRefusal } from "./handle.ts";
import { home } from "./home.ts";
import { leavingSoon } from "./leaving.ts";
import { parsingOnce } from "./parse-once.ts";
import { actionPorts } from "./ports.ts";
import { press } from "./press.ts";
import { personRate } from "./rate.ts";
import { makeReadLog } from "./reads.ts";
import { plainEvent } from "./record.ts";
import { recover } from "./recover.ts";
import { reviewDue } from "./reviews.ts";
import { transition } from "./transition.ts";
import { leaveWatchers, type Watchers } from "./verify.ts";
import { openVote, vote } from "./vote.ts";
import { tellWaits } from "./waits.ts";

export interface Dispatch {
  readonly surface: Surface;
  /** One per kind of job; each finds out from the record whether there is still something to do. */
  readonly jobs: Omit<JobHandlers, "prune">;
  /** Told what an execution waits for that is due and whose turn it is not. */
  waits(job: Job, behind: Behind): Promise<void>;
  /** To be called after a message reached Slack: a card that stands whole is where votes begin (R2). */
  sent(sent: SentMessage): Promise<void>;
  /** Looks for what an earlier process left: executions interrupted; and, from then on, cards posted and not recorded. */
  start(): Promise<void>;
  /** Writes what is gathered and hands over what is watched: to another replica, or to the next start. */
  stop(): Promise<void>;
  readonly handling: Handling;
  /** A vote with the proof of the sign-in that was made, and used up, for exactly it (R21). */
  castVote(input: VoteInput, proof: StepUpProof): Promise<Reply>;
  /** The kubeconfig of a token grant, for its holder alone, once; for the page that asks for the same sign-in before. */
  handOverKubeconfig(grant: RequestId, toUserId: string): Promise<HandedOver | Refusal>;
}

const readFlushMs = 60_000;

export interface DispatchOptions {
  readonly credentialsIn: Handling["credentialsIn"];
}

export function makeDispatch(deps: Deps, options: DispatchOptions): Dispatch {
  const watchers: Watchers = new Map();
  const handling: Handling = {
    deps,
    watchers,
    portsFor: actionPorts(deps, watchers),
    reads: makeReadLog(deps),
    commandRate: personRate("commands", deps.config.limits.commandsPerMinute),
    credentialsIn: options.credentialsIn,
  };
  const stopping = new AbortController();
  let behind: Promise<unknown> = Promise.resolve();
  return {
    handling,
    surface: makeSurface(handling),
    jobs: jobHandlers(handling),
    waits: (job, behind) => tellWaits(deps, job, behind),
    sent: (sent) => posted(deps, sent),
    castVote: (input, proof) =>
      guardedReply(deps, async () => {
        const voter = await personAt(deps, input.origin, null);
        return isRefusal(voter) ? { kind: "refusal", refusal: voter } : vote(deps, voter, input, proof);
      }),
    async handOverKubeconfig(grant, toUserId) {
      return guard(deps, async () => {
        const to = await deps.people.person(toUserId);
        return isRefusal(to) ? to : handOverKubeconfig(deps, grant, to);
      });
    },
    async start() {
      await adoptOrphans(deps);
      await sweepGrants(deps);
      const { signal } = stopping;
      behind = Promise.all([
        flushReads(handling, signal),
        adoptPosted(deps, signal).then(() => sweepCards(deps, signal)),
      ]);
    },
    async stop() {
      stopping.abort();
      await Promise.all([behind, leaveWatchers(watchers)]);
      await handling.reads.flush();
    },
  };
}

function makeSurface(handling: Handling): Surface {
  const { deps } = handling;
  const { votesPerMinute, commandsPerMinute } = deps.config.limits;
  const voteRate = personRate("votes", votesPerMinute);
  // Opening forms and pressing buttons: the vote or command behind it is counted on its own.
  const clickRate = personRate("clicks", votesPerMinute + commandsPerMinute);
  const parse = parsingOnce(deps.verbs);
  const guarded = (work: () => Promise<Reply>): Promise<Reply> => guardedReply(deps, work);
  return {
    ready(input) {
      const parsed = parse(input.text);
      return isRefusal(parsed) || parsed.action.ready === undefined
        ? null
        : guarded(() => handle(handling, input, parsed));
    },
    command: (input) => guarded(() => handle(handling, input)),
    openVote: (origin, choice, value, card) =>
      guard(deps, async () => {
        const limited = await clickRate.take(origin.account.userId);
        if (limited !== null) return limited;
        const voter = await personAt(deps, origin, origin.channelId);
        return isRefusal(voter) ? voter : openVote(deps, voter, choice, value, card);
      }),
    vote: (input) =>
      guarded(async () => {
        const limited = await voteRate.take(input.origin.account.userId);
        if (limited !== null) return { kind: "refusal", refusal: limited };
        const voter = await personAt(deps, input.origin, null);
        return isRefusal(voter) ? { kind: "refusal", refusal: voter } : vote(deps, voter, input);
      }),
    press: (origin, action, value, card) =>
      guarded(async () => {
        const limited = await clickRate.take(origin.account.userId);
        if (limited !== null) return { kind: "refusal", refusal: limited };
        const person = await personAt(deps, origin, origin.channelId);
        return isRefusal(person)
          ? { kind: "refusal", refusal: person }
          : press(handling, { person, origin, action, value, card });
      }),
    home: (account) =>
      guard(deps, async () => {
        const person = await deps.people.person(account.userId);
        return isRefusal(person) ? person : home(deps, person);
      }),
    async postAltered(channelId, ts, how, byUserId) {
      await guard(deps, () => recordAltered(deps, { channelId, ts, how, byUserId }));
    },
  };
}

/** Who clicked, where clicks count; anybody else's click is an event all the same (R13, R32). */
async function personAt(deps: Deps, origin: Origin, channelId: string | null): Promise<Person | Refusal> {
  const { userId } = origin.account;
  const person = await deps.people.person(userId);
  const channel = channelId === null || channelId === "" ? null : await deps.people.channel(channelId);
  const refusal = isRefusal(person) ? person : isRefusal(channel) ? channel : null;
  if (refusal === null) return person;
  const event = plainEvent("vote.refused", {
    actor: isRefusal(person) ? null : person,
    channel: origin.channelId,
    outcome: "refused",
    details: { refusal: refusal.code, says: refusal.message, userId },
  });
  await deps.store.transact((tx) => append(tx, event, deps.channels.audit));
  return refusal;
}

async function guardedReply(deps: Deps, work: () => Promise<Reply>): Promise<Reply> {
  // Told apart here, not by isRefusal: a reply that holds a refusal has the same kind as the refusal itself.
  const done = await guard(deps, async () => ({ reply: await work() }));
  return "reply" in done ? done.reply : { kind: "refusal", refusal: done };
}

/** Faults end here: logged once with an id, told by the id. */
async function guard<T>(deps: Deps, work: () => Promise<T>): Promise<T | Refusal> {
  try {
    return await work();
  } catch (error) {
    const faultId = Buffer.from(deps.random(5)).toString("hex");
    deps.log.error("a command ended in a fault", { fault: faultId, error: error instanceof Error ? error : undefined });
    if (error instanceof Error && error.name === "StoreUnavailable") return unavailable();
    return internalRefusal(faultId);
  }
}

function unavailable(): Refusal {
  return {
    kind: "refusal",
    code: "audit-unavailable",
    message: "My store can't be written now, so I do nothing: what can't be recorded doesn't happen.",
    hint: "Reads that need no record may still work. The admin of the bot is needed: its disk may be full or gone.",
  };
}

function jobHandlers(handling: Handling): Dispatch["jobs"] {
  const { deps } = handling;
  const outcome = (done: JobOutcome): undefined | { readonly againAt: number } =>
    done.kind === "later" ? { againAt: done.at } : undefined;
  return {
    execute: async ({ request }, signal) => outcome(await execute(handling, request, leavingSoon(signal, deps.clock))),
    recover: async ({ request }, signal) => outcome(await recover(handling, request, leavingSoon(signal, deps.clock))),
    expire: async (job) => {
      await transition(deps, job.request, { kind: "tick" });
      return undefined;
    },
    remind: (job) => ringDue(deps, job),
    "look-over": async (job) => {
      await transition(deps, job.request, { kind: "look-over" });
      return undefined;
    },
    digest: async (job) => {
      await bringUpToDate(deps, job);
      return undefined;
    },
    "grant-warn": (job) => watchGrant(deps, job),
    "grant-end": (job) => endGrant(deps, job),
    "freeze-over": async (job) => {
      await freezeOver(deps, job);
      return undefined;
    },
    review: async (job) => {
      await reviewDue(deps, job);
      return undefined;
    },
    "follow-up": async (job) => {
      await askFollowUp(handling, job.request);
      return undefined;
    },
  };
}

/** Where no other process can be at work, what a dead one was doing is looked up now, and not when its lease is over. */
async function adoptOrphans(deps: Deps): Promise<void> {
  if (!deps.store.exclusive) return;
  const held = await deps.store.requests.list({ states: ["executing", "verifying"], limit: 1_000 });
  for (const request of held) await transition(deps, request.id, { kind: "orphaned", runner: deps.runner });
}

async function recordAltered(
  deps: Deps,
  altered: { channelId: string; ts: string; how: string; byUserId: string | null },
): Promise<void> {
  const key = await deps.store.outbox.keyOf(altered.channelId, altered.ts);
  if (key === null) return;
  const event = plainEvent("post.altered", { actor: null, channel: altered.channelId, details: { ...altered, key } });
  await deps.store.transact((tx) => append(tx, event, deps.channels.audit));
  deps.nudge();
}

async function flushReads(handling: Handling, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await handling.deps.clock.wait(readFlushMs, signal);
    await handling.reads.flush();
  }
}
