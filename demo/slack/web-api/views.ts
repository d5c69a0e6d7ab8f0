// views.*: opening, pushing, updating modals and publishing Homes. Source: docs.slack.dev/reference/methods/views.open and siblings.
import { fillIds } from "../block-ids.ts";
import { checkView, MAX_VIEW_BYTES } from "../check/views.ts";
import { jsonArg } from "../content.ts";
import type { Inside } from "../inside.ts";
import type { Placed } from "../modals.ts";
import { isObj, objsOf, textOf } from "../read.ts";
import type { Obj, ViewRecord } from "../records.ts";
import type { Trigger } from "../tickets.ts";
import { viewJson } from "../wire.ts";
import { type Methods, no, noBecause, ok } from "./method.ts";

export type Judged = { readonly kind: "view"; readonly view: Obj } | { readonly kind: "no"; readonly reply: Obj };

/** The view if Slack would take it, else Slack's refusal. */
export function judgeView(value: unknown, type: "modal" | "home"): Judged {
  const view = jsonArg(value);
  if (!isObj(view))
    return { kind: "no", reply: noBecause("invalid_arguments", ["must provide a view object [json-pointer:/view]"]) };
  if (JSON.stringify(view).length > MAX_VIEW_BYTES) return { kind: "no", reply: no("view_too_large") };
  const wrong = checkView(view, type);
  return wrong.length > 0 ? { kind: "no", reply: noBecause("invalid_arguments", wrong) } : { kind: "view", view };
}

type Exchanged = { readonly kind: "trigger"; readonly trigger: Trigger } | { readonly kind: "no"; readonly reply: Obj };

function exchange(inside: Inside, args: Obj): Exchanged {
  const exchanged = inside.tickets.exchangeTrigger(textOf(args.trigger_id));
  switch (exchanged.kind) {
    case "given":
      return { kind: "trigger", trigger: exchanged.value };
    case "expired":
      return { kind: "no", reply: no("expired_trigger_id") };
    case "used":
      return { kind: "no", reply: no("exchanged_trigger_id") };
    case "unknown":
      return { kind: "no", reply: no("invalid_trigger_id") };
  }
}

function placed(result: Placed): Obj {
  return result.kind === "no" ? no(result.code) : ok({ view: viewJson(result.view) });
}

function open(inside: Inside, args: Obj): Obj {
  const judged = judgeView(args.view, "modal");
  if (judged.kind === "no") return judged.reply;
  const exchanged = exchange(inside, args);
  return exchanged.kind === "no" ? exchanged.reply : placed(inside.modals.open(exchanged.trigger.user, judged.view));
}

function push(inside: Inside, args: Obj): Obj {
  const judged = judgeView(args.view, "modal");
  if (judged.kind === "no") return judged.reply;
  const exchanged = exchange(inside, args);
  if (exchanged.kind === "no") return exchanged.reply;
  if (exchanged.trigger.viewId === undefined) return no("invalid_trigger_id");
  return placed(inside.modals.push(exchanged.trigger.user, judged.view));
}

function update(inside: Inside, args: Obj): Obj {
  const external = textOf(args.external_id);
  const record = inside.modals.find(textOf(args.view_id)) ?? inside.modals.findByExternalId(external);
  if (record === undefined) return no("not_found");
  const judged = judgeView(args.view, "modal");
  if (judged.kind === "no") return judged.reply;
  if (args.hash !== undefined && args.hash !== record.hash) return no("hash_conflict");
  return placed(inside.modals.update(record.id, judged.view));
}

function publish(inside: Inside, args: Obj): Obj {
  const user = textOf(args.user_id);
  const person = inside.state.users.get(user);
  if (person === undefined || person.isBot || person.deleted) {
    return noBecause("invalid_arguments", ["user_id is not a valid person [json-pointer:/user_id]"]);
  }
  const judged = judgeView(args.view, "home");
  if (judged.kind === "no") return judged.reply;
  const old = inside.state.homes.get(user);
  if (args.hash !== undefined && args.hash !== old?.hash) return no("hash_conflict");
  const id = old?.id ?? inside.state.newId("V");
  const blocks = fillIds(objsOf(judged.view.blocks), () => inside.newSecret().slice(0, 5));
  const record: ViewRecord = {
    id,
    type: "home",
    user,
    view: { ...judged.view, blocks },
    hash: newHash(inside),
    rootViewId: id,
    previousViewId: null,
    values: {},
  };
  inside.state.putHome(record);
  return ok({ view: viewJson(record) });
}

export function newHash(inside: Pick<Inside, "clock" | "newSecret">): string {
  return `${Math.floor(inside.clock.now() / 1000)}.${inside.newSecret().slice(0, 8)}`;
}

const modal = { token: "bot", scopes: [], tier: 4 } as const;

export const views: Methods = {
  "views.open": { ...modal, run: open },
  "views.push": { ...modal, run: push },
  "views.update": { ...modal, run: update },
  "views.publish": { ...modal, run: publish },
};
