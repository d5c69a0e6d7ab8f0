// The modals people have open: at most three on each person's stack, each with a hash that changes with its content.
import { fillIds } from "./block-ids.ts";
import type { Hub } from "./hub.ts";
import { objsOf, textOf } from "./read.ts";
import type { Obj, ViewRecord } from "./records.ts";

/** Source: docs.slack.dev/surfaces/modals. */
const MAX_STACK = 3;

export type Placed =
  | { readonly kind: "placed"; readonly view: ViewRecord }
  | { readonly kind: "no"; readonly code: string };

export interface Modals {
  readonly stackOf: (user: string) => readonly ViewRecord[];
  readonly find: (viewId: string) => ViewRecord | undefined;
  readonly findByExternalId: (externalId: string) => ViewRecord | undefined;
  /** Replaces whatever the person had open. */
  readonly open: (user: string, view: Obj) => Placed;
  readonly push: (user: string, view: Obj) => Placed;
  readonly update: (viewId: string, view: Obj) => Placed;
  /** Keeps what the person has typed so far. */
  readonly keepValues: (viewId: string, values: Obj) => void;
  readonly close: (viewId: string) => void;
  readonly clear: (user: string) => void;
}

export interface ModalParts {
  readonly hub: Hub;
  readonly newId: (prefix: string) => string;
  readonly newHash: () => string;
  readonly newShortId: () => string;
}

export function makeModals({ hub, newId, newHash, newShortId }: ModalParts): Modals {
  const stacks = new Map<string, readonly ViewRecord[]>();
  const stackOf = (user: string) => stacks.get(user) ?? [];
  const all = () => [...stacks.values()].flat();
  const find = (viewId: string) => all().find((record) => record.id === viewId);
  const findByExternalId = (id: string) => (id === "" ? undefined : all().find((each) => each.view.external_id === id));

  function filled(view: Obj): Obj {
    return { ...view, blocks: fillIds(objsOf(view.blocks), newShortId) };
  }

  function show(user: string, stack: readonly ViewRecord[], record: ViewRecord): Placed {
    stacks.set(user, stack);
    hub.tell({ kind: "modal", view: record, stack: stack.length });
    return { kind: "placed", view: record };
  }

  function place(user: string, below: readonly ViewRecord[], view: Obj): Placed {
    if (findByExternalId(textOf(view.external_id)) !== undefined) return { kind: "no", code: "duplicate_external_id" };
    const id = newId("V");
    const record: ViewRecord = {
      id,
      type: "modal",
      user,
      view: filled(view),
      hash: newHash(),
      rootViewId: below[0]?.id ?? id,
      previousViewId: below.at(-1)?.id ?? null,
      values: {},
    };
    return show(user, [...below, record], record);
  }

  return {
    stackOf,
    find,
    findByExternalId,
    open: (user, view) => place(user, [], view),
    push: (user, view) => {
      const below = stackOf(user);
      if (below.length === 0) return { kind: "no", code: "not_found" };
      return below.length >= MAX_STACK ? { kind: "no", code: "push_limit_reached" } : place(user, below, view);
    },
    update: (viewId, view) => {
      const old = find(viewId);
      if (old === undefined) return { kind: "no", code: "not_found" };
      const twin = findByExternalId(textOf(view.external_id));
      if (twin !== undefined && twin.id !== viewId) return { kind: "no", code: "duplicate_external_id" };
      const record = { ...old, view: filled(view), hash: newHash() };
      const stack = stackOf(old.user).map((each) => (each.id === viewId ? record : each));
      return show(old.user, stack, record);
    },
    keepValues: (viewId, values) => {
      const old = find(viewId);
      if (old === undefined) return;
      const stack = stackOf(old.user).map((each) => (each.id === viewId ? { ...each, values } : each));
      stacks.set(old.user, stack);
    },
    close: (viewId) => {
      const record = find(viewId);
      if (record === undefined) return;
      const stack = stackOf(record.user);
      const below = stack.slice(
        0,
        stack.findIndex((each) => each.id === viewId),
      );
      stacks.set(record.user, below);
      hub.tell({ kind: "modal-closed", user: record.user, viewId });
      const top = below.at(-1);
      if (top !== undefined) hub.tell({ kind: "modal", view: top, stack: below.length });
    },
    clear: (user) => {
      const stack = stackOf(user);
      stacks.set(user, []);
      for (const record of stack.toReversed()) hub.tell({ kind: "modal-closed", user, viewId: record.id });
    },
  };
}
