// A place as one text, in cases and on the command line: cluster:namespace/kind/name.
import type { Place } from "../core/policy.ts";

export interface PlaceContext {
  readonly clusters: readonly { readonly name: string; readonly environment: string }[];
}

/** `production:payments/deployment.apps/api`; `production:/namespace/shop` is in no namespace; `production:shop//` is all of shop. */
export function readPlace(text: string, { clusters }: PlaceContext): Place | { readonly says: string } {
  const [, cluster = "", path] = /^([^:]*)(?::(.*))?$/.exec(text) ?? [];
  const known = clusters.find((one) => one.name === cluster);
  if (known === undefined) {
    const names = clusters.map((one) => one.name).join(", ");
    return { says: `“${text}” names no cluster that is configured; write cluster:namespace/kind/name, with ${names}` };
  }
  const [namespace = "", kind = "", name = "", ...more] = (path ?? "").split("/");
  if (more.length > 0 || (kind === "" && name !== "") || (kind !== "" && name === ""))
    return { says: `“${text}” is no place; write cluster:namespace/kind/name, cluster:namespace// or cluster:` };
  return {
    cluster,
    environment: known.environment,
    namespace: namespace === "" ? null : namespace,
    kind,
    name,
    labels: {},
  };
}
