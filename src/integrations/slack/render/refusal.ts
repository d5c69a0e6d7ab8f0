// A refusal as a message: what is wrong, what to do instead, and the choices that would be right.
import type { Message, Part } from "../../../core/message.ts";
import { message } from "../../../core/message.ts";
import type { Refusal } from "../../../core/refusal.ts";

export function refusalMessage(refusal: Refusal): Message {
  const parts: Part[] = [{ kind: "text", icon: "stop", text: [refusal.message] }];
  if (refusal.hint !== "") parts.push({ kind: "text", text: [refusal.hint] });
  if (refusal.choices !== undefined && refusal.choices.length > 0) {
    parts.push({ kind: "menu", label: "Choose one", choices: refusal.choices });
  }
  return message(refusal.message, parts);
}
