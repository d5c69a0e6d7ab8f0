// A reason as the last words of a command about a request, with or without the word because.

export function reasonIn(text: string | undefined): string | null {
  const reason = (text ?? "").replace(/^because(\s+|$)/i, "").trim();
  return reason === "" ? null : reason;
}
