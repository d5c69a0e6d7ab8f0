// A request as people see it: what, where, why, the risk facts first, the changes, and what is still needed.
import type { Credential } from "../../core/access.ts";
import { changeName } from "../../core/change-name.ts";
import { shortDigest } from "../../core/digest.ts";
import { isJsonObject, type Json, type JsonObject, numberAt } from "../../core/json.ts";
import { fullName } from "../../core/kube.ts";
import { type Attachment, bold, code, type Icon, type Part, person, type Text, time } from "../../core/message.ts";
import type { MembershipChange, Plan, PreviewedChange, SettingChange } from "../../core/plan.ts";
import { isRefusal } from "../../core/refusal.ts";
import { isOver, type Request, type StepRecord, standingVotes, type Vote } from "../../core/request.ts";
import type { RiskFact } from "../../core/risk.ts";
import { fieldDifferences } from "../../kubernetes/diff.ts";
import { textDiff } from "../../kubernetes/text-diff.ts";
import { visible } from "../../kubernetes/visible.ts";

/** So many changed fields stand in the card; more are in the attached diff, and the card says so. */
const fieldsShown = 12;
const valueShown = 160;

export function planParts(plan: Plan): readonly Part[] {
  const objects = plan.changes.filter((change) => change.kind === "object");
  const parts: Part[] = [...riskParts(plan.risks), ...accessParts(plan), ...changeParts(objects)];
  const members = plan.changes.filter((change) => change.kind === "membership");
  if (members.length > 0) parts.push({ kind: "code", text: members.map(membershipLine).join("\n") });
  for (const change of plan.changes) {
    if (change.kind === "setting") parts.push(...settingParts(change));
  }
  for (const note of plan.notes) parts.push({ kind: "small", text: [note] });
  const undo: Text =
    plan.undo.kind === "command"
      ? ["Can be taken back: ", plan.undo.says]
      : ["Can't be taken back by itself: ", plan.undo.because];
  parts.push({ kind: "small", text: [...undo, " · digest ", code(shortDigest(plan.digest))] });
  return parts;
}

/** A halt is on or off; of anything else the lines that change are shown, the whole of them in the attached diff. */
function settingParts(change: SettingChange): readonly Part[] {
  if (change.setting === "halted")
    return [{ kind: "text", text: [`Setting ${change.setting}: ${change.after === null ? "off" : "on"}`] }];
  if (change.item !== undefined) return [itemPart(change)];
  const lines = settingDiff(change)
    .split("\n")
    .filter((line) => /^[-+](?![-+]{2} )/.test(line));
  const shown = lines.slice(0, settingLinesShown);
  const parts: Part[] = [{ kind: "code", text: shown.map(visible).join("\n") || "no line changes" }];
  if (lines.length > shown.length) parts.push(moreInDiff(lines.length - shown.length));
  return parts;
}

/** The title tells what it is about; the end is told on each reader's own clock. */
function itemPart({ setting, item, after }: SettingChange): Part {
  const says = `Setting ${setting}/${item}: ${after === null ? "off" : "on"}`;
  const until = numberAt(after, 0, "until");
  return { kind: "text", text: until === 0 ? [says] : [says, " until ", time(until)] };
}

const settingLinesShown = 40;

/** As YAML, line by line; "" when nothing changes. */
function settingDiff({ setting, before, after }: SettingChange): string {
  const diff = textDiff(setting, settingText(before), settingText(after));
  return isRefusal(diff) ? diff.message : diff;
}

/** Of a policy, the sections of the file; its digest is the plan's business. */
function settingText(value: Json): JsonObject | null {
  if (!isJsonObject(value)) return value === null ? null : { value };
  return isJsonObject(value.source) ? value.source : value;
}

function moreInDiff(hidden: number): Part {
  return {
    kind: "text",
    icon: "warn",
    text: [`${hidden} more lines are in the attached diff: read it before you countersign.`],
  };
}

const levelIcons = { high: "high", medium: "medium", low: "low" } as const satisfies Record<RiskFact["level"], Icon>;

const namesShown = 20;

/** Who could countersign now, by name; what there is no room for is counted. */
export function eligibleParts(eligible: readonly { readonly userId: string }[]): readonly Part[] {
  if (eligible.length === 0) return [];
  const more = eligible.length > namesShown ? [`and ${eligible.length - namesShown} more`] : [];
  const names = eligible.slice(0, namesShown).flatMap((one) => [person(one.userId), " "]);
  return [{ kind: "text", text: ["Can countersign now: ", ...names, ...more] }];
}

/** Every fact, the worst first; none is ever left out. Many of one kind are told together. */
export function riskParts(risks: readonly RiskFact[]): readonly Part[] {
  const groups = Map.groupBy(risks, (risk) => `${risk.level} ${risk.kind}`);
  return [...groups.values()].flatMap((group): Part[] => {
    const [first] = group;
    if (first === undefined) return [];
    const more =
      group.length > 3
        ? ` And ${group.length - 3} more of this kind: ${group
            .slice(3, 30)
            .map((risk) => risk.object)
            .join(", ")}${group.length > 30 ? " …" : ""}.`
        : "";
    const says = group
      .slice(0, 3)
      .map((risk) => visible(risk.says))
      .join(" ");
    return [{ kind: "text", icon: levelIcons[first.level], text: [bold(first.kind), ` ${says}${more}`] }];
  });
}

function membershipLine({ target, role, member, before, after }: MembershipChange): string {
  const sign = before === after ? "  keep" : after ? "+ add" : "- remove";
  return `${sign} ${visible(member.name)} (${visible(member.id)}): member of ${visible(role)} on ${target}`;
}

/** So many resources stand in the card; the attached diff has them all. */
const gainsShown = 25;

const byText = {
  binding: "by their own credentials",
  token: "by a token",
  membership: "as a member",
} as const satisfies Record<Credential, string>;

/** Who gains what over what they may do today: before the objects, since that is what is countersigned. */
function accessParts({ access }: Plan): readonly Part[] {
  if (access === undefined) return [];
  const { beneficiary, gains, kind, where, credential } = access;
  const verb = kind === "grant" ? "gains, over what they may do today" : "keeps";
  const hidden = gains.length - gainsShown;
  const more = hidden > 0 ? `\n… and ${hidden} more resources, which the attached diff names` : "";
  const parts: Part[] = [
    {
      kind: "text",
      icon: "info",
      text: [person(beneficiary.userId), ` ${verb}, in ${where}, ${byText[credential]}:`],
    },
    {
      kind: "code",
      text:
        gains
          .slice(0, gainsShown)
          .map((line) => visible(line))
          .join("\n") + more,
    },
  ];
  if (hidden > 0)
    parts.push({ kind: "text", icon: "warn", text: [`${hidden} more resources are in the attached diff: read it.`] });
  return parts;
}

function changeParts(objects: readonly PreviewedChange[]): readonly Part[] {
  const lines: string[] = [];
  let hidden = 0;
  for (const change of objects) {
    const fields = change.operation === "update" ? fieldDifferences(change.before, change.after) : [];
    lines.push(
      `${operationWords[change.operation]} ${fullName(change.object)}${change.object.uid === "" ? "" : ` (uid ${change.object.uid.slice(0, 8)})`}`,
    );
    for (const field of fields) {
      if (lines.length >= fieldsShown + objects.length) hidden += 1;
      else lines.push(`  ${field.path}: ${short(field.before)} → ${short(field.after)}`);
    }
    if (change.operation === "update" && fields.length === 0) lines.push("  no field that is shown changes");
  }
  if (lines.length === 0) return [];
  const shown = lines.slice(0, 40);
  hidden += lines.length - shown.length;
  const parts: Part[] = [{ kind: "code", text: shown.join("\n") }];
  if (hidden > 0) parts.push(moreInDiff(hidden));
  return parts;
}

const operationWords = { create: "+ create", update: "~ change", delete: "- delete" } as const;

function short(value: unknown): string {
  if (value === undefined) return "(absent)";
  const text = visible(typeof value === "string" ? value : JSON.stringify(value));
  return text.length > valueShown
    ? `${text.slice(0, valueShown)}… (${text.length} characters, whole in the attached diff)`
    : text;
}

/** The whole diff as a file, always: what the card shows is a part of it. Empty when no object changes. */
export function diffAttachment(plan: Plan, name: string): readonly Attachment[] {
  const texts = plan.changes.flatMap((change) => {
    if (change.kind === "setting") return change.setting === "halted" ? [] : [settingDiff(change)];
    if (change.kind === "membership") return [`${membershipLine(change)}\n`];
    const diff = textDiff(fullName(change.object), change.before, change.after);
    return [isRefusal(diff) ? `${fullName(change.object)}: ${diff.message}\n` : diff];
  });
  if (plan.access !== undefined)
    texts.unshift(
      `# gained in ${plan.access.where}\n${plan.access.gains.map((line) => `# ${visible(line)}\n`).join("")}`,
    );
  const text = texts.join("\n");
  return text.trim() === ""
    ? []
    : [{ name: `${name}.diff`, title: `Whole diff of ${name}, digest ${shortDigest(plan.digest)}`, text }];
}

export function requestFields(request: Request): Part {
  const why: Text = request.reason === null ? ["no reason given"] : [`“${visible(request.reason)}”`];
  return {
    kind: "fields",
    fields: [
      { label: "Asked by", value: [person(request.requester.userId)] },
      { label: "Reason, in their words", value: why },
      ...(request.beneficiary === undefined ? [] : [{ label: "For", value: [person(request.beneficiary.userId)] }]),
      ...ticketField(request),
      ...(request.authors.length === 0
        ? []
        : [{ label: "Written by", value: request.authors.map((author) => person(author.userId)) }]),
      ...(request.version > 1
        ? [{ label: "Version", value: [`${request.version}: what would be done changed since it was asked for`] }]
        : []),
    ],
  };
}

function ticketField({ tickets = [] }: Request): readonly { readonly label: string; readonly value: Text }[] {
  if (tickets.length === 0) return [];
  const value = tickets.flatMap(({ id, url }, index): Text => {
    const text = visible(id);
    return [...(index === 0 ? [] : [" "]), url === null ? code(text) : { kind: "link", url, text }];
  });
  return [{ label: tickets.length === 1 ? "Ticket" : "Tickets", value }];
}

/** Who runs it without its approvals, and why: before every vote, since it stands in for those that are missing. */
function glassParts({ brokenGlass: glass }: Request): readonly Part[] {
  if (glass === undefined) return [];
  const so =
    glass.voidedAt === null
      ? ` used break-glass, without ${glass.skipped}`
      : " used break-glass, which no longer counts";
  return [{ kind: "text", icon: "high", text: [person(glass.by.userId), so, `: “${visible(glass.reason)}”`] }];
}

export function voteParts(request: Request): readonly Part[] {
  return [...glassParts(request), ...standingVotes(request).map(votePart)];
}

function votePart(vote: Vote): Part {
  const reason = vote.reason === null ? "" : `: “${visible(vote.reason)}”`;
  const freshly = vote.stepUp === undefined ? "" : " with a fresh sign-in";
  return {
    kind: "text",
    icon: vote.choice === "approve" ? "ok" : "stop",
    text: [person(vote.voter.userId), vote.choice === "approve" ? ` approved${freshly}` : " denied", reason],
  };
}

/** "Ben is looking (since 10:02)": by name, so that nobody is notified by it. */
export function lookingParts({ looking = [] }: Request): readonly Part[] {
  return looking.map(
    ({ by, since }): Part => ({
      kind: "text",
      icon: "info",
      text: [bold(visible(by.name)), " is looking (since ", time(since), ")"],
    }),
  );
}

export const stateWords = {
  planned: "is being posted",
  pending: "waits to be countersigned",
  approved: "is approved and about to start",
  executing: "is being carried out",
  verifying: "is carried out and being checked",
  done: "is done and verified",
  failed: "failed",
  unconfirmed: "was carried out, but its result is not confirmed",
  unknown: "was interrupted: a person must look",
  superseded: "was superseded",
  denied: "was denied",
  expired: "expired",
  cancelled: "was cancelled",
} as const satisfies Record<Request["state"], string>;

/** The state in words; what is approved for later does not say that it is about to start. */
export function stateOf(request: Request): string {
  return isPlannedLater(request) && request.state === "approved" ? "is approved" : stateWords[request.state];
}

/** " It starts at …": what people approve is done then, not at once. */
export function plannedStartText(request: Request): Text {
  const { notBefore } = request.plan;
  if (notBefore === undefined || !isPlannedLater(request)) return [];
  return [request.state === "approved" ? " It starts at " : " Approved, it starts at ", time(notBefore), "."];
}

function isPlannedLater({ plan, state, quorumAt }: Request): boolean {
  if (plan.notBefore === undefined) return false;
  if (state === "approved") return quorumAt === null || plan.notBefore > quorumAt;
  return state === "planned" || state === "pending";
}

export const stateIcons = {
  planned: "wait",
  pending: "wait",
  approved: "wait",
  executing: "run",
  verifying: "run",
  done: "ok",
  failed: "stop",
  unconfirmed: "warn",
  unknown: "warn",
  superseded: "info",
  denied: "stop",
  expired: "stop",
  cancelled: "stop",
} as const satisfies Record<Request["state"], Icon>;

export function deadlineText(request: Request): Text {
  if (isOver(request)) return [];
  if (request.state === "pending" || request.state === "planned") return ["Open until ", time(request.expiresAt)];
  if (request.startBy !== null && request.state === "approved") return ["Starts before ", time(request.startBy)];
  return [];
}

/**
 * Begins large and ends with a stop, whoever said it: kubectl's own sentences do neither. What begins with a name, which is no plain
 * word, keeps its letters.
 */
export function sentence(says: string): string {
  const large = /^[a-z]+[.,]?(?: |$)/.test(says) ? says.charAt(0).toUpperCase() + says.slice(1) : says;
  return /[.!?…]$/.test(large) ? large : `${large}.`;
}
/** What was done, object by object, when there is more to tell than the state: what was not reached is told too. */
export function stepParts(request: Request): readonly Part[] {
  const steps = request.execution?.steps ?? [];
  const isBad = request.state === "failed" || request.state === "unknown";
  if (request.execution === null || (steps.length <= 1 && !isBad)) return [];
  return request.plan.changes.map((change, index): Part => {
    const step = steps.find((one) => one.index === index);
    if (step === undefined) {
      const name = changeName(change);
      return {
        kind: "text",
        icon: "info",
        text: [code(name), isOver(request) ? " was not touched." : " comes later."],
      };
    }
    const isGood = step.state === "written" || step.state === "found-done";
    const icon = isGood ? "ok" : step.state === "not-started" ? "info" : "warn";
    return { kind: "text", icon, text: [code(step.object), ` ${stepWords[step.state]}. ${step.says}`] };
  });
}

const stepWords = {
  intended: "is being sent",
  written: "was written",
  changed: "was written, and something else was stored",
  refused: "was refused",
  unknown: "has an unknown outcome",
  "not-started": "was not touched",
  "found-done": "was found done",
} as const satisfies Record<StepRecord["state"], string>;
