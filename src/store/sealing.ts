// What of a sensitive request is stored encrypted, and erased once it is over and nothing is to follow.
import { createCipheriv, createDecipheriv } from "node:crypto";
import type { RandomBytes } from "../core/ids.ts";
import type { Json } from "../core/json.ts";
import type { KubeObject } from "../core/kube.ts";
import type { Invocation, PlannedChange, PreviewedChange, Undo } from "../core/plan.ts";
import { awaitsFollowUp, isOver, type Request } from "../core/request.ts";

/** What leaves the request's JSON when its plan is sensitive. */
interface Secrets {
  readonly invocation: Invocation;
  readonly undo: Undo;
  readonly followUp: Invocation | null;
  /** One per change of the plan, in order; null for changes of settings. */
  readonly changes: readonly ({
    readonly body: Json;
    readonly before: KubeObject | null;
    readonly after: KubeObject | null;
  } | null)[];
}

export interface Sealer {
  readonly key: Uint8Array;
  readonly random: RandomBytes;
}

/**
 * The request as it may stand in the clear, and the rest, encrypted; null when nothing is secret. After the end the manifest,
 * the calls' bodies and all of Secret objects are erased; what the card showed of other objects stays, for the story.
 */
export function seal(request: Request, sealer: Sealer): { readonly body: Request; readonly secret: string | null } {
  if (!request.plan.sensitive) return { body: request, secret: null };
  const secrets: Secrets = {
    invocation: request.invocation,
    undo: request.plan.undo,
    followUp: request.plan.followUp,
    changes: request.plan.changes.map((change) =>
      change.kind === "object" ? { body: change.call.body, before: change.before, after: change.after } : null,
    ),
  };
  const isErased = isOver(request) && !awaitsFollowUp(request);
  const plan = withoutValues(request.plan, isErased ? isSecret : () => true);
  const body = { ...request, invocation: withoutArgs(request.invocation), plan };
  return { body, secret: isErased ? null : encrypt(request.id, JSON.stringify(secrets), sealer) };
}

/** The whole request. What was erased comes back empty. Throws when the ciphertext is not of this request or key. */
export function unseal(body: Request, secret: string | null, key: Uint8Array): Request {
  if (secret === null) return body;
  const secrets = JSON.parse(decrypt(body.id, secret, key)) as Secrets;
  const { undo, followUp } = secrets;
  const changes = body.plan.changes.map((change, index): PlannedChange => {
    const values = secrets.changes[index];
    if (change.kind !== "object" || values === undefined || values === null) return change;
    return {
      ...change,
      call: { ...change.call, body: values.body },
      before: values.before,
      after: values.after,
    };
  });
  return { ...body, invocation: secrets.invocation, plan: { ...body.plan, undo, followUp, changes } };
}

function withoutArgs(invocation: Invocation): Invocation {
  return { ...invocation, args: {} };
}

function isSecret(change: PreviewedChange): boolean {
  const { kind, group } = change.object.kind;
  return kind === "Secret" && group === "";
}

function withoutValues(plan: Request["plan"], hides: (change: PreviewedChange) => boolean): Request["plan"] {
  const undo =
    plan.undo.kind === "command" ? { ...plan.undo, invocation: withoutArgs(plan.undo.invocation) } : plan.undo;
  const changes = plan.changes.map((change): PlannedChange => {
    if (change.kind !== "object") return change;
    const shown = hides(change) ? { before: null, after: null } : {};
    return { ...change, call: { ...change.call, body: null }, ...shown };
  });
  const followUp = plan.followUp === null ? null : withoutArgs(plan.followUp);
  return { ...plan, undo, followUp, changes };
}

const nonceBytes = 12;
const tagBytes = 16;

/** `of` says what it is: it opens as nothing else. */
export function encrypt(of: string, text: string, { key, random }: Sealer): string {
  const nonce = random(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(of));
  return Buffer.concat([nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]).toString("base64");
}

/** In hexadecimal: who searches a dump for the beginnings of tokens finds none, not even by chance. */
export function sealHex(of: string, text: string, sealer: Sealer): string {
  return Buffer.from(encrypt(of, text, sealer), "base64").toString("hex");
}

export function openHex(of: string, sealed: string, key: Uint8Array): string {
  return decrypt(of, Buffer.from(sealed, "hex").toString("base64"), key);
}

/** Throws when the ciphertext is not of this, or of another key. */
export function decrypt(of: string, sealed: string, key: Uint8Array): string {
  const bytes = Buffer.from(sealed, "base64");
  const end = bytes.length - tagBytes;
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(of));
  decipher.setAuthTag(bytes.subarray(end));
  try {
    return `${decipher.update(bytes.subarray(nonceBytes, end), undefined, "utf8")}${decipher.final("utf8")}`;
  } catch (cause) {
    throw new Error(`the stored secrets of ${of} do not open with this key`, { cause });
  }
}
