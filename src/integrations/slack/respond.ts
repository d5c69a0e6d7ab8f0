// Answers by response_url: five times within thirty minutes, so only for answers that come soon.
import type { Log } from "../../core/ports/log.ts";

const respondMs = 4_000;

/** True when Slack took it. Source: docs.slack.dev/interactivity/handling-user-interaction */
export async function respondTo(url: string, body: Readonly<Record<string, unknown>>, log: Log): Promise<boolean> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json; charset=utf-8" },
      body: JSON.stringify(body),
      redirect: "error",
      signal: AbortSignal.timeout(respondMs),
    });
    await response.body?.cancel();
    if (!response.ok) log.warn("a response_url was not taken", { status: response.status });
    return response.ok;
  } catch (error) {
    log.warn("a response_url did not answer", { why: error instanceof Error ? error.name : "unknown" });
    return false;
  }
}
