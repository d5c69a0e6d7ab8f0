// The types of conditions: what an expression may name, and what each name holds.

/** Texts out of a known list: a comparison with a word that is not in it is a mistake. */
export type Domain =
  | "verb"
  | "action"
  | "assurance"
  | "group"
  | "schedule"
  | "cluster"
  | "environment"
  | "risk"
  | "weekday"
  | "operation";

export type CelType =
  | { readonly kind: "bool" }
  | { readonly kind: "int" }
  | { readonly kind: "text"; readonly domain?: Domain }
  | { readonly kind: "list"; readonly of: CelType }
  /** Of texts by texts. */
  | { readonly kind: "map" }
  | { readonly kind: "object"; readonly fields: Readonly<Record<string, CelType>> }
  /** Of an empty list's elements, and of what is wrong already: fits everywhere. */
  | { readonly kind: "open" };

export const bool: CelType = { kind: "bool" };
export const int: CelType = { kind: "int" };
export const text: CelType = { kind: "text" };
export const map: CelType = { kind: "map" };
export const open: CelType = { kind: "open" };
export const listOf = (of: CelType): CelType => ({ kind: "list", of });
const one = (domain: Domain): CelType => ({ kind: "text", domain });
const fields = (given: Readonly<Record<string, CelType>>): CelType => ({
  kind: "object",
  fields: Object.assign(Object.create(null) as Record<string, CelType>, given),
});

const replicas = fields({ before: int, after: int });
const place = fields({
  cluster: one("cluster"),
  environment: one("environment"),
  namespace: text,
  kind: text,
  name: text,
  labels: map,
  operation: one("operation"),
  replicas,
});

/** Everything that an expression may name; `environment.ts` gives the values, docs/policy-language.md the meanings. */
export const declared: Readonly<Record<string, CelType>> = Object.assign(
  Object.create(null) as Record<string, CelType>,
  {
    verb: one("verb"),
    action: one("action"),
    args: map,
    who: fields({
      userId: text,
      subject: text,
      groups: listOf(one("group")),
      assurance: one("assurance"),
      onCall: listOf(one("schedule")),
    }),
    places: listOf(place),
    place,
    risks: listOf(one("risk")),
    plan: fields({ objects: int, namespaces: int, deletions: int, replicas }),
    now: fields({ date: text, weekday: one("weekday"), hour: int, minute: int, zone: text }),
    reason: text,
  },
);

export function typeWords(type: CelType): string {
  switch (type.kind) {
    case "bool":
      return "true or false";
    case "int":
      return "a whole number";
    case "text":
      return "a text";
    case "list":
      return "a list";
    case "map":
      return "a map of texts";
    case "object":
      return `a thing with the fields ${Object.keys(type.fields).join(", ")}`;
    case "open":
      return "anything";
    default:
      return type satisfies never;
  }
}

/** Whether values of the two can be compared with each other. */
export function fitTogether(a: CelType, b: CelType): boolean {
  if (a.kind === "open" || b.kind === "open") return true;
  if (a.kind === "list" && b.kind === "list") return fitTogether(a.of, b.of);
  return a.kind === b.kind;
}
