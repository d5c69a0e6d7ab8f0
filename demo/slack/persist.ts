// Keeps the workspace in one JSON file between runs; the file is replaced whole, so a crash leaves the old one or the new.
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import type { Hub } from "./hub.ts";
import type { Snapshot } from "./state.ts";

/** Undefined when there is no file yet; throws when it is not a workspace of ours. */
export function loadSnapshot(path: string): Snapshot | undefined {
  if (!existsSync(path)) return undefined;
  const parsed: unknown = JSON.parse(readFileSync(path, "utf8"));
  if (!isSnapshot(parsed)) throw new Error(`${path} is not a saved local Slack; remove it to start afresh`);
  return parsed;
}

function isSnapshot(value: unknown): value is Snapshot {
  return typeof value === "object" && value !== null && "version" in value && value.version === 1;
}

export function saveSnapshot(path: string, snapshot: Snapshot): void {
  mkdirSync(dirname(path), { recursive: true });
  const next = `${path}.next`;
  const file = openSync(next, "w", 0o600);
  writeFileSync(file, JSON.stringify(snapshot));
  fsyncSync(file);
  closeSync(file);
  renameSync(next, path);
}

const GATHER_MS = 200;

/** Saves shortly after changes, several together; the returned function saves what is left and stops. */
export function keepSaved(path: string, hub: Hub, snapshot: () => Snapshot): () => void {
  let timer: NodeJS.Timeout | undefined;
  const save = () => {
    timer = undefined;
    saveSnapshot(path, snapshot());
  };
  const stop = hub.listen((change) => {
    if (change.kind === "log" || change.kind === "app") return;
    timer ??= setTimeout(save, GATHER_MS).unref();
  });
  return () => {
    stop();
    clearTimeout(timer);
    save();
  };
}
