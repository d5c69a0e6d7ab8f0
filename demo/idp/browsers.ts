// Which browser is whom, and which visits are open: kept in memory, so a restart signs everybody out.
import type { Session, Visit } from "./next.ts";

const SESSION_MS = 8 * 3_600_000;
const VISIT_MS = 10 * 60_000;

interface OpenVisit extends Visit {
  /** Only the browser that it began in may go on with it. */
  readonly browser: string;
}

export interface Browsers {
  readonly session: (browser: string | undefined) => Session | undefined;
  readonly signIn: (browser: string, session: Session) => void;
  readonly begin: (visit: OpenVisit) => string;
  /** Undefined for a visit that is over, or another browser's. */
  readonly visit: (id: string, browser: string | undefined) => OpenVisit | undefined;
  readonly choose: (id: string) => void;
  readonly end: (id: string) => void;
}

export function makeBrowsers(now: () => number, newSecret: () => string): Browsers {
  const sessions = new Map<string, Session>();
  const visits = new Map<string, OpenVisit>();
  return {
    session: (browser) => {
      const found = browser === undefined ? undefined : sessions.get(browser);
      return found !== undefined && now() - found.passwordAt < SESSION_MS ? found : undefined;
    },
    signIn: (browser, session) => void sessions.set(browser, session),
    begin: (visit) => {
      for (const [id, { startedAt }] of visits) if (now() - startedAt >= VISIT_MS) visits.delete(id);
      const id = newSecret();
      visits.set(id, visit);
      return id;
    },
    visit: (id, browser) => {
      const found = visits.get(id);
      return found !== undefined && found.browser === browser && now() - found.startedAt < VISIT_MS ? found : undefined;
    },
    choose: (id) => {
      const found = visits.get(id);
      if (found !== undefined) visits.set(id, { ...found, chosen: true });
    },
    end: (id) => void visits.delete(id),
  };
}
