// Whether the bot could be started with a configuration: asked before anybody countersigns it.
import type { Config } from "../core/config.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Log } from "../core/ports/log.ts";
import { connect } from "../integrations/kubernetes/connect.ts";
import { openAccessTargets } from "./access-targets.ts";
import type { Secrets } from "./base.ts";
import { identitySecrets } from "./identity.ts";
import { openOnCall } from "./on-call.ts";

export interface OpenableIn {
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly log: Log;
  /** Others stand in for the systems that the configuration names. */
  readonly standIns: { readonly targets: boolean; readonly providers: boolean };
}

/** Null, or what is missing in a sentence: a variable, a kubeconfig, a context. Calls nothing. */
export async function whyUnopenable(
  config: Config,
  { secrets, clock, log, standIns }: OpenableIn,
): Promise<string | null> {
  try {
    openOnCall({ config, secrets, clock, log });
    if (!standIns.targets) openAccessTargets(config, secrets);
    if (!standIns.providers && config.identity !== null) identitySecrets(config.identity, secrets);
    for (const cluster of config.clusters) await (await connect(cluster.access)).close();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : "it cannot be opened.";
  }
}
