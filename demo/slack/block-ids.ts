// Fills in what Slack fills in: block ids and action ids that the app left out; and finds elements by them.

import { isObj, objsOf, textOf } from "./read.ts";
import type { Obj } from "./records.ts";

const interactive =
  /^(button|workflow_button|overflow|checkboxes|radio_buttons|datepicker|timepicker|datetimepicker|.*_select|.*_input|icon_button|feedback_buttons)$/;

function withActionId(element: Obj, newId: () => string): Obj {
  if (!interactive.test(textOf(element.type)) || element.action_id !== undefined) return element;
  return { ...element, action_id: newId() };
}

export function fillIds(blocks: readonly Obj[], newId: () => string): readonly Obj[] {
  return blocks.map((block) => ({
    ...block,
    block_id: block.block_id ?? newId(),
    ...(isObj(block.accessory) && { accessory: withActionId(block.accessory, newId) }),
    ...(isObj(block.element) && { element: withActionId(block.element, newId) }),
    ...((block.type === "actions" || block.type === "context_actions") && {
      elements: objsOf(block.elements).map((element) => withActionId(element, newId)),
    }),
  }));
}

export interface Found {
  readonly block: Obj;
  readonly element: Obj;
}

/** Every interactive element of these blocks with the block it stands in. */
export function elementsOf(blocks: readonly Obj[]): readonly Found[] {
  return blocks.flatMap((block) =>
    [block.accessory, block.element, ...objsOf(block.elements)]
      .filter(isObj)
      .filter((element) => typeof element.action_id === "string")
      .map((element) => ({ block, element })),
  );
}
