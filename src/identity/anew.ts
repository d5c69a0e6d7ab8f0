// What to do in Slack when a sign-in is over, by what it was for.
import type { SignInPurpose } from "../core/sign-in.ts";

/** How to come by another link. */
export function anewWords(purpose: SignInPurpose): string {
  switch (purpose.kind) {
    case "link":
      return "In Slack, type login to begin anew.";
    case "vote":
      return `In Slack, open the card of ${purpose.input.request} and approve it again for a new link.`;
    case "hand-over":
      return `In Slack, type fetch ${purpose.grant} for a new link.`;
  }
}

/** Where to see what came of a finished one. */
export function doneWords(purpose: SignInPurpose): string {
  switch (purpose.kind) {
    case "link":
      return "In Slack, type: whoami";
    case "vote":
      return `What came of it stands on the card of ${purpose.input.request}. In Slack, type: request ${purpose.input.request}`;
    case "hand-over":
      return `In Slack, type: fetch ${purpose.grant}`;
  }
}
