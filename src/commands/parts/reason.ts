// The words why, behind verbs that are done at once.

/** With or without the word because, as for changes. */
export function reasonIn(text: string | undefined): string | null {
  const reason = (text ?? "").replace(/^because(\s+|$)/i, "").trim();
  return reason === "" ? null : reason;
}
