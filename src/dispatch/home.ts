// App Home: what waits for this person, what they asked for, what they may for a while, and what is temporary.
import { decidePolicy } from "../approvals/policy.ts";
import { grantParts } from "../commands/render/grant.ts";
import { lookingParts, stateIcons, stateWords } from "../commands/render/request.ts";
import { code, type Icon, type Message, message, type Part, time } from "../core/message.ts";
import type { Person } from "../core/person.ts";
import { askerOf } from "../core/policy.ts";
import type { Request } from "../core/request.ts";
import { shiftsOf } from "./asking.ts";
import { cardStanding } from "./card-standing.ts";
import type { Deps } from "./deps.ts";
import { requestLine } from "./render/digest.ts";
import { waitingOf } from "./standings.ts";
import { delegationParts, haltAndFreezeParts } from "./temporary.ts";

/** A Home holds a hundred blocks (docs.slack.dev/reference/views/home-tab-views): three for each of these, two for each of those, leave room for the rest. */
const waitingMost = 12;
const accessMost = 8;

/** Votes are cast on a request's own card only, so what waits links to it (R17). */
export async function home(deps: Deps, person: Person): Promise<Message> {
  const me = person.account.userId;
  const [pending, mine, access, lately] = await Promise.all([
    deps.store.requests.list({ states: ["pending"], limit: 25 }),
    deps.store.requests.list({ requesterUserId: me, limit: 10 }),
    deps.store.grants.list({ states: ["planned", "active", "ending"], beneficiaryUserId: me, limit: accessMost }),
    deps.store.requests.list({ states: ["done", "failed", "unconfirmed", "unknown"], limit: 5 }),
  ]);
  const forMe = await waitingFor(deps, person, pending);
  const hidden = whyHidden(deps, person, "approvals");
  const parts: Part[] = [
    ...section(
      "Waiting for me",
      [...forMe.slice(0, waitingMost).flatMap((one) => waitingParts(deps, one)), ...uncounted(forMe.length)],
      "Nothing waits for you.",
    ),
    { kind: "line" },
    ...section("My requests", mine.map(line), "You have asked for nothing yet. In any channel type /ops help."),
    { kind: "line" },
    ...section("My access", access.flatMap(grantParts), "You hold no access for a time."),
    { kind: "line" },
    ...section(
      "Temporary",
      [...(await generalParts(deps, person)), ...(await delegationParts(deps, me))],
      temporaryEmpty,
    ),
    { kind: "line" },
    ...section("Done lately", hidden === null ? lately.map(line) : [], hidden ?? "Nothing yet."),
    { kind: "small", text: ["Opening this page again looks again. As of ", time(deps.clock.now())] },
  ];
  return message(`${forMe.length} waiting for you`, parts);
}

const temporaryEmpty = "No freeze, no halt, and nobody stands in for anybody.";

async function generalParts(deps: Deps, person: Person): Promise<readonly Part[]> {
  const hidden = whyHidden(deps, person, "temp");
  return hidden === null ? haltAndFreezeParts(deps) : [{ kind: "small", text: [hidden] }];
}

/** Everybody has a Home: what is not about the person it shows to those alone whom a rule lets read the same. null: to this one. */
function whyHidden(deps: Deps, person: Person, verb: "approvals" | "temp"): string | null {
  const about = { args: {}, places: [], risks: [], dryRun: false, now: deps.clock.now() };
  const decision = decidePolicy(deps.policy(), { ...about, verb, verbKind: "read", who: askerOf(person) });
  return decision.kind === "deny" ? `Not shown: ${decision.reason}` : null;
}

interface ForMe {
  readonly request: Request;
  readonly isOnShift: boolean;
  readonly missing: string;
}

/** What this person could countersign now; first where they are on shift, then what ends soonest. */
async function waitingFor(deps: Deps, person: Person, pending: readonly Request[]): Promise<readonly ForMe[]> {
  const me = person.account.userId;
  const found = await Promise.all(
    pending.map(async (request): Promise<readonly ForMe[]> => {
      const { eligible } = await waitingOf(deps.people, request, person);
      if (!eligible.some(({ userId }) => userId === me)) return [];
      const shifts = await shiftsOf(deps, request);
      const isOnShift = person.groups.some((group) => shifts.get(group)?.has(me) === true);
      return [{ request, isOnShift, missing: (await cardStanding(deps, request)).missing }];
    }),
  );
  return found
    .flat()
    .toSorted((a, b) => Number(b.isOnShift) - Number(a.isOnShift) || a.request.expiresAt - b.request.expiresAt);
}

function waitingParts(deps: Deps, { request, isOnShift, missing }: ForMe): readonly Part[] {
  const text = requestLine(request, { linkTo: deps.linkTo, missing });
  return [
    { kind: "text", icon: "wait", text: isOnShift ? [...text, " You are on shift."] : text },
    ...lookingParts(request),
    { kind: "buttons", buttons: [{ action: "show-request", label: "Show", value: request.id }] },
  ];
}

const icons: ReadonlyMap<string, Icon> = new Map([
  ["Waiting for me", "wait"],
  ["Done lately", "ok"],
]);

function section(title: string, rows: readonly Part[], empty: string): readonly Part[] {
  const heading: Part = { kind: "heading", icon: icons.get(title) ?? "info", text: title };
  return [heading, ...(rows.length === 0 ? [{ kind: "text", text: [empty] } as const] : rows)];
}

function uncounted(all: number): readonly Part[] {
  if (all <= waitingMost) return [];
  return [{ kind: "small", text: [`And ${all - waitingMost} more: type approvals to see all of them.`] }];
}

function line(request: Request): Part {
  return {
    kind: "text",
    icon: stateIcons[request.state],
    text: [code(request.id), ` ${stateWords[request.state]}: ${request.plan.title}`],
  };
}
