// Health and readiness of the process for whoever supervises it: two paths that tell nothing about what the bot does.
import { plain, type Route } from "./route.ts";

/**
 * `/healthz`: the process turns its loop. `/readyz`: it has started, is connected, and is not stopping. A log that cannot be
 * continued or a full disk does not make it unready: only a bot that is asked can tell people why it refuses.
 */
export function healthRoutes(isReady: () => boolean): readonly Route[] {
  return [
    { method: "GET", path: "/healthz", answer: () => plain(200, "ok\n") },
    { method: "GET", path: "/readyz", answer: () => (isReady() ? plain(200, "ready\n") : plain(503, "not ready\n")) },
  ];
}
