// Whether this machine's clock agrees with Slack's and the clusters': signatures, expiries and leases hang on it.
import { type Check, type Finding, fail, ok } from "./finding.ts";

/** docs.slack.dev allows five minutes; leases and "start within" are read by people, who trust seconds. */
const maxSkewMs = 5_000;

export const checkClocks: Check = async ({ slack, clusters }) => {
  const seen = [
    ...(slack === null ? [] : [{ whose: "Slack", aheadMs: slack.auth.aheadMs }]),
    ...clusters.map(({ name, aheadMs }) => ({ whose: `cluster ${name}`, aheadMs })),
  ];
  return seen.flatMap(({ whose, aheadMs }) => (aheadMs === null ? [] : [compare(whose, aheadMs - halfSecondMs)]));
};

/** A Date header leaves the fraction of its second out. */
const halfSecondMs = 500;

function compare(whose: string, aheadMs: number): Finding {
  const what = `clock against ${whose}`;
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  if (Math.abs(aheadMs) <= maxSkewMs) return ok(what, `They agree within ${seconds + 1} s.`);
  return fail(
    what,
    `This machine is ${seconds} s ${aheadMs > 0 ? "ahead of" : "behind"} ${whose}.`,
    "Set the clock by NTP (timedatectl set-ntp true), or find out which of the two is wrong.",
  );
}
