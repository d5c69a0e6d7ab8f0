// What the channel or thread adds to a command: the objects that the thread is about, the channel's defaults.
import type { ObjectRef } from "../core/kube.ts";
import type { Origin } from "../core/ports/surface.ts";
import type { Request } from "../core/request.ts";
import type { Deps } from "./deps.ts";
import type { PlaceContext } from "./resolve.ts";

export async function placeContext(
  deps: Pick<Deps, "store" | "config">,
  origin: Pick<Origin, "channelId" | "threadTs">,
  channelName: string,
): Promise<PlaceContext> {
  const request = await requestOfThread(deps, origin);
  const objects = request === null ? [] : objectsOf(request);
  const defaults = channelDefaults(deps, origin.channelId, channelName);
  const [first] = objects;
  return {
    objects,
    cluster: first?.cluster ?? defaults.cluster,
    namespace: first === undefined ? defaults.namespace : first.namespace,
  };
}

export function channelDefaults(
  deps: Pick<Deps, "config">,
  channelId: string,
  channelName: string,
): { cluster: string | null; namespace: string | null } {
  const found = deps.config.channels.defaults.find(
    ({ channel }) => channel === channelId || channel.replace(/^#/, "") === channelName,
  );
  return { cluster: found?.cluster ?? null, namespace: found?.namespace ?? null };
}

/** The request whose card or asking stands at the head of the thread. */
export async function requestOfThread(
  deps: Pick<Deps, "store">,
  origin: Pick<Origin, "channelId" | "threadTs">,
): Promise<Request | null> {
  if (origin.threadTs === null) return null;
  const [byCard] = await deps.store.requests.list({ cardChannel: origin.channelId, cardTs: origin.threadTs, limit: 1 });
  if (byCard !== undefined) return byCard;
  const [byAsking] = await deps.store.requests.list({
    askedChannel: origin.channelId,
    askedTs: origin.threadTs,
    limit: 1,
  });
  return byAsking ?? null;
}

function objectsOf(request: Request): readonly ObjectRef[] {
  return request.plan.changes.flatMap((change) => (change.kind === "object" ? [change.object] : []));
}
