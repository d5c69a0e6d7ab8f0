// Every piece of text in a message through one function: how the gate and the visible escapes reach all of it.
import type { Message, Part, Span, Text } from "../../core/message.ts";

export type TextMap = (text: string) => string;

export function mapMessage(message: Message, map: TextMap): Message {
  return {
    summary: map(message.summary),
    parts: message.parts.map((part) => mapPart(part, map)),
    attachments: message.attachments.map(({ name, title, text }) => ({
      name: map(name),
      title: map(title),
      text: map(text),
    })),
  };
}

function mapPart(part: Part, map: TextMap): Part {
  switch (part.kind) {
    case "heading":
    case "code":
      return { ...part, text: map(part.text) };
    case "text":
    case "small":
      return { ...part, text: mapText(part.text, map) };
    case "fields":
      return {
        ...part,
        fields: part.fields.map(({ label, value }) => ({ label: map(label), value: mapText(value, map) })),
      };
    case "quote":
      return { ...part, by: map(part.by), text: map(part.text) };
    case "table":
      return { ...part, columns: part.columns.map(map), rows: part.rows.map((row) => row.map(map)) };
    case "progress":
      return { ...part, label: map(part.label) };
    case "buttons":
      return {
        ...part,
        buttons: part.buttons.map((button) => ({ ...button, label: map(button.label), value: map(button.value) })),
      };
    case "menu":
      return {
        ...part,
        label: map(part.label),
        choices: part.choices.map(({ label, command }) => ({ label: map(label), command: map(command) })),
      };
    case "line":
      return part;
    default:
      return part satisfies never;
  }
}

function mapText(text: Text, map: TextMap): Text {
  return text.map((span): Span => {
    if (typeof span === "string") return map(span);
    if (span.kind === "bold" || span.kind === "code") return { ...span, text: map(span.text) };
    if (span.kind === "link") return { ...span, text: map(span.text), url: map(span.url) };
    return span;
  });
}
