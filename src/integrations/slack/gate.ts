// The one gate of every outbound string: what has the shape of a secret is replaced, and the rest is made visible.
import type { Message } from "../../core/message.ts";
import { redact } from "../../core/secrets.ts";
import { mapMessage } from "./map-message.ts";
import { visible } from "./render/visible.ts";

/** One string on its way out: redacted, then made visible. */
export function pass(text: string): string {
  return visible(redact(text));
}

/** A message on its way out. Everything that is sent goes through here, and through here only. */
export function passMessage(message: Message): Message {
  return mapMessage(message, pass);
}
