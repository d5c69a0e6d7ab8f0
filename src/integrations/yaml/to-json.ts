// A parsed YAML document as JSON, within limits; what JSON or Kubernetes cannot mean is refused with line and path.
import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Scalar, type YAMLMap } from "yaml";
import type { Json } from "../../core/json.ts";
import { isRefusal, type Refusal, refuse } from "../../core/refusal.ts";
import { hiddenCharacter } from "./hidden.ts";
import type { ManifestLimits } from "./limits.ts";

export interface Spot {
  readonly line: number;
  readonly path: readonly (string | number)[];
}

export interface Read {
  readonly value: Json;
  readonly lineOf: (path: readonly (string | number)[]) => number;
}

interface State {
  readonly limits: ManifestLimits;
  readonly lineAt: (offset: number) => number;
}

interface Walk extends State {
  readonly document: Document.Parsed;
  readonly lines: Map<string, number>;
  nodes: number;
  aliases: number;
}

type Path = readonly (string | number)[];

export function spotText({ line, path }: Spot): string {
  const steps = path.map((step, index) => (typeof step === "number" ? `[${step}]` : index === 0 ? step : `.${step}`));
  return steps.length === 0 ? `Line ${line}` : `Line ${line}, ${steps.join("")},`;
}

/** Both readings of a document go through here; integers arrive as BigInt, timestamps of YAML 1.1 stay text. */
export function toJson(document: Document.Parsed, state: State): Read | Refusal {
  const walk: Walk = { ...state, document, lines: new Map(), nodes: 0, aliases: 0 };
  const value = convert(document.contents, [], walk);
  if (isRefusal(value)) return value;
  return { value, lineOf: (path) => lineOf(path, walk) };
}

function convert(node: unknown, path: Path, walk: Walk): Json | Refusal {
  walk.nodes += 1;
  if (node === null || node === undefined) return null;
  const line = walk.lineAt((node as Node).range?.[0] ?? 0);
  walk.lines.set(JSON.stringify(path), line);
  const spot = { line, path };
  if (walk.nodes > walk.limits.nodes) return tooLarge(spot, `more than ${walk.limits.nodes} values`);
  if (path.length > walk.limits.depth) return tooLarge({ line, path: [] }, `more than ${walk.limits.depth} levels`);
  if (isAlias(node)) {
    walk.aliases += 1;
    if (walk.aliases > walk.limits.aliases) return tooLarge(spot, `more than ${walk.limits.aliases} aliases`);
    const target = node.resolve(walk.document);
    if (target === undefined) return wrong(spot, `the alias *${node.source} points to nothing`);
    return convert(target, path, walk);
  }
  const tag = strangeTag(node as Node);
  if (tag !== null) return wrong(spot, `the tag ${tag} is not one that JSON knows`);
  if (isMap(node)) return convertMap(node, path, walk);
  if (isSeq(node)) {
    const items: Json[] = [];
    for (const [index, item] of node.items.entries()) {
      const value = convert(item, [...path, index], walk);
      if (isRefusal(value)) return value;
      items.push(value);
    }
    return items;
  }
  return isScalar(node) ? scalar(node, spot) : wrong(spot, "it is neither a map, a list nor a value");
}

function convertMap(map: YAMLMap, path: Path, walk: Walk): Json | Refusal {
  const entries = new Map<string, Json>();
  for (const { key, value } of map.items) {
    const spot = { line: walk.lineAt((key as Node | null)?.range?.[0] ?? map.range?.[0] ?? 0), path };
    const name = keyName(key, spot);
    if (isRefusal(name)) return name;
    const here = { ...spot, path: [...path, name] };
    if (entries.has(name)) return wrong(here, `the key “${name}” is given twice`);
    const read = convert(value, here.path, walk);
    if (isRefusal(read)) return read;
    walk.lines.set(JSON.stringify(here.path), spot.line);
    entries.set(name, read);
  }
  return Object.fromEntries(entries);
}

/** Keys are texts; the server's reader turns whole numbers and booleans into texts as well, differently by version. */
function keyName(key: unknown, spot: Spot): string | Refusal {
  if (!isScalar(key)) return wrong(spot, "a key is a map, a list or an alias");
  if (strangeTag(key) !== null) return wrong(spot, `a key has the tag ${strangeTag(key)}`);
  const name =
    typeof key.value === "string" ? key.value : key.value instanceof Date ? (key.source ?? "") : String(key.value);
  if (name === "<<" && key.type === "PLAIN")
    return wrong(spot, "it uses the merge key <<, which YAML 1.2 does not know");
  if (name === "__proto__") return wrong(spot, "the key “__proto__” means nothing to Kubernetes");
  if (key.value === null) return wrong(spot, "a key is empty");
  const hidden = hiddenCharacter(name);
  return hidden === null ? name : wrong(spot, `a key holds the invisible character ${hidden}`);
}

function scalar(node: Scalar, spot: Spot): Json | Refusal {
  const { value } = node;
  if (value instanceof Date) return node.source ?? "";
  if (typeof value === "bigint") {
    const number = Number(value);
    if (Number.isSafeInteger(number)) return number;
    return wrong(spot, `the number ${value} is beyond 2^53, where readers round it; quote it if it is a text`);
  }
  if (typeof value === "number" && !Number.isFinite(value))
    return wrong(spot, `${node.source} is not a number of JSON`);
  if (value === null || typeof value === "string" || typeof value === "boolean" || typeof value === "number")
    return value;
  return wrong(spot, "it is a value that JSON does not know");
}

const plainTags = new Set(
  ["str", "int", "float", "bool", "null", "map", "seq"].map((tag) => `tag:yaml.org,2002:${tag}`),
);

function strangeTag(node: Node): string | null {
  const tag = "tag" in node ? node.tag : undefined;
  return tag === undefined || plainTags.has(tag) ? null : tag;
}

function lineOf(path: Path, walk: Walk): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const line = walk.lines.get(JSON.stringify(path.slice(0, length)));
    if (line !== undefined) return line;
  }
  return 1;
}

function wrong(spot: Spot, says: string): Refusal {
  return refuse("bad-yaml", `${spotText(spot)} cannot be taken: ${says}.`, "Correct that line and send it again.");
}

function tooLarge(spot: Spot, says: string): Refusal {
  return refuse("manifest-too-large", `${spotText(spot)} is over the limit: ${says}.`, "Send less in one request.");
}
