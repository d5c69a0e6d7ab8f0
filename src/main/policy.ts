// What rules: the policy and all else of the file that was countersigned last, whatever the file holds by now (R31, T31).
import { readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { completed, isIncomplete } from "../config/countersigned.ts";
import { isConfigErrors, type LoadContext, withPolicy } from "../config/load.ts";
import { type ConfigErrors, renderConfigErrors } from "../config/problem.ts";
import type { Config } from "../core/config.ts";
import type { Digest } from "../core/digest.ts";
import type { JsonObject } from "../core/json.ts";
import { isJsonObject, mapAt, numberAt, textAt } from "../core/json.ts";
import { differingSections } from "../core/policy-sections.ts";
import type { PolicyFile, PolicyText } from "../core/ports/policy-file.ts";
import type { Store, Tx } from "../core/ports/store.ts";
import { type Refusal, refuse } from "../core/refusal.ts";
import { append } from "../dispatch/append.ts";
import { plainEvent } from "../dispatch/record.ts";
import { heldBack } from "./starts-anew.ts";

export interface PolicyKeeper {
  /** The configuration as it was accepted last. */
  config(): Config;
  /**
   * Why nothing may be changed until the bot is started anew: what was accepted since changes who people are or what clusters
   * are, and two of that cannot rule at once. null otherwise.
   */
  startsAnew(): Refusal | null;
  /** What whoever runs the machine can do when the accepted configuration does not open; null when it is the file's. */
  wayOut(): string | null;
  readonly file: PolicyFile;
  /** Reads what is stored again, after a request changed it. */
  refresh(): Promise<void>;
  /** Looks at the file and tells, once for each policy, that another one waits to be countersigned. */
  look(): Promise<void>;
}

export interface KeeperSettings {
  readonly store: Store;
  readonly now: () => number;
  readonly context: LoadContext;
  /** The configuration as it was read at start. */
  readonly config: Config;
  /** Reads the file again. */
  readonly reread: () => Config | ConfigErrors;
  /** Why the bot could not be started with that configuration, such as a variable that is not set; null when it could. */
  readonly unopenable: (config: Config) => Promise<string | null>;
  readonly auditChannel: string;
  readonly told: () => void;
}

interface Accepted {
  readonly digest: Digest;
  readonly source: JsonObject;
  readonly at: number | null;
}

/**
 * The first policy of an installation is accepted as it stands. After that the file only offers: what was accepted last rules,
 * until `policy apply` is countersigned, or somebody with the machine's own rights names the new digest in `accept-policy`.
 * Throws when the accepted policy cannot be read beside the file any more.
 */
export async function openPolicy(settings: KeeperSettings): Promise<PolicyKeeper> {
  let accepted = await settings.store.transact((tx) => acceptedAtStart(tx, settings));
  accepted = (await acceptedHere(settings, accepted)) ?? accepted;
  let config = ruledBy(settings, accepted);
  const started = config;
  let told: Digest | null = null;
  const offered = (): Promise<Config | Refusal> => readOffered(settings);
  const keeper: PolicyKeeper = {
    config: () => config,
    startsAnew: () => heldBack(started, config),
    wayOut: () => wayOut(settings, config),
    file: {
      inForce: () => ({ ...textOf(config), since: accepted.at }),
      offered: async () => {
        const read = await offered();
        return "kind" in read ? read : textOf(read);
      },
    },
    async refresh() {
      const stored = await settings.store.settings.get("policy");
      if (!isJsonObject(stored)) return;
      accepted = acceptedOf(stored);
      config = ruledBy(settings, accepted);
    },
    async look() {
      const read = await offered();
      if ("kind" in read) return;
      const { digest } = read.policy;
      if (digest === config.policy.digest || digest === told) return;
      told = digest;
      const of = { offered: digest, source: read.policySource, inForce: config };
      await settings.store.transact((tx) => tellOffered(tx, settings, of));
      settings.told();
    },
  };
  await keeper.look();
  return keeper;
}

function textOf(config: Config): PolicyText {
  return { digest: config.policy.digest, source: config.policySource, rules: config.policy.rules.length };
}

function acceptedOf(stored: JsonObject): Accepted {
  const at = numberAt(stored, Number.NaN, "at");
  return {
    digest: textAt(stored, "digest") as Digest,
    source: mapAt(stored, "source"),
    at: Number.isNaN(at) ? null : at,
  };
}

async function acceptedAtStart(tx: Tx, settings: KeeperSettings): Promise<Accepted> {
  const stored = await tx.settings.get("policy");
  if (isJsonObject(stored)) return completeAccepted(tx, settings, acceptedOf(stored));
  const { policy, policySource } = settings.config;
  const first = { digest: policy.digest, source: policySource, at: settings.now() };
  const details = { policy: policy.digest, before: null, rules: policy.rules.length, by: "the first start" };
  await append(tx, plainEvent("policy.loaded", { actor: null, details }), settings.auditChannel);
  await tx.settings.set("policy", first);
  return first;
}

/** After an upgrade from a version that countersigned less: from now on what the file says of the rest is held to. */
async function completeAccepted(tx: Tx, settings: KeeperSettings, accepted: Accepted): Promise<Accepted> {
  if (!isIncomplete(accepted.source)) return accepted;
  const whole = { ...accepted, source: completed(accepted.source, settings.config.file) };
  const { policy } = ruledBy(settings, whole);
  const details = {
    ...{ policy: policy.digest, before: accepted.digest, rules: policy.rules.length },
    by: "an upgrade: clusters, identity, access and limits, which are countersigned from now on, as the file has them",
  };
  await append(tx, plainEvent("policy.loaded", { actor: null, details }), settings.auditChannel);
  const completedNow = { digest: policy.digest, source: whole.source, at: settings.now() };
  await tx.settings.set("policy", completedNow);
  return completedNow;
}

/** The file's channels and ports, ruled by what was accepted. */
function ruledBy(settings: KeeperSettings, accepted: Accepted): Config {
  const config = withPolicy(settings.config, accepted.source, settings.context);
  if (!isConfigErrors(config)) return config;
  throw new Error(
    `What was accepted last cannot rule beside this file:\n${renderConfigErrors(config)}\n${acceptHint(settings.config)}`,
  );
}

function acceptHint(file: Config): string {
  return `Put back what it names, or accept what the file holds on this machine: write "${acceptLine(file.policy.digest)}" into ${acceptFile(file)}.`;
}

function wayOut({ config: file }: KeeperSettings, accepted: Config): string | null {
  const sections = differingSections(accepted.policySource, file.policySource);
  if (sections.length === 0) return null;
  return `What was accepted last rules, and the file holds something else in ${sections.join(", ")}. ${acceptHint(file)}`;
}

async function readOffered({ reread, unopenable }: KeeperSettings): Promise<Config | Refusal> {
  const hint = "Mend the file; “countersign policy check” shows every error. Until then the policy in force goes on.";
  try {
    const read = reread();
    if (isConfigErrors(read)) return refuse("policy-unreadable", firstErrors(read), hint);
    const why = await unopenable(read);
    return why === null ? read : refuse("policy-unreadable", `The configuration file can't be used: ${why}`, hint);
  } catch (error) {
    const why = error instanceof Error ? error.message : "it cannot be read";
    return refuse("policy-unreadable", `The configuration file cannot be read: ${why}.`, hint);
  }
}

const errorsShown = 5;

function firstErrors(errors: ConfigErrors): string {
  const shown = renderConfigErrors({ ...errors, errors: errors.errors.slice(0, errorsShown) });
  const more = errors.errors.length - errorsShown;
  return `The configuration file is wrong, so nothing of it is taken:\n${shown}${more > 0 ? `\nand ${more} more` : ""}`;
}

export const acceptFile = (config: Pick<Config, "dataDirectory">): string =>
  join(config.dataDirectory, "accept-policy");
/** The whole digest: of the twelve digits that people read, whoever writes the file could make two states that share them. */
export const acceptLine = (digest: Digest): string => `accept ${digest.replace("sha256:", "")}`;

/**
 * The way out for whoever runs the machine, when nobody is left who could countersign: an event like any other, told in the
 * audit channel, and used once.
 */
async function acceptedHere(settings: KeeperSettings, before: Accepted): Promise<Accepted | null> {
  const { policy, policySource } = settings.config;
  const file = acceptFile(settings.config);
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  });
  if (text?.trim() !== acceptLine(policy.digest)) return null;
  const accepted = { digest: policy.digest, source: policySource, at: settings.now() };
  const details = {
    policy: policy.digest,
    before: before.digest,
    rules: policy.rules.length,
    by: "somebody on the bot's machine, without countersignature",
  };
  await settings.store.transact(async (tx) => {
    await append(tx, plainEvent("policy.loaded", { actor: null, details }), settings.auditChannel);
    await tx.settings.set("policy", accepted);
  });
  await rename(file, `${file}.done`);
  return accepted;
}

async function tellOffered(
  tx: Tx,
  settings: KeeperSettings,
  of: { readonly offered: Digest; readonly source: JsonObject; readonly inForce: Config },
): Promise<void> {
  const details = {
    policy: of.offered,
    inForce: of.inForce.policy.digest,
    sections: differingSections(of.inForce.policySource, of.source),
    accept: `to put it in force, type: policy apply because …; without anybody to countersign, write "${acceptLine(of.offered)}" into accept-policy in the data directory and start the bot again`,
  };
  await append(tx, plainEvent("policy.offered", { actor: null, details }), settings.auditChannel);
}
