// How people are asked, when several rules count together: the earlier reminder, and everybody whom one of them names.
import { pings, type Requirement } from "../core/policy.ts";

type Asking = Pick<Requirement, "ping" | "rings" | "escalateTo">;

/** Says nothing where neither rule does. */
export function askingOf(a: Requirement, b: Requirement): Asking {
  return { ...pingOf(a, b), ...ringsOf(a, b), ...escalationOf(a, b) };
}

function pingOf(a: Requirement, b: Requirement): Pick<Requirement, "ping"> {
  if (a.ping === undefined && b.ping === undefined) return {};
  const loud = Math.max(...[a, b].map(({ ping }) => pings.indexOf(ping ?? "on-call")));
  return { ping: pings[loud] ?? "all" };
}

function ringsOf(a: Requirement, b: Requirement): Pick<Requirement, "rings"> {
  const [one, other] = [a.rings ?? b.rings, b.rings ?? a.rings];
  if (one === undefined || other === undefined) return {};
  return { rings: [Math.min(one[0], other[0]), Math.min(one[1], other[1])] };
}

function escalationOf(a: Requirement, b: Requirement): Pick<Requirement, "escalateTo"> {
  if (a.escalateTo === undefined && b.escalateTo === undefined) return {};
  return { escalateTo: [...new Set([...(a.escalateTo ?? []), ...(b.escalateTo ?? [])])] };
}
