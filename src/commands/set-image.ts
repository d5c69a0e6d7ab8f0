// `set image`: other images for a workload's containers, as kubectl set image.
import { defineChange } from "../core/action.ts";
import { listAt, textAt } from "../core/json.ts";
import { fullName, type KubeObject } from "../core/kube.ts";
import { rest, target } from "../core/params.ts";
import { isRefusal, type Refusal, refuse } from "../core/refusal.ts";
import { patchWorkloads } from "./parts/access.ts";
import { draft, patchOf, spoken } from "./parts/change.ts";
import { readWorkload } from "./parts/neighbours.ts";
import { rolloutOf } from "./parts/rollout.ts";
import { templateFacts } from "./parts/template-facts.ts";
import { workloads } from "./parts/workloads.ts";

interface Container {
  readonly list: "containers" | "initContainers";
  readonly name: string;
  readonly image: string;
}

export const setImage = defineChange({
  name: "set image",
  schema: 1,
  access: patchWorkloads,
  summary: "Run other images in a workload's containers",
  examples: [
    "set image checkout app=registry.example.com/checkout:1.8.3",
    "set image shop/checkout *=registry.example.com/checkout:1.8.3 because of the fix",
  ],
  params: {
    target: target({ kinds: workloads, scope: "object", summary: "the workload" }),
    images: rest({
      usage: "CONTAINER=IMAGE",
      summary: "container and image, several with spaces between; * means every container, init containers too",
    }),
  },
  needs: ["clusters"],
  observe: ({ clusters }, args) => readWorkload(clusters, args.target),
  decide: (live, args) => {
    const name = fullName(live.ref);
    const wanted = imagesOf(args.images, containersOf(live.object));
    if (isRefusal(wanted)) return wanted;
    const changed = wanted.filter((one) => one.image !== imageNow(live.object, one));
    if (changed.length === 0)
      return refuse(
        "already-so",
        `${name} already runs ${wanted.map((one) => one.image).join(", ")}.`,
        `Type: status ${name}`,
      );
    const spec: Record<string, { name: string; image: string }[]> = {};
    for (const { list, name: container, image } of changed)
      spec[list] = [...(spec[list] ?? []), { name: container, image }];
    const read = rolloutOf(live.object, live.ref);
    const facts = templateFacts(live);
    const back = changed.map((one) => `${one.name}=${imageNow(live.object, one)}`).join(" ");
    return draft({
      title: `Set ${changed.map((one) => `${one.name} to ${one.image}`).join(", ")} in ${spoken(live.ref)}`,
      changes: [patchOf(live, { spec: { template: { spec } } })],
      goals: read.goals,
      undo: {
        kind: "command",
        invocation: { verb: "set image", args: { target: name, images: back } },
        says: `Set ${back} again`,
      },
      ...facts,
      notes: [...read.notes, ...facts.notes],
    });
  },
});

function containersOf(object: KubeObject): readonly Container[] {
  return (["containers", "initContainers"] as const).flatMap((list) =>
    listAt(object, "spec", "template", "spec", list).map((one) => ({
      list,
      name: textAt(one, "name"),
      image: textAt(one, "image"),
    })),
  );
}

function imageNow(object: KubeObject, wanted: Container): string {
  return containersOf(object).find((one) => one.list === wanted.list && one.name === wanted.name)?.image ?? "";
}

/** A tag, or a digest of 64 hex digits, or both (distribution/reference). */
const imagePattern = /^\w[\w./-]*(:\d+\/[\w./-]+)?(:\w[\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/;

/** kubectl: pkg/cmd/set/set_image.go; `*` covers init containers too, and stands alone. */
function imagesOf(text: string, containers: readonly Container[]): readonly Container[] | Refusal {
  const wanted = new Map<string, Container>();
  const pairs = text.split(" ").filter((pair) => pair !== "");
  for (const pair of pairs) {
    const equals = pair.indexOf("=");
    const name = pair.slice(0, Math.max(equals, 0));
    const image = pair.slice(equals + 1);
    if (equals < 1 || image === "") {
      const example = equals === -1 && imagePattern.test(pair) ? pair : "registry.example.com/app:1.2.3";
      return refuse(
        "bad-argument",
        `“${pair}” is not CONTAINER=IMAGE.`,
        `Write for example ${containers[0]?.name ?? "app"}=${example}`,
      );
    }
    if (image.length > 512 || !imagePattern.test(image))
      return refuse(
        "bad-argument",
        `“${image}” is no image reference.`,
        "Write registry/name:tag, or registry/name@sha256: and the 64 hex digits of the digest.",
      );
    if (name === "*" && pairs.length > 1)
      return refuse("bad-argument", "* already means every container.", "Leave the other pairs away, or the *.");
    const named = name === "*" ? containers : containers.filter((one) => one.name === name);
    if (named.length === 0) {
      return refuse(
        "bad-argument",
        `There is no container “${name}”.`,
        `The containers are ${containers.map((one) => one.name).join(", ")}; * means all.`,
      );
    }
    for (const one of named) wanted.set(`${one.list}/${one.name}`, { ...one, image });
  }
  return [...wanted.values()];
}
