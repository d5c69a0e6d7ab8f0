// PagerDuty's GET /oncalls over TLS, held to its documentation: key, Accept header, pages, rate limit.
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { issue, newAuthority, validAround } from "../cluster/certificates.ts";

export interface OnCallEntry {
  readonly user: string;
  readonly name: string;
  readonly schedule: string;
  readonly from: number;
  readonly until: number;
}

export interface FakePagerDuty {
  readonly api: string;
  readonly ca: string;
  entries: readonly OnCallEntry[];
  /** Answers so many times with 429. */
  limited: number;
  /** Sent in place of the answer. */
  body: string | null;
  readonly asked: readonly URL[];
  close(): Promise<void>;
}

export const pagerDutyKey = "y_NbAkKc66ryYTWUXYEu";
const accept = /^application\/(vnd\.pagerduty\+json;version=2|json)$/;
/** The API's own default and largest page. */
const [pageUsual, pageMost] = [25, 100];

export async function startPagerDuty(entries: readonly OnCallEntry[], now: number): Promise<FakePagerDuty> {
  const validity = validAround(new Date(now));
  const authority = newAuthority("an authority", validity);
  const leaf = issue(
    authority,
    { commonName: "pagerduty", use: "server", hosts: ["localhost"], ips: ["127.0.0.1"] },
    validity,
  );
  const asked: URL[] = [];
  const server = createServer({ cert: leaf.certificatePem, key: leaf.keyPem }, (request, response) => {
    const url = new URL(request.url ?? "/", "https://localhost");
    asked.push(url);
    const answer = (status: number, body: unknown): void => {
      response.writeHead(status, {
        "content-type": "application/json",
        ...(status === 429 ? { "retry-after": "30" } : {}),
      });
      response.end(fake.body ?? JSON.stringify(body));
    };
    if (request.headers.authorization !== `Token token=${pagerDutyKey}`) return answer(401, { error: { code: 2006 } });
    if (!accept.test(request.headers.accept ?? "")) return answer(406, { error: { message: "Accept" } });
    if (request.method !== "GET" || url.pathname !== "/oncalls") return answer(404, { error: { code: 2100 } });
    if (fake.limited > 0) {
      fake.limited -= 1;
      return answer(429, { error: { message: "Rate Limit Exceeded", code: 2020 } });
    }
    answer(200, page(fake.entries, url.searchParams));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const fake: FakePagerDuty = {
    api: `https://localhost:${port}`,
    ca: authority.certificatePem,
    entries,
    limited: 0,
    body: null,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return fake;
}

/** Every entry stands in two escalation policies, so it comes twice, as schedules that several policies use do. */
function page(entries: readonly OnCallEntry[], asked: URLSearchParams): object {
  const schedules = asked.getAll("schedule_ids[]");
  const [since, until] = ["since", "until"].map((key) => Date.parse(asked.get(key) ?? ""));
  const limit = Math.min(Number(asked.get("limit") ?? pageUsual), pageMost);
  const offset = Number(asked.get("offset") ?? 0);
  const found = entries
    .filter((one) => schedules.includes(one.schedule) && one.from < (until ?? 0) && one.until > (since ?? 0))
    .flatMap((one) => ["PT20YPA", "PX7QPLR"].map((policy) => entryOf(one, policy)));
  const oncalls = found.slice(offset, offset + limit);
  return { oncalls, limit, offset, more: offset + limit < found.length, total: null };
}

function entryOf({ user, name, schedule, from, until }: OnCallEntry, policy: string): object {
  const iso = (ms: number): string => new Date(ms).toISOString().replace(".000Z", "Z");
  return {
    escalation_policy: { id: policy, type: "escalation_policy_reference" },
    escalation_level: 1,
    schedule: { id: schedule, type: "schedule_reference" },
    user: { id: user, type: "user_reference", summary: name },
    start: iso(from),
    end: iso(until),
  };
}
