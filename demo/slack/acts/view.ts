// A person submits or closes a modal. Source: docs.slack.dev/surfaces/modals, view-interactions-payload.
import { elementsOf } from "../block-ids.ts";
import type { Inside } from "../inside.ts";
import { isObj, objOf, objsOf, textOf } from "../read.ts";
import type { Obj, ViewRecord } from "../records.ts";
import { judgeView } from "../web-api/views.ts";
import { viewJson } from "../wire.ts";
import { type ActOutcome, common, done, problem, seenUser, VIEW_TROUBLE } from "./outcome.ts";
import { isFilled, stateValues } from "./values.ts";

export interface SubmitView {
  readonly as: string;
  readonly viewId: string;
  readonly state: Obj;
}

/** What Slack's own client refuses before the app hears of it. */
function unfilled(record: ViewRecord, values: Obj): Readonly<Record<string, string>> {
  const errors: Record<string, string> = {};
  for (const { block, element } of elementsOf(objsOf(record.view.blocks))) {
    if (block.type !== "input") continue;
    const blockId = textOf(block.block_id);
    const value = objOf(objOf(values[blockId])[textOf(element.action_id)]);
    if (!isFilled(value)) {
      if (block.optional !== true) errors[blockId] = "Please complete this required field.";
      continue;
    }
    const length = textOf(value.value).length;
    const max = typeof element.max_length === "number" ? element.max_length : 3000;
    if (length > max) errors[blockId] = `Please enter ${max} characters or fewer.`;
    if (typeof element.min_length === "number" && length < element.min_length) {
      errors[blockId] = `Please enter at least ${element.min_length} characters.`;
    }
  }
  return errors;
}

export async function submitView(inside: Inside, act: SubmitView): Promise<ActOutcome> {
  const user = seenUser(inside, act.as);
  if (user.kind === "no") return user.outcome;
  const record = inside.modals.find(act.viewId);
  if (record === undefined || record.user !== act.as) return problem("That window is closed.");
  const values = stateValues(objsOf(record.view.blocks), { ...record.values, ...act.state });
  inside.modals.keepValues(record.id, values);
  const errors = unfilled(record, values);
  if (Object.keys(errors).length > 0) return { ok: false, errors };
  const payload = {
    type: "view_submission",
    ...common(user.value),
    trigger_id: inside.tickets.newTrigger({ user: act.as, viewId: record.id }),
    view: viewJson({ ...record, values }),
    response_urls: [],
  };
  const answer = await inside.courier.ask({ kind: "interactive", payload, acceptsResponse: true });
  return answer.kind === "acked" ? obey(inside, record, answer.body) : problem(VIEW_TROUBLE);
}

/** Does what the acknowledgement's `response_action` says; nothing said closes the view. */
function obey(inside: Inside, record: ViewRecord, body: Obj): ActOutcome {
  switch (body.response_action) {
    case undefined:
      inside.modals.close(record.id);
      return done;
    case "clear":
      inside.modals.clear(record.user);
      return done;
    case "errors":
      return showErrors(inside, record, body.errors);
    case "update":
    case "push":
      return showView(inside, record, body);
    default:
      return trouble(inside, `response_action ${String(body.response_action)} is unknown`);
  }
}

function trouble(inside: Inside, detail: string): ActOutcome {
  inside.log.breach("bad_ack", `view_submission: ${detail}`);
  return problem(VIEW_TROUBLE);
}

function showErrors(inside: Inside, record: ViewRecord, value: unknown): ActOutcome {
  if (!isObj(value) || Object.keys(value).length === 0) return trouble(inside, "errors is empty");
  const inputs = objsOf(record.view.blocks).filter((block) => block.type === "input");
  const errors: Record<string, string> = {};
  for (const [blockId, text] of Object.entries(value)) {
    if (typeof text !== "string") return trouble(inside, `the error for ${blockId} is no text`);
    if (!inputs.some((block) => block.block_id === blockId)) return trouble(inside, `${blockId} is no input block`);
    errors[blockId] = text;
  }
  return { ok: false, errors };
}

function showView(inside: Inside, record: ViewRecord, body: Obj): ActOutcome {
  const judged = judgeView(body.view, "modal");
  if (judged.kind === "no") return trouble(inside, JSON.stringify(judged.reply));
  const { modals } = inside;
  const placed =
    body.response_action === "push" ? modals.push(record.user, judged.view) : modals.update(record.id, judged.view);
  return placed.kind === "no" ? trouble(inside, placed.code) : done;
}

/** Closing one view goes back to the one below it. The app is told when the view asked for it. */
export async function closeView(
  inside: Inside,
  act: { readonly as: string; readonly viewId: string },
): Promise<ActOutcome> {
  const user = seenUser(inside, act.as);
  if (user.kind === "no") return user.outcome;
  const record = inside.modals.find(act.viewId);
  if (record === undefined || record.user !== act.as) return problem("That window is closed.");
  if (record.view.clear_on_close === true) inside.modals.clear(record.user);
  else inside.modals.close(record.id);
  if (record.view.notify_on_close !== true) return done;
  const payload = {
    type: "view_closed",
    ...common(user.value),
    view: viewJson(record),
    is_cleared: record.view.clear_on_close === true,
  };
  const answer = await inside.courier.ask({ kind: "interactive", payload, acceptsResponse: false });
  return answer.kind === "acked" ? done : problem(VIEW_TROUBLE);
}
