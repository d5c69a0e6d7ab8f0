// Which policy rules: the last one that was accepted, whatever the file holds by now (R31, T31).
import { readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { isConfigErrors, type LoadContext, withPolicy } from "../config/load.ts";
import { type ConfigErrors, renderConfigErrors } from "../config/problem.ts";
import type { Config } from "../core/config.ts";
import { type Digest, shortDigest } from "../core/digest.ts";
import type { JsonObject } from "../core/json.ts";
import { isJsonObject, mapAt, numberAt, textAt } from "../core/json.ts";
import type { PolicyFile, PolicyText } from "../core/ports/policy-file.ts";
import type { Store, Tx } from "../core/ports/store.ts";
import { type Refusal, refuse } from "../core/refusal.ts";
import { append } from "../dispatch/append.ts";
import { plainEvent } from "../dispatch/record.ts";

export interface PolicyKeeper {
  /** The configuration with the policy in force in it. */
  config(): Config;
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
  let told: Digest | null = null;
  const offered = (): Config | Refusal => readOffered(settings);
  const keeper: PolicyKeeper = {
    config: () => config,
    file: {
      inForce: () => ({ ...textOf(config), since: accepted.at }),
      offered: async () => {
        const read = offered();
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
      const read = offered();
      const digest = "kind" in read ? null : read.policy.digest;
      if (digest === null || digest === config.policy.digest || digest === told) return;
      told = digest;
      await settings.store.transact((tx) => tellOffered(tx, settings, { offered: digest, inForce: config }));
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
  if (isJsonObject(stored)) return acceptedOf(stored);
  const { policy, policySource } = settings.config;
  const first = { digest: policy.digest, source: policySource, at: settings.now() };
  const details = { policy: policy.digest, before: null, rules: policy.rules.length, by: "the first start" };
  await append(tx, plainEvent("policy.loaded", { actor: null, details }), settings.auditChannel);
  await tx.settings.set("policy", first);
  return first;
}

/** The file's clusters, channels and all else, ruled by the accepted policy. */
function ruledBy(settings: KeeperSettings, accepted: Accepted): Config {
  const config = withPolicy(settings.config, accepted.source, settings.context);
  if (!isConfigErrors(config)) return config;
  throw new Error(
    `The policy that was accepted last cannot rule beside this file:\n${renderConfigErrors(config)}\nPut back what it names, or accept the file's own policy on this machine: write "${acceptLine(settings.config.policy.digest)}" into ${acceptFile(settings.config)}.`,
  );
}

function readOffered({ reread }: KeeperSettings): Config | Refusal {
  const hint = "Mend the file; “countersign policy check” shows every error. Until then the policy in force goes on.";
  try {
    const read = reread();
    return isConfigErrors(read) ? refuse("policy-unreadable", firstErrors(read), hint) : read;
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

const acceptFile = (config: Config): string => join(config.dataDirectory, "accept-policy");
const acceptLine = (digest: Digest): string => `accept ${shortDigest(digest)}`;

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
  of: { readonly offered: Digest; readonly inForce: Config },
): Promise<void> {
  const details = {
    policy: of.offered,
    inForce: of.inForce.policy.digest,
    accept: `to put it in force, type: policy apply because …; without anybody to countersign, write "${acceptLine(of.offered)}" into accept-policy in the data directory and start the bot again`,
  };
  await append(tx, plainEvent("policy.offered", { actor: null, details }), settings.auditChannel);
}
