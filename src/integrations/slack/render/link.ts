// Which links are made links, and how they are written so that nothing breaks out of them.

/** The address with everything that could end Slack's `<url|text>` encoded, or null when it may not be a link at all. */
export function linkUrl(url: string): string | null {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return null;
  }
  if (parsed.protocol !== "https:" && parsed.protocol !== "http:") return null;
  if (parsed.username !== "" || parsed.password !== "") return null;
  const safe = parsed.href.replaceAll("<", "%3C").replaceAll(">", "%3E").replaceAll("|", "%7C").replaceAll(" ", "%20");
  return safe.length <= 3000 ? safe : null;
}
