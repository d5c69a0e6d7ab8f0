// The values that conditions are evaluated over, made of a question; what is not known is left out, so that asking fails.
import type { CelInput } from "@bufbuild/cel";
import type { Asker, Place, Question } from "../../core/policy.ts";
import { localTime } from "../freeze.ts";
import { planNumbers } from "../plan-numbers.ts";
import type { Values } from "./expression.ts";

const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const made = new WeakMap<Question, Values>();

/** Everything but `place` and `now`. One question is asked of many rules: the values are kept as long as it is. */
export function valuesOf(question: Question): Values {
  const kept = made.get(question);
  if (kept !== undefined) return kept;
  const { who, places } = question;
  const values: Values = {
    verb: question.verb,
    action: question.verbKind,
    args: mapOf(question.args),
    who: whoValue(who),
    places: places.map(placeValue),
    risks: [...question.risks],
    plan: planValue(places),
    reason: question.reason ?? "",
  };
  made.set(question, values);
  return values;
}

/** `left`: fields that are left out, since of what is asked for in them it is not known whether it is so. */
export function whoValue(
  who: Asker,
  left: { readonly groups?: boolean; readonly onCall?: boolean; readonly subject?: boolean } = {},
): Record<string, CelInput> {
  return {
    userId: who.userId,
    ...(left.subject === true ? {} : { subject: who.subject ?? "" }),
    ...(left.groups === true ? {} : { groups: [...who.groups] }),
    assurance: who.assurance,
    ...(who.onCall === undefined || left.onCall === true ? {} : { onCall: [...who.onCall] }),
  };
}

/** What a scope leaves open may be anything: it has no such field. Nor has an object labels that nobody has read. */
export function placeValue(place: Place): Record<string, CelInput> {
  const isScope = place.name === "";
  const known = { cluster: place.cluster, environment: place.environment, kind: place.kind };
  const value: Record<string, CelInput> = Object.fromEntries(
    Object.entries(known).filter(([, text]) => !isScope || text !== ""),
  );
  if (!isScope || place.namespace !== null) value.namespace = place.namespace ?? "";
  if (isScope) return value;
  value.name = place.name;
  if (place.labelsKnown !== false) value.labels = mapOf(place.labels);
  value.operation = place.operation ?? "";
  value.replicas = numbers(place.replicas ?? { before: 0, after: 0 });
  return value;
}

export function nowValue(now: number, zone: string): Record<string, CelInput> {
  const { date, day, minute } = localTime(now, zone);
  const [hour, rest] = [BigInt(Math.floor(minute / 60)), BigInt(minute % 60)];
  return { date, weekday: weekdays[day - 1] ?? "", hour, minute: rest, zone };
}

function planValue(places: readonly Place[]): Record<string, CelInput> {
  const { objects, namespaces, deletions, replicas } = planNumbers(places);
  return {
    objects: BigInt(objects),
    namespaces: BigInt(namespaces),
    deletions: BigInt(deletions),
    replicas: numbers(replicas),
  };
}

function numbers({ before, after }: { readonly before: number; readonly after: number }): Record<string, CelInput> {
  return { before: BigInt(Math.trunc(before)), after: BigInt(Math.trunc(after)) };
}

/** Names that other people choose are keys of a map, never members of an object (T17). */
function mapOf(texts: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(texts));
}
