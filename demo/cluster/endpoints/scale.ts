// The scale subresource: GET, PUT and PATCH of autoscaling/v1 Scale, stored in the object's own replicas.

import { afterApply } from "../apply/ownership.ts";
import { type Answer, type Backend, bodyObject, type Call, isDryRun, json, managerOf } from "../call.ts";
import { asNumber, asObject, asString, asStrings, at, clone, ensureObject, type JsonObject } from "../json.ts";
import type { KubeObject } from "../object.ts";
import { structNamed } from "../schema/types.ts";
import { badRequest, conflict, invalid, MODIFIED, wrongValue } from "../status.ts";
import { parseYaml } from "../yaml-body.ts";
import { changeOf } from "./patch.ts";

/** Where the definition of a custom kind says a number stands; built-in kinds have one place for each. */
function placeOf(call: Call, name: "specReplicasPath" | "statusReplicasPath" | "labelSelectorPath"): readonly string[] {
  const own = asString(call.kind.custom?.scale?.[name]);
  if (own !== "") return own.split(".").slice(1);
  return name === "specReplicasPath"
    ? ["spec", "replicas"]
    : name === "statusReplicasPath"
      ? ["status", "replicas"]
      : [];
}

const replicasPath = (call: Call): readonly string[] => placeOf(call, "specReplicasPath");

function selectorText(call: Call, object: KubeObject): string {
  if (call.kind.custom !== undefined) {
    const path = placeOf(call, "labelSelectorPath");
    return path.length === 0 ? "" : asString(at(object, ...path));
  }
  const selector = at(object, "spec", "selector");
  const labels = at(selector, "matchLabels") ?? (object.kind === "ReplicationController" ? selector : undefined);
  return Object.entries(asStrings(labels))
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(",");
}

function scaleOf(call: Call, object: KubeObject): JsonObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const replicas = asNumber(at(object, ...replicasPath(call)));
  const selector = selectorText(call, object);
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: replicas === 0 ? {} : { replicas },
    status: {
      replicas: asNumber(at(object, ...placeOf(call, "statusReplicasPath"))),
      ...(selector === "" ? {} : { selector }),
    },
  };
}

export function getScale(backend: Backend, call: Call): Answer {
  return json(scaleOf(call, backend.registry.get(call.kind, call.path)));
}

function checkedReplicas(call: Call, scale: JsonObject): number {
  const replicas = asNumber(at(scale, "spec", "replicas"));
  if (replicas < 0)
    throw invalid("autoscaling", "Scale", call.path.name, [
      wrongValue("spec.replicas", replicas, "must be greater than or equal to 0"),
    ]);
  return replicas;
}

function write(backend: Backend, call: Call, change: (scale: JsonObject) => JsonObject): Answer {
  const options = { manager: managerOf(call), dryRun: isDryRun(call), subresource: "scale" };
  const object = backend.registry.update(call.kind, call.path, options, (current) => {
    const scale = change(scaleOf(call, current));
    const metadata = asObject(scale.metadata);
    const version = asString(metadata.resourceVersion);
    if (version !== "" && version !== current.metadata.resourceVersion)
      throw conflict(call.kind, call.path.name, MODIFIED);
    if (asString(metadata.uid, current.metadata.uid) !== current.metadata.uid)
      throw conflict(
        call.kind,
        call.path.name,
        `Precondition failed: UID in precondition: ${asString(metadata.uid)}, UID in object meta: ${current.metadata.uid}`,
      );
    const next = clone(current);
    const path = replicasPath(call);
    ensureObject(next, ...path.slice(0, -1))[path.at(-1) ?? "replicas"] = checkedReplicas(call, scale);
    return next;
  });
  return json(scaleOf(call, object));
}

export function putScale(backend: Backend, call: Call): Answer {
  const body = bodyObject(call);
  if (asString(at(body, "metadata", "name")) !== call.path.name)
    throw badRequest(
      `the name of the object (${asString(at(body, "metadata", "name"))}) does not match the name on the URL (${call.path.name})`,
    );
  return write(backend, call, () => body);
}

export function patchScale(backend: Backend, call: Call): Answer {
  if (call.contentType !== "application/apply-patch+yaml") {
    const schema = structNamed("autoscaling.v1.Scale");
    return write(backend, call, changeOf({ ...call, kind: { ...call.kind, schema } }));
  }
  const config = parseYaml(call.body, false);
  return write(backend, call, (scale) => {
    const schema = structNamed("autoscaling.v1.Scale");
    if (schema === undefined) return scale;
    const writer = {
      manager: managerOf(call),
      apiVersion: "autoscaling/v1",
      subresource: "scale",
      time: "",
      resets: [],
      force: true,
    };
    return afterApply(scale, config, schema, writer).object;
  });
}
