// The purpose "link": a Slack account and a subject of the company's provider become one person.
import { newNonce } from "../../core/ids.ts";
import type { JsonObject } from "../../core/json.ts";
import { message } from "../../core/message.ts";
import type { Person } from "../../core/person.ts";
import type { Authentication } from "../../core/ports/identity-provider.ts";
import type { Tx } from "../../core/ports/store.ts";
import { isRefusal, type Refusal, refuse } from "../../core/refusal.ts";
import type { AccountLink, SignIn } from "../../core/sign-in.ts";
import { decideLink, type Linking } from "../../identity/linking.ts";
import { append } from "../append.ts";
import { plainEvent } from "../record.ts";
import type { SignInDeps } from "./deps.ts";
import { directChannelOf, tell } from "./note.ts";
import type { Purpose } from "./purposes.ts";

/** Somebody else was first between deciding and writing; nothing of the transaction stays. */
class Overtaken extends Error {}

const codes = { link: "identity.linked", refresh: "identity.refreshed", relink: "identity.relinked" } as const;

export function linkPurpose(deps: SignInDeps): Purpose<{ readonly kind: "link" }> {
  const { title } = deps.providers.company;
  return {
    landing: async (signIn) => ({
      title: "Sign in",
      lines: [
        `This link is for Slack account @${signIn.name} (${signIn.account.userId}), and for nobody else.`,
        `You sign in with Slack first, then with ${title}. Nothing is linked before you have seen both names and agreed.`,
      ],
    }),
    demands: () => ({}),
    async consent(signIn, _purpose, proven) {
      const decided = await decide(deps, signIn, proven);
      if (isRefusal(decided)) return decided;
      const { userId } = signIn.account;
      return {
        title: "Is this you, twice?",
        lines: [
          `You are linking Slack account @${signIn.name} (${userId}) of workspace ${deps.workspace} with ${proven.name} (${proven.subject}) at ${title}.`,
          "Only go on if both are you.",
          ...decided.ends.map(
            ({ account }) => `The link with Slack account ${account.userId}, which no longer counts, ends with it.`,
          ),
        ],
        button: "Both are me: link them",
      };
    },
    async finish({ signIn, next, proven }) {
      const decided = await decide(deps, signIn, proven);
      const person = await deps.people.person(signIn.account.userId);
      if (isRefusal(decided)) return decided;
      if (isRefusal(person)) return person;
      try {
        const direct = await directChannelOf(deps, signIn.account.userId);
        await deps.store.transact((tx) => store(deps, tx, { decided, next, before: signIn, person, proven, direct }));
      } catch (error) {
        if (error instanceof Overtaken) return overtaken();
        throw error;
      }
      for (const link of [...decided.ends, decided.made]) deps.book.keep(link);
      deps.nudge();
      return {
        title: decided.kind === "refresh" ? "Your sign-in is fresh" : "Your accounts are linked",
        lines: [
          `Slack account @${signIn.name} (${signIn.account.userId}) is linked with ${proven.name} at ${title}.`,
          "You can close this page. In Slack, whoami shows who I take you for, and logout ends the link.",
        ],
      };
    },
  };
}

async function decide(deps: SignInDeps, { account }: SignIn, proven: Authentication): Promise<Linking | Refusal> {
  const { book, clock, random } = deps;
  const ofSubject = book.ofSubject(proven);
  return decideLink({
    ...{ id: newNonce(random), account, proven, ofSubject },
    ofAccount: book.ofAccount(account),
    outdated: book.outdated(account),
    otherAccount: ofSubject === null ? "gone" : await stateOf(deps, ofSubject),
    now: clock.now(),
  });
}

async function stateOf({ people }: SignInDeps, { account }: AccountLink): Promise<"active" | "gone" | "unknown"> {
  const person = await people.person(account.userId);
  if (!isRefusal(person)) return "active";
  return person.code === "not-a-member" ? "gone" : "unknown";
}

interface Stored {
  readonly decided: Linking;
  readonly before: SignIn;
  readonly next: SignIn;
  readonly person: Person;
  readonly proven: Authentication;
  readonly direct: string;
}

/** The sign-in's end, the link, its record and the message to the person: all or nothing. */
async function store(deps: SignInDeps, tx: Tx, of: Stored): Promise<void> {
  const { decided, before, next, person, proven, direct } = of;
  const { made, ends, kind } = decided;
  if (!(await tx.signIns.replace(next, before.revision))) throw new Overtaken();
  for (const link of ends) if (!(await tx.links.replace(link, link.revision - 1))) throw new Overtaken();
  const isWritten = kind === "refresh" ? tx.links.replace(made, made.revision - 1) : tx.links.insert(made);
  if (!(await isWritten)) throw new Overtaken();
  const details: JsonObject = {
    ...{ userId: made.account.userId, issuer: made.link.issuer, subject: made.link.subject },
    ...{ groups: made.link.groups, signIn: next.id, ended: ends.map(({ account }) => account.userId) },
  };
  await append(tx, plainEvent(codes[kind], { actor: person, details }), deps.channels.audit);
  if (kind === "refresh") return;
  const words = `Your Slack account was linked with ${proven.name} at ${deps.providers.company.title}. If this was not you, type logout and tell security.`;
  await tell(tx, {
    key: `linked:${made.id}`,
    channelId: direct,
    message: message(words, [{ kind: "text", icon: "lock", text: [words] }]),
  });
}

function overtaken(): Refusal {
  return refuse(
    "sign-in-over",
    "While you agreed, this sign-in was finished elsewhere, or one of the accounts was linked.",
    "In Slack, type whoami to see what holds, and login to begin anew.",
  );
}
