// What people type out of habit, from kubectl and elsewhere, and what to type for it here.

/** Words → the verb that does it here; the rest of what was typed follows, or stands where `{}` is. */
const verbHabits: ReadonlyMap<string, string> = new Map([
  ["undo", "rollback"],
  ["revert", "rollback"],
  ["rollout undo", "rollback"],
  ["rollout restart", "restart"],
  ["rollout status", "status"],
  ["rollout history", "history"],
  ["rollout pause", "pause"],
  ["rollout resume", "resume"],
  ["auth can-i", "can-i"],
  ["auth whoami", "whoami"],
  ["cluster-info", "status"],
  ["ps", "get pods"],
  ["pods", "get pods"],
  ["nodes", "get nodes"],
  ["log", "logs"],
  ["stop", "scale {} 0"],
  ["create", "apply"],
  ["edit", "apply"],
  ["patch", "apply"],
  ["replace", "apply"],
]);

/** Verbs that take no words of their own here, whatever they take elsewhere. */
const alone: ReadonlySet<string> = new Set(["apply"]);

export interface Habit {
  readonly typed: string;
  /** What to type here. */
  readonly command: string;
}

/** null when the words are no habit that is known. */
export function habitOf(words: readonly string[]): Habit | null {
  const [first = "", second = ""] = words.map((word) => word.toLowerCase());
  if (first === "approve" || first === "deny") {
    return { typed: first, command: second === "" ? "approvals" : `request ${words[1]}` };
  }
  const pair = verbHabits.get(`${first} ${second}`);
  const verb = pair ?? verbHabits.get(first);
  if (verb === undefined) return null;
  const typed = pair === undefined ? first : `${first} ${second}`;
  const rest = alone.has(verb) ? "" : words.slice(pair === undefined ? 1 : 2).join(" ");
  const command = verb.includes("{}") ? verb.replace("{}", () => rest || "TARGET") : `${verb} ${rest}`.trim();
  return { typed, command };
}

/** Flags that kubectl has and no verb here, and what to do in their place. */
export const flagHabits: ReadonlyMap<string, string> = new Map([
  ["output", "describe shows an object as YAML; get --wide shows all columns."],
  ["follow", "Logs are not followed: ask again, with --since for what is new."],
  ["watch", "Nothing is watched: ask again; a change is watched to its end by itself."],
  ["filename", "Leave it away: a form opens for the manifest, or attach the file to the message."],
  ["force", "Nothing is forced here; apply has --force-conflicts, which its approvers see."],
  ["context", "Write --cluster with the name of a cluster; status lists them."],
]);
