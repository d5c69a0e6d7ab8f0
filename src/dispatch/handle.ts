// One command from its text to its answer: who is it, what is meant, may they, then read or ask.
import { needWords } from "../approvals/needed.ts";
import { decidePolicy } from "../approvals/policy.ts";
import { recordedQuestion } from "../approvals/recorded-question.ts";
import { frozenBy } from "../approvals/set-freezes.ts";
import type { Asking, OwnForm } from "../core/action.ts";
import { newRequestId } from "../core/ids.ts";
import type { Target } from "../core/params.ts";
import { type Person, type PersonRef, refOf } from "../core/person.ts";
import type { Plan } from "../core/plan.ts";
import type { Decision, Freeze, Policy, Question } from "../core/policy.ts";
import type { Ports } from "../core/ports/index.ts";
import type { CommandInput, Reply } from "../core/ports/surface.ts";
import { isRefusal, type Refusal, refuse } from "../core/refusal.ts";
import { append } from "./append.ts";
import { ask } from "./ask.ts";
import { policyWithFreezes } from "./decide-now.ts";
import { denied } from "./denied.ts";
import type { Deps } from "./deps.ts";
import type { Executing } from "./executing.ts";
import { manifestForm } from "./forms.ts";
import { commandText, type Invoked, invoke } from "./invoke.ts";
import { withLapsedNote } from "./lapsed.ts";
import { lockKeys } from "./lock-keys.ts";
import { whyNeverLet } from "./never-let.ts";
import { isFirst } from "./once.ts";
import { type Parsed, parse } from "./parse.ts";
import { placeContext } from "./place.ts";
import { only, prepare } from "./prepare.ts";
import { questionOfPlan, questionOfRead } from "./question.ts";
import type { PersonRate } from "./rate.ts";
import type { ReadLog } from "./reads.ts";
import { plainEvent } from "./record.ts";
import { askedMessage } from "./render/card.ts";
import { dryRunMessage } from "./render/plan.ts";
import type { PlaceContext } from "./resolve.ts";
import { waitingOf } from "./standings.ts";

export interface Handling extends Executing {
  readonly reads: ReadLog;
  readonly commandRate: PersonRate;
  /** Kinds of credentials that a text holds outside of Secret objects; never the values. */
  readonly credentialsIn: (text: string) => Promise<readonly string[]>;
}

interface Understood {
  readonly input: CommandInput;
  readonly person: Person;
  /** As this person may use them. */
  readonly ports: Ports;
  readonly parsed: Parsed;
  readonly invoked: Invoked;
  readonly asking: Asking;
  readonly context: PlaceContext;
}

/** `parsed` is the text already taken apart, where the caller had to look at it. */
export async function handle(
  handling: Handling,
  input: CommandInput,
  parsed: Parsed | Refusal = parse(input.text, handling.deps.verbs),
): Promise<Reply> {
  const { deps } = handling;
  const { origin } = input;
  // First of all, and by what Slack itself says: a guest's refusals are records too, and must not be free.
  const limited = await handling.commandRate.take(origin.account.userId);
  if (limited !== null) return refusal(limited);
  if (isRefusal(parsed)) return refusal(parsed);
  const person = await deps.people.person(origin.account.userId);
  if (isRefusal(person))
    return recordedRefusal(handling, parsed, { userId: origin.account.userId, person: null, input }, person);
  const channel = await deps.people.channel(origin.channelId);
  if (isRefusal(channel))
    return recordedRefusal(handling, parsed, { userId: origin.account.userId, person, input }, channel);
  const never = whyNeverLet(deps, parsed.action, person);
  if (never !== null) return recordedRefusal(handling, parsed, { userId: origin.account.userId, person, input }, never);
  const context = await placeContext(deps, origin, channel.name);
  const withDocument = await documentOf(handling, parsed, { input, context });
  if (withDocument.kind !== "parsed") return withDocument;
  const ports = handling.portsFor(person, parsed.action);
  const asking: Asking = { person, requestedAt: deps.clock.now(), channelId: origin.channelId };
  const settled = settle(withDocument.parsed, asking);
  const invoked = isRefusal(settled) ? settled : await invoke(ports.clusters, settled, context);
  if (isRefusal(invoked))
    return recordedRefusal(handling, parsed, { userId: origin.account.userId, person, input }, invoked);
  const understood = { input, person, ports, parsed: withDocument.parsed, invoked, asking, context };
  switch (parsed.action.kind) {
    case "read":
      return read(handling, understood);
    case "change":
      return change(handling, understood);
    case "own":
      return own(handling, understood);
  }
}

type Denial = Extract<Decision, { kind: "deny" }>;

function deny({ deps }: Handling, { invoked, person }: Understood, decision: Denial, about?: string): Refusal {
  const isUnlinked = deps.config.identity !== null && person.subject === null;
  return denied(decision, { verb: invoked.action.name, isUnlinked, ...(about === undefined ? {} : { about }) });
}

function refusal(said: Refusal): Reply {
  return { kind: "refusal", refusal: said };
}

/** Words that depend on when and where they are said are made to say it themselves, before anything is made of them. */
function settle(parsed: Parsed, { person, requestedAt }: Asking): Parsed | Refusal {
  const { action, typed, cluster, namespace } = parsed;
  const settled = action.settle?.(typed, { now: requestedAt, zone: person.zone, cluster, namespace }) ?? typed;
  return isRefusal(settled) ? settled : { ...parsed, typed: settled };
}

type WithDocument = { readonly kind: "parsed"; readonly parsed: Parsed } | Exclude<Reply, { kind: "nothing" }>;

/** A verb that takes a manifest gets the one that came along, or the surface opens a form for it. */
async function documentOf(
  handling: Handling,
  parsed: Parsed,
  said: { readonly input: CommandInput; readonly context: PlaceContext },
): Promise<WithDocument> {
  const key = Object.entries(parsed.action.params).find(([, param]) => param.place === "document")?.[0];
  if (key === undefined) return { kind: "parsed", parsed };
  const { document, text } = said.input;
  if (document === null) return { kind: "form", form: manifestForm(handling.deps, parsed, said.context, text) };
  const found = await handling.credentialsIn(document.text);
  if (found.length > 0) {
    return {
      kind: "refusal",
      refusal: refuse(
        "contains-credential",
        `The manifest holds what looks like a credential: ${found.join("; ")}.`,
        "Put it into a Secret, refer to it from there, and replace the exposed one: it has now been in Slack.",
      ),
    };
  }
  return { kind: "parsed", parsed: { ...parsed, typed: { ...parsed.typed, [key]: document.text } } };
}

async function read(handling: Handling, understood: Understood): Promise<Reply> {
  const { deps, reads } = handling;
  const { invoked, person, asking, parsed } = understood;
  const { action } = invoked;
  const looked = await lookedAt(understood);
  if (isRefusal(looked)) {
    reads.note(person, action.name, asking.channelId, "refused");
    return refusal(looked);
  }
  const asked = { person, now: asking.requestedAt, dryRun: false };
  const decision = decidePolicy(deps.policy(), questionOfRead(deps.clusters, invoked, asked, looked));
  const answer =
    decision.kind === "deny"
      ? deny(handling, understood, decision)
      : withLapsedNote(deps, await answerOf(understood), { person, action });
  if (action.name !== "help") reads.note(person, action.name, asking.channelId, isRefusal(answer) ? "refused" : "ok");
  if (isRefusal(answer)) return refusal(answer);
  return { kind: "message", message: answer, audience: parsed.share ? "channel" : "asker" };
}

/** null: its targets and flags say it. */
async function lookedAt({ ports, invoked }: Understood): Promise<readonly Target[] | null | Refusal> {
  const { action, args } = invoked;
  return (await action.looksAt?.(only(ports, action.needs), args)) ?? null;
}

async function answerOf({ ports, invoked, asking }: Understood) {
  const { action, args } = invoked;
  const needed = only(ports, action.needs);
  const ready = action.ready?.(needed, args, asking) ?? null;
  if (ready !== null) return ready;
  const facts = await action.observe?.(needed, args, asking);
  if (isRefusal(facts)) return facts;
  if (action.answer === undefined) throw new Error(`${action.name} has no answer`);
  return action.answer(facts, args, asking);
}

async function own(handling: Handling, understood: Understood): Promise<Reply> {
  const { deps } = handling;
  const { invoked, asking, person, ports, parsed, input } = understood;
  const { action } = invoked;
  const where = { userId: person.account.userId, person, input };
  const question = questionOfRead(deps.clusters, invoked, { person, now: asking.requestedAt, dryRun: false });
  const decision = decidePolicy(deps.policy(), question);
  if (decision.kind === "deny") return recordedRefusal(handling, parsed, where, deny(handling, understood, decision));
  if (action.typedOnly === true && input.origin.surface === "button") {
    const typed = commandText(action, invoked.invocation.args);
    const pressed = refuse("forged-vote", "A button alone gives nobody a right.", `If you mean it, type: ${typed}`);
    return recordedRefusal(handling, parsed, where, pressed);
  }
  const asks = await formOf(understood);
  if (isRefusal(asks)) return recordedRefusal(handling, parsed, where, asks);
  if (asks !== null) return { kind: "form", form: { verb: action.name, ...asks } };
  const { deliveryKey } = input.origin;
  // Apart from the effect, which has transactions of its own: who dies in between has done nothing, and was told nothing.
  if (!(await deps.store.transact((tx) => isFirst(tx, deliveryKey, deps.clock)))) return { kind: "nothing" };
  const done = await action.run?.(only(ports, action.needs), invoked.args, asking);
  if (done === undefined) throw new Error(`${action.name} does nothing`);
  return isRefusal(done)
    ? recordedRefusal(handling, parsed, where, done)
    : { kind: "message", message: done, audience: "asker" };
}

/** The form that a verb asks for first; null where it has none, or where this is what came out of it. */
async function formOf({ ports, invoked, asking, input }: Understood): Promise<OwnForm | Refusal | null> {
  const { action, args, invocation } = invoked;
  if (action.form === undefined) return null;
  const typed = Object.keys(invocation.args).filter((key) => action.params[key]?.place === "field");
  if (typed.length === 0) return action.form(only(ports, action.needs), args, asking);
  if (input.origin.surface === "form") return null;
  return refuse("not-confirmed", `“${action.name}” is confirmed in its own form alone.`, `Type: ${action.examples[0]}`);
}

async function change(handling: Handling, understood: Understood): Promise<Reply> {
  const { deps } = handling;
  const { invoked, parsed, person, ports, input } = understood;
  const sealed = deps.sealedBecause();
  if (sealed !== null) return refusal(sealed);
  // The id comes before the plan: what a plan creates may carry it.
  const asking = { ...understood.asking, requestId: newRequestId(deps.random), reason: parsed.reason };
  const digestKey = Buffer.from(deps.random(32)).toString("base64url");
  const plan = await prepare(deps, ports, {
    action: invoked.action,
    args: invoked.args,
    asking,
    digestKey,
  });
  const where = { userId: person.account.userId, person, input };
  if (isRefusal(plan)) return recordedRefusal(handling, parsed, where, plan);
  const question = questionOfPlan(deps.clusters, invoked, plan, {
    person,
    now: asking.requestedAt,
    dryRun: parsed.dryRun,
    reason: parsed.reason,
  });
  const policy = await policyWithFreezes(deps, question);
  if (isRefusal(policy)) return recordedRefusal(handling, parsed, where, policy);
  const decision = decidePolicy(policy, question);
  const frozen = parsed.dryRun ? frozenBy(policy, question) : null;
  if (parsed.dryRun && (decision.kind !== "deny" || mayLook(policy, question)))
    return dryRun(handling, understood, { plan, decision, frozen });
  if (parsed.dryRun && decision.kind === "deny")
    return recordedRefusal(handling, parsed, where, deny(handling, understood, decision), question);
  if (decision.kind === "deny") {
    const said = deny(handling, understood, decision, plan.title);
    return recordedRefusal(handling, parsed, where, said, question);
  }
  // A button's value can be anybody's who holds the bot's token: what nobody countersigns is typed, not pressed (T4).
  if (decision.kind === "allow" && input.origin.surface === "button") {
    const typed = commandText(invoked.action, invoked.invocation.args);
    const pressed = refuse("forged-vote", "A button alone starts nothing that nobody countersigns.", `Type: ${typed}`);
    return recordedRefusal(handling, parsed, where, pressed);
  }
  const authors = await authorsOf(deps, input.document, person);
  if (isRefusal(authors)) return recordedRefusal(handling, parsed, where, authors);
  const request = await ask(deps, {
    invoked,
    plan,
    question,
    decision,
    asking,
    reason: parsed.reason,
    authors,
    askedIn: { channelId: input.origin.channelId, ts: input.origin.threadTs },
    digestKey,
    deliveryKey: input.origin.deliveryKey,
  });
  if (request === "seen") return { kind: "nothing" };
  if (isRefusal(request)) return recordedRefusal(handling, parsed, where, request);
  const waiting = await waitingOf(deps.people, request);
  const isPublic = input.origin.threadTs !== null;
  return {
    kind: "message",
    message: askedMessage(request, { ...waiting, because: "" }, deps.channels.approvals),
    audience: isPublic ? "channel" : "asker",
  };
}

/** What somebody may not do they are shown by a dry run only where they may look: it shows what `diff` would. */
function mayLook(policy: Policy, question: Question): boolean {
  return decidePolicy(policy, { ...question, verb: "diff", verbKind: "read", args: {}, risks: [] }).kind === "allow";
}

/** Everybody but the requester; who is not known, or no member, could not be kept from countersigning (R10). */
async function authorsOf(
  deps: Deps,
  document: CommandInput["document"],
  requester: Person,
): Promise<readonly PersonRef[] | Refusal> {
  const others = new Set(document?.authorUserIds);
  others.delete(requester.account.userId);
  const authors: PersonRef[] = [];
  for (const userId of others) {
    const author = await deps.people.person(userId);
    if (isRefusal(author)) return author;
    authors.push(refOf(author));
  }
  return authors;
}

async function dryRun(
  handling: Handling,
  understood: Understood,
  made: { readonly plan: Plan; readonly decision: Decision; readonly frozen: Freeze | null },
): Promise<Reply> {
  const { deps } = handling;
  const { plan, decision, frozen } = made;
  const { person, asking, invoked, parsed } = understood;
  const details = {
    command: commandText(invoked.action, invoked.invocation.args),
    title: plan.title,
    objects: lockKeys(plan),
    risks: [...new Set(plan.risks.map((risk) => risk.kind))],
    decision: decision.kind,
  };
  const event = {
    ...plainEvent("request.dry-run", { actor: person, channel: asking.channelId, details }),
    digest: plan.digest,
  };
  await deps.store.transact((tx) => append(tx, event, deps.channels.audit));
  const missing = decision.kind === "approvals" ? needWords(decision.requirement.need) : "";
  return {
    kind: "message",
    message: dryRunMessage(plan, decision, { missing, frozen }),
    audience: parsed.share ? "channel" : "asker",
  };
}

interface Refused {
  readonly userId: string;
  readonly person: Person | null;
  readonly input: CommandInput;
}

/** Refused attempts are events (R32), but for refused reads of people: those are noted with the other reads. */
async function recordedRefusal(
  handling: Handling,
  parsed: Parsed,
  refused: Refused,
  said: Refusal,
  question?: Question,
): Promise<Reply> {
  const { deps, reads } = handling;
  if (parsed.action.kind === "read" && refused.person !== null) {
    reads.note(refused.person, parsed.action.name, refused.input.origin.channelId, "refused");
    return refusal(said);
  }
  const command = parsed.action.name;
  const asked = question === undefined ? {} : { question: recordedQuestion(question) };
  const details = { command, refusal: said.code, says: said.message, userId: refused.userId, ...asked };
  const event = plainEvent(command === "breakglass" ? "breakglass.refused" : "request.refused", {
    actor: refused.person,
    channel: refused.input.origin.channelId,
    outcome: "refused",
    details,
  });
  await deps.store.transact((tx) => append(tx, event, deps.channels.audit));
  return refusal(said);
}

/** What a person reads after a fault: the id finds it in the log, and nothing of the fault itself is told. */
export function internalRefusal(faultId: string): Refusal {
  return refuse(
    "internal",
    `Something went wrong in me (fault ${faultId}).`,
    "Nothing that was not recorded has happened. Try again, and give the fault's id to the admin of the bot.",
  );
}
