// Can a reason's pattern be read, and does its example fit it?
import type { PolicyProblem } from "../core/config.ts";
import type { ReasonRule, TicketRule } from "../core/policy.ts";
import { compilePattern } from "./reason.ts";
import { ticketLink } from "./ticket.ts";

export function reasonProblems(rule: ReasonRule, path: readonly (string | number)[]): readonly PolicyProblem[] {
  if (rule.kind !== "pattern") return [];
  const compiled = compilePattern(rule.pattern);
  if (compiled.kind === "bad")
    return [
      {
        path: [...path, "pattern"],
        says: `“${rule.pattern}” is not a pattern in RE2 syntax: ${compiled.says}`,
        came: rule.pattern,
      },
    ];
  if (compiled.isIn(""))
    return [{ path: [...path, "pattern"], says: `“${rule.pattern}” is in every reason, even an empty one` }];
  if (compiled.isIn(rule.example)) return [];
  const says = `The example “${rule.example}” does not match “${rule.pattern}”; people are shown it as one that does`;
  return [{ path: [...path, "example"], says, came: rule.example }];
}

/** The id goes into an address: only a link that says where, over https, is shown. */
export function ticketProblems(ticket: TicketRule, path: readonly (string | number)[]): readonly PolicyProblem[] {
  const found = reasonProblems({ kind: "pattern", ...ticket }, path);
  if (ticket.link === null || ticketLink(ticket.link, "A-1") !== null) return found;
  const says = `“${ticket.link}” is no link for tickets: write an https address with {ticket} in its path, such as https://jira.example.com/browse/{ticket}`;
  return [...found, { path: [...path, "link"], says, came: ticket.link }];
}
