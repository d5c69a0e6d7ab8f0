// A reason as the last words of a command about a request or a grant, with or without the word because.

/** With or without the word because, as for changes. */
export function reasonIn(text: string | undefined): string | null {
  const reason = (text ?? "").replace(/^because(\s+|$)/i, "").trim();
  return reason === "" ? null : reason;
}
