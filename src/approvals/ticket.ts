// Tickets: whether a reason names those that the policy asks for, and where they are found.
import type { Requirement } from "../core/policy.ts";
import { type Refusal, refuse } from "../core/refusal.ts";
import type { Ticket } from "../core/request.ts";
import { findPattern } from "./reason.ts";

/** null when every ticket is named. A pattern that cannot be read refuses. */
export function checkTickets(requirement: Pick<Requirement, "tickets">, reason: string | null): Refusal | null {
  const missing = (requirement.tickets ?? []).find(({ pattern }) => findPattern(pattern, reason ?? "") === null);
  if (missing === undefined) return null;
  const hint = `Name it in the reason, like this: ${missing.example}`;
  return refuse("reason-pattern", `To ask for this, a ticket is needed (${missing.pattern}).`, hint);
}

/** Those that a reason names, in the policy's order. */
export function ticketsIn(requirement: Pick<Requirement, "tickets">, reason: string | null): readonly Ticket[] {
  return (requirement.tickets ?? []).flatMap(({ pattern, link }) => {
    const id = findPattern(pattern, reason ?? "");
    return id === null ? [] : [{ id, url: link === null ? null : ticketLink(link, id) }];
  });
}

/** The id is a part of the path or the query, never of the host; null for an address that is none. */
export function ticketLink(template: string, id: string): string | null {
  if (!/^https:\/\/[^/?#{}@]+[/?]/.test(template) || !template.includes("{ticket}")) return null;
  const url = template.replaceAll("{ticket}", encodeURIComponent(id));
  return URL.canParse(url) ? url : null;
}
