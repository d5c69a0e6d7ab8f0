// The pages of the demo's sign-in: who are you, and touch your key. Plain forms, no script.
import type { ServerResponse } from "node:http";
import { html, sendPage } from "../sign-in/html.ts";
import type { Session } from "./next.ts";
import type { DirectoryPerson } from "./people.ts";
import type { AuthorizationRequest } from "./request.ts";

const ACCENT = "#0b5c4a";
const demoNote = html`<p class="quiet">This is the demo's own identity provider: one click stands for a password.</p>`;

export interface Choice {
  readonly visit: string;
  readonly request: AuthorizationRequest;
  readonly people: readonly DirectoryPerson[];
  readonly session: Session | undefined;
  readonly mustProve: boolean;
}

const firstName = ({ name }: DirectoryPerson): string => name.split(" ")[0] ?? name;

/** First whom the program hints at, else whom the browser was last; then all others. */
export function sendChoice(response: ServerResponse, choice: Choice): void {
  const { visit, request, people, session, mustProve } = choice;
  const likely = people.find(({ userName }) => userName === request.loginHint) ?? session?.person;
  const others = people.filter((person) => person !== likely);
  const word = (person: DirectoryPerson): string =>
    person === session?.person && !mustProve ? `Continue as ${firstName(person)}` : `Sign in as ${firstName(person)}`;
  const button = (person: DirectoryPerson, kind: string) =>
    html`<button class="${kind}" name="person" value="${person.subject}">${word(person)}<small>${person.userName} · ${person.title}</small></button>`;
  const why =
    session !== undefined && mustProve
      ? html`<p>You signed in before, but ${request.client.name} asks for a fresh sign-in.</p>`
      : html`<p>${request.client.name} wants to know who you are: your name, your user name and your groups.</p>`;
  sendPage(response, {
    status: 200,
    title: "Acme Robotics sign-in",
    accent: ACCENT,
    body: html`${why}
<form method="post" action="${`/visits/${visit}/sign-in`}">
${likely === undefined ? [] : [button(likely, "first")]}
${others.map((person) => button(person, "other"))}
${demoNote}
<button name="answer" value="no">Cancel</button>
</form>`,
  });
}

export interface KeyPage {
  readonly visit: string;
  readonly session: Session;
  readonly request: AuthorizationRequest;
}

export function sendSecurityKey(response: ServerResponse, { visit, session, request }: KeyPage): void {
  sendPage(response, {
    status: 200,
    title: "Confirm with your security key",
    accent: ACCENT,
    body: html`<p>${request.client.name} asks for more than a password from <b>${session.person.name}</b>.</p>
<form method="post" action="${`/visits/${visit}/security-key`}">
<button class="first" name="answer" value="yes">Confirm with your security key<small>One click stands for touching it</small></button>
<button name="answer" value="no">Cancel</button>
</form>`,
  });
}

export function sendDeadEnd(response: ServerResponse, status: number, says: string): void {
  const body = html`<p>${says}.</p><p class="quiet">Go back to Slack and start again.</p>`;
  sendPage(response, { status, title: "This sign-in cannot go on", accent: ACCENT, body });
}

export function sendHome(response: ServerResponse): void {
  const body = html`<p>Programs send you here to sign in; there is nothing to do on this page.</p>${demoNote}`;
  sendPage(response, { status: 200, title: "Acme Robotics sign-in", accent: ACCENT, body });
}
