// The kinds that CustomResourceDefinitions add: their schema as a type, its defaults, and its checks.
import { asList, asObjects, asString, at, clone, equal, isObject, type Json, type JsonObject } from "../json.ts";
import { ALL_VERBS, type Kind } from "../kinds.ts";
import type { KubeObject } from "../object.ts";
import { type FieldError, notSupported, required, wrongValue } from "../status.ts";
import { type Field, type ListType, type Struct, structNamed, type Type } from "./types.ts";

/** The kinds a definition serves, one per served version. */
export function kindsOf(definition: KubeObject): readonly Kind[] {
  const spec = isObject(definition.spec) ? definition.spec : {};
  const names = isObject(spec.names) ? spec.names : {};
  return asObjects(spec.versions)
    .filter((version) => version.served === true)
    .map((version) => kindOf(spec, names, version));
}

function kindOf(spec: JsonObject, names: JsonObject, version: JsonObject): Kind {
  const group = asString(spec.group);
  const plural = asString(names.plural);
  const openApi = at(version, "schema", "openAPIV3Schema");
  const schema = isObject(openApi) ? openApi : {};
  const scale = at(version, "subresources", "scale");
  const subresources = [
    ...(at(version, "subresources", "status") === undefined ? [] : ["status"]),
    ...(scale === undefined ? [] : ["scale"]),
  ];
  const kind = asString(names.kind);
  const texts = (value: Json | undefined): readonly string[] => asList(value).map((one) => asString(one));
  return {
    group,
    version: asString(version.name),
    plural,
    singular: asString(names.singular, kind.toLowerCase()),
    kind,
    namespaced: spec.scope === "Namespaced",
    shortNames: texts(names.shortNames),
    categories: texts(names.categories),
    subresources,
    verbs: ALL_VERBS,
    storedAs: `${group}/${plural}`,
    schema: rootStruct(kind, schema),
    custom: {
      openApi: schema,
      printerColumns: asObjects(version.additionalPrinterColumns),
      scale: isObject(scale) ? scale : undefined,
    },
  };
}

const NO_PATCH = { merge: false, key: "", retainKeys: false };
const STRING: Type = { kind: "scalar", scalar: "string" };

function rootStruct(kind: string, schema: JsonObject): Struct {
  const own = structOf(kind, schema);
  const metadata = structNamed("meta.v1.ObjectMeta");
  const fields = new Map<string, Field>(own.fields);
  for (const name of ["apiVersion", "kind"])
    fields.set(name, { name, required: false, value: false, type: STRING, patch: NO_PATCH });
  if (metadata !== undefined)
    fields.set("metadata", { name: "metadata", required: false, value: false, type: metadata, patch: NO_PATCH });
  return { ...own, fields };
}

function structOf(name: string, schema: JsonObject): Struct {
  const requiredNames = asList(schema.required);
  const fields = new Map<string, Field>();
  for (const [field, type] of Object.entries(isObject(schema.properties) ? schema.properties : {}))
    if (isObject(type))
      fields.set(field, {
        name: field,
        required: requiredNames.includes(field),
        value: false,
        type: typeOf(field, type),
        patch: NO_PATCH,
      });
  return {
    kind: "struct",
    name,
    atomic: schema["x-kubernetes-map-type"] === "atomic",
    fields,
    keepsUnknown: schema["x-kubernetes-preserve-unknown-fields"] === true,
  };
}

function typeOf(name: string, schema: JsonObject): Type {
  if (schema["x-kubernetes-int-or-string"] === true) return { kind: "scalar", scalar: "int-or-string" };
  const isAtomic = schema["x-kubernetes-map-type"] === "atomic";
  switch (schema.type) {
    case "object": {
      if (isObject(schema.properties)) return structOf(name, schema);
      const element = schema.additionalProperties;
      if (isObject(element)) return { kind: "map", atomic: isAtomic, element: typeOf(name, element) };
      return { kind: "any", granular: !isAtomic };
    }
    case "array":
      return listOf(name, schema);
    case "integer":
    case "number":
    case "boolean":
    case "string":
      return { kind: "scalar", scalar: schema.type };
    default:
      return { kind: "any", granular: true };
  }
}

function listOf(name: string, schema: JsonObject): ListType {
  const items = schema.items;
  const element = typeOf(name, isObject(items) ? items : {});
  const keys = asList(schema["x-kubernetes-list-map-keys"]).map((key) => asString(key));
  if (schema["x-kubernetes-list-type"] === "map") return { kind: "list", element, items: { kind: "map", keys } };
  return { kind: "list", element, items: { kind: schema["x-kubernetes-list-type"] === "set" ? "set" : "atomic" } };
}

/** Fills in the defaults that the definition's schema names; built-in kinds are left alone. */
export function structuralDefaults(kind: Kind, object: JsonObject): void {
  if (kind.custom !== undefined) fillIn(object, kind.custom.openApi);
}

function fillIn(value: Json | undefined, schema: JsonObject): void {
  if (Array.isArray(value)) {
    const items = schema.items;
    if (isObject(items)) for (const item of value) fillIn(item, items);
    return;
  }
  if (!isObject(value) || !isObject(schema.properties)) return;
  for (const [name, member] of Object.entries(schema.properties)) {
    if (!isObject(member)) continue;
    if (value[name] === undefined && member.default !== undefined) value[name] = clone(member.default);
    fillIn(value[name], member);
  }
}

/** What the definition's schema finds wrong with an object: types are checked on decoding already. */
export function structuralErrors(kind: Kind, object: JsonObject): readonly FieldError[] {
  return kind.custom === undefined ? [] : errorsIn(object, kind.custom.openApi, "");
}

function errorsIn(value: Json | undefined, schema: JsonObject, path: string): readonly FieldError[] {
  if (value === undefined) return [];
  const errors: FieldError[] = [...ownErrors(value, schema, path)];
  if (Array.isArray(value) && isObject(schema.items)) {
    const items = schema.items;
    for (const [index, item] of value.entries()) errors.push(...errorsIn(item, items, `${path}[${index}]`));
  }
  if (!isObject(value)) return errors;
  for (const name of asList(schema.required))
    if (value[asString(name)] === undefined) errors.push(required(join(path, asString(name))));
  for (const [name, member] of Object.entries(isObject(schema.properties) ? schema.properties : {}))
    if (isObject(member) && name !== "metadata") errors.push(...errorsIn(value[name], member, join(path, name)));
  return errors;
}

const join = (path: string, name: string): string => (path === "" ? name : `${path}.${name}`);

function ownErrors(value: Json, schema: JsonObject, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const where = path === "" ? "<nil>" : path;
  const allowed = asList(schema.enum);
  if (allowed.length > 0 && !allowed.some((one) => equal(one, value)))
    errors.push(
      notSupported(
        where,
        asString(value, JSON.stringify(value)),
        allowed.map((one) => asString(one, JSON.stringify(one))),
      ),
    );
  const { minimum, maximum, minLength, maxLength, pattern } = schema;
  const wrong = (detail: string): void =>
    void errors.push(wrongValue(where, value, `${where} in body should ${detail}`));
  if (typeof value === "number" && typeof minimum === "number" && value < minimum)
    wrong(`be greater than or equal to ${minimum}`);
  if (typeof value === "number" && typeof maximum === "number" && value > maximum)
    wrong(`be less than or equal to ${maximum}`);
  if (typeof value === "string" && typeof minLength === "number" && value.length < minLength)
    wrong(`be at least ${minLength} chars long`);
  if (typeof value === "string" && typeof maxLength === "number" && value.length > maxLength)
    wrong(`be at most ${maxLength} chars long`);
  if (typeof value === "string" && typeof pattern === "string" && !new RegExp(pattern, "u").test(value))
    wrong(`match '${pattern}'`);
  return errors;
}
