// The port behind `login`, `logout`, `unlink` and `whoami`.
import { message } from "../../core/message.ts";
import type { Person, SlackAccount } from "../../core/person.ts";
import type { EndedLink, Identity } from "../../core/ports/identity.ts";
import { type Refusal, refuse } from "../../core/refusal.ts";
import { ended } from "../../identity/linking.ts";
import { membershipWords, tooOldWords } from "../../identity/membership.ts";
import { append } from "../append.ts";
import { plainEvent } from "../record.ts";
import type { LinkDeps } from "./deps.ts";
import type { SignInFlow } from "./flow.ts";
import { beginHandOver } from "./hand-over.ts";
import { tell } from "./note.ts";

export interface IdentityOptions {
  /** null where no sign-in is configured. */
  readonly signIns: { readonly flow: SignInFlow; readonly title: string } | null;
  readonly groupMaxAgeMs: number;
  /** The person as the directory alone knows them: their groups before links are laid over. */
  readonly direct: (person: Person) => Person["groups"];
}

export function identityPort(deps: LinkDeps, options: IdentityOptions): Identity {
  const { signIns, groupMaxAgeMs } = options;
  const title = signIns?.title ?? "the company's sign-in";
  return {
    provider: signIns?.title ?? null,
    async begin(person) {
      if (signIns === null) return off();
      const { url, expiresAt } = await signIns.flow.begin({
        account: person.account,
        name: person.name,
        purpose: { kind: "link" },
      });
      return { url, expiresAt };
    },
    handOver: async (person, grant) =>
      signIns === null ? off() : beginHandOver(deps, signIns.flow, { person, grant }),
    standing(person) {
      const facts = {
        ...{ groups: deps.groups(), userId: person.account.userId, direct: options.direct(person) },
        ...{ link: person.link ?? null, now: deps.clock.now(), groupMaxAgeMs },
      };
      return { groups: membershipWords(facts, title), tooOld: tooOldWords(facts, title) };
    },
    logOut: (person) => end(deps, { account: person.account, by: person, reason: null }),
    unlink: (userId, by, reason) => end(deps, { account: { ...by.account, userId }, by, reason }),
  };
}

interface End {
  readonly account: SlackAccount;
  readonly by: Person;
  readonly reason: string | null;
}

/** Works for accounts that are deactivated too: theirs is the link that nobody else can end. */
async function end(deps: LinkDeps, { account, by, reason }: End): Promise<EndedLink | Refusal> {
  const { book, clock, store, channels } = deps;
  const isOwn = by.account.userId === account.userId;
  const link = book.ofAccount(account) ?? book.outdated(account);
  if (link === null) return notLinked(isOwn ? null : account.userId);
  const next = ended(link, clock.now());
  const { issuer, subject, linkedAt } = link.link;
  const direct = isOwn ? null : await deps.directChannel(account.userId).catch(() => null);
  const details = { userId: account.userId, issuer, subject, why: reason };
  const isStored = await store.transact(async (tx) => {
    if (!(await tx.links.replace(next, link.revision))) return false;
    await append(tx, plainEvent("identity.unlinked", { actor: by, details }), channels.audit);
    const words = `The link of your Slack account with ${subject} was ended by an admin. To link it again, type login.`;
    const put = message(words, [{ kind: "text", icon: "lock", text: [words] }]);
    if (direct !== null) await tell(tx, { key: `unlinked:${next.id}`, channelId: direct, message: put });
    return true;
  });
  if (!isStored) return notLinked(isOwn ? null : account.userId);
  book.keep(next);
  deps.nudge();
  return { issuer, subject, linkedAt };
}

function off(): Refusal {
  return refuse(
    "sign-in-off",
    "No sign-in is configured here: people are known by their Slack accounts only.",
    "The admin of the bot can add “identity” to the configuration.",
  );
}

function notLinked(userId: string | null): Refusal {
  return userId === null
    ? refuse("not-linked", "Your Slack account is not linked.", "There is nothing to end; type login to link it.")
    : refuse("not-linked", `The Slack account ${userId} is not linked.`, "There is nothing to end.");
}
