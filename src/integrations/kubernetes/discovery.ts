// Which kinds a cluster serves, and which of them a word means.
import { isJsonObject, type Json, listAt, textAt } from "../../core/json.ts";
import { apiVersionOf, type Kind } from "../../core/kube.ts";
import { nearest } from "../../core/nearest.ts";
import type { Clock } from "../../core/ports/clock.ts";
import { isRefusal, type Refusal, refuse } from "../../core/refusal.ts";
import type { Api } from "./api.ts";

/** Aggregated discovery (KEP-3352) in one answer; servers before 1.27 answer with the group list instead. */
const aggregated = [
  "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
  "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList",
  "application/json",
].join(",");

export class Discovery {
  readonly #api: Api;
  readonly #clock: Clock;
  #known: { readonly kinds: readonly Kind[]; readonly at: number } | null = null;
  #asking: Promise<readonly Kind[] | Refusal> | null = null;

  constructor(api: Api, clock: Clock) {
    this.#api = api;
    this.#clock = clock;
  }

  /** All kinds, of each group the preferred version first; asked for at most once at a time. */
  async kinds(maxAgeMs = this.#api.timing.discoveryMs): Promise<readonly Kind[] | Refusal> {
    const ageMs = this.#known === null ? -1 : this.#clock.now() - this.#known.at;
    // Negative, too, after the clock was put back: what is kept counts as old then.
    if (this.#known !== null && ageMs >= 0 && ageMs < maxAgeMs) return this.#known.kinds;
    this.#asking ??= this.#look().finally(() => {
      this.#asking = null;
    });
    return await this.#asking;
  }

  async kindOf(word: string): Promise<Kind | Refusal> {
    const kinds = await this.#found((kind) => isMeant(kind, word.toLowerCase()));
    if (isRefusal(kinds)) return kinds;
    if (kinds.found !== undefined) return kinds.found;
    const names = [...new Set(kinds.all.flatMap((kind) => [kind.resource, kind.singular, ...kind.shortNames]))];
    const near = nearest(word.toLowerCase(), names);
    const hint =
      near.length === 0 ? "Type a kind as kubectl api-resources lists it." : `Did you mean ${near.join(", ")}?`;
    return refuse("no-such-kind", `Cluster ${this.#api.cluster} knows no kind “${word}”.`, hint);
  }

  async kindOfManifest(apiVersion: string, kind: string): Promise<Kind | Refusal> {
    const kinds = await this.#found((one) => apiVersionOf(one) === apiVersion && one.kind === kind);
    if (isRefusal(kinds)) return kinds;
    if (kinds.found !== undefined) return kinds.found;
    const others = kinds.all.filter((one) => one.kind.toLowerCase() === kind.toLowerCase());
    const hint =
      others.length === 0
        ? "If it is a custom resource, its definition must exist first."
        : `It serves ${others.map((one) => `${one.kind} of ${apiVersionOf(one)}`).join(", ")}.`;
    return refuse("no-such-kind", `Cluster ${this.#api.cluster} does not serve ${kind} of ${apiVersion}.`, hint);
  }

  /** Looks again, fresh, when the word is unknown: a definition may just have been created. */
  async #found(
    isIt: (kind: Kind) => boolean,
  ): Promise<{ readonly found: Kind | undefined; readonly all: readonly Kind[] } | Refusal> {
    const known = await this.kinds();
    if (isRefusal(known)) return known;
    const found = known.find(isIt);
    if (found !== undefined) return { found, all: known };
    // Not more often than once in two seconds, whatever people type.
    const fresh = await this.kinds(2_000);
    return isRefusal(fresh) ? fresh : { found: fresh.find(isIt), all: fresh };
  }

  async #look(): Promise<readonly Kind[] | Refusal> {
    const core = await this.#root("/api");
    if (isRefusal(core)) return core;
    const groups = await this.#root("/apis");
    if (isRefusal(groups)) return groups;
    const kinds = [...core, ...groups];
    this.#known = { kinds, at: this.#clock.now() };
    return kinds;
  }

  async #root(path: "/api" | "/apis"): Promise<readonly Kind[] | Refusal> {
    const body = await this.#api.get(path, {}, aggregated);
    if (isRefusal(body)) return body;
    if (textAt(body, "kind") === "APIGroupDiscoveryList") return listAt(body, "items").flatMap(aggregatedKinds);
    const versions =
      path === "/api" ? listAt(body, "versions").map(String) : listAt(body, "groups").flatMap(preferredFirst);
    const kinds: Kind[] = [];
    for (const version of versions) {
      // A group whose extension server is down must not hide all others.
      const list = await this.#api.get(path === "/api" ? `/api/${version}` : `/apis/${version}`);
      if (!isRefusal(list)) kinds.push(...listedKinds(list, version));
    }
    return kinds;
  }
}

function isMeant(kind: Kind, word: string): boolean {
  const [name = "", ...group] = word.split(".");
  if (group.length > 0 && group.join(".") !== kind.group && group.join(".") !== `${kind.version}.${kind.group}`)
    return false;
  return (
    kind.resource === name ||
    kind.singular === name ||
    kind.kind.toLowerCase() === name ||
    kind.shortNames.includes(name)
  );
}

function preferredFirst(group: Json): readonly string[] {
  const preferred = textAt(group, "preferredVersion", "groupVersion");
  const others = listAt(group, "versions").map((version) => textAt(version, "groupVersion"));
  return [preferred, ...others.filter((version) => version !== preferred)].filter((version) => version !== "");
}

function aggregatedKinds(group: Json): readonly Kind[] {
  return listAt(group, "versions").flatMap((version) =>
    listAt(version, "resources").map((resource) => ({
      group: textAt(group, "metadata", "name"),
      version: textAt(version, "version"),
      kind: textAt(resource, "responseKind", "kind"),
      resource: textAt(resource, "resource"),
      // Kubernetes 1.26 leaves it out; rules about kinds would match nothing without it.
      singular: textAt(resource, "singularResource") || textAt(resource, "responseKind", "kind").toLowerCase(),
      shortNames: sorted(listAt(resource, "shortNames")),
      namespaced: textAt(resource, "scope") === "Namespaced",
      verbs: sorted(listAt(resource, "verbs")),
      subresources: sorted(listAt(resource, "subresources").map((sub) => textAt(sub, "subresource"))),
    })),
  );
}

function listedKinds(list: Json, groupVersion: string): readonly Kind[] {
  const [first = "", second] = groupVersion.split("/");
  const resources = listAt(list, "resources").filter(isJsonObject);
  return resources
    .filter((resource) => !textAt(resource, "name").includes("/"))
    .map((resource) => {
      const name = textAt(resource, "name");
      const subs = resources.map((one) => textAt(one, "name")).filter((one) => one.startsWith(`${name}/`));
      return {
        group: second === undefined ? "" : first,
        version: second ?? first,
        kind: textAt(resource, "kind"),
        resource: name,
        singular: textAt(resource, "singularName") || textAt(resource, "kind").toLowerCase(),
        shortNames: sorted(listAt(resource, "shortNames")),
        namespaced: resource.namespaced === true,
        verbs: sorted(listAt(resource, "verbs")),
        subresources: sorted(subs.map((sub) => sub.slice(name.length + 1))),
      };
    });
}

/** Sorted, so that the same server always gives the same kind, whichever way it was discovered. */
const sorted = (list: readonly Json[]): readonly string[] => list.map(String).sort();
