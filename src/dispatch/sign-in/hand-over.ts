// The purpose "hand-over": a token grant's kubeconfig, on one page, once, for its holder's own subject; never in Slack (T28).
import type { Grant } from "../../core/access.ts";
import type { RequestId } from "../../core/ids.ts";
import type { Person } from "../../core/person.ts";
import type { SignInOffer } from "../../core/ports/identity.ts";
import type { Authentication } from "../../core/ports/identity-provider.ts";
import { isRefusal, type Refusal } from "../../core/refusal.ts";
import type { HandOverPurpose, SignIn } from "../../core/sign-in.ts";
import { checkSubject } from "../../identity/session.ts";
import { whyNoHandOver } from "../access/hand-over.ts";
import { noSuchGrant } from "../access/store-grant.ts";
import type { LinkDeps, SignInDeps } from "./deps.ts";
import type { SignInFlow } from "./flow.ts";
import type { Purpose } from "./purposes.ts";
import { useUp } from "./use-up.ts";

export function handOverPurpose(deps: SignInDeps): Purpose<HandOverPurpose> {
  const { title } = deps.providers.company;
  return {
    landing: async (signIn, { grant }) => ({
      title: `Fetch the kubeconfig of ${grant}`,
      lines: [
        `This link is for Slack account @${signIn.name} (${signIn.account.userId}), and for nobody else.`,
        `You sign in with Slack first, then with ${title}. Nothing is handed over before you have pressed the button.`,
      ],
    }),
    demands: () => ({}),
    async consent(signIn, purpose, proven) {
      const grant = await check(deps, { signIn, purpose, proven });
      if (isRefusal(grant)) return grant;
      return {
        title: `Your kubeconfig of ${grant.id}`,
        lines: [
          `It gives ${grant.role} in ${grant.where} to whoever holds it, until ${utc(grant.endsAt ?? 0)}.`,
          "The next page shows it once, and from then on it is kept nowhere else: have a place ready that only you can read.",
          `You fetch it as ${proven.name} (${proven.subject}) at ${title}, from Slack account @${signIn.name} (${signIn.account.userId}). If you did not just ask for it in Slack, stop here and tell your security team.`,
        ],
        button: "Show it once",
      };
    },
    async finish({ signIn, next, purpose, proven }) {
      const grant = await check(deps, { signIn, purpose, proven });
      if (isRefusal(grant)) return grant;
      const used = await useUp(deps, { signIn, next, proven });
      if (isRefusal(used)) return used;
      const minted = await deps.ends().handOverKubeconfig(grant.id, signIn.account.userId);
      if (isRefusal(minted)) return minted;
      const { fileName, kubeconfig, expiresAt } = minted;
      return {
        title: `Your kubeconfig of ${grant.id}`,
        lines: [
          `Save this as ${fileName}, readable by you alone (chmod 600), and use it with: kubectl --kubeconfig ${fileName} get pods`,
          `It is shown this once and ends at ${utc(expiresAt)}. If it was lost, or somebody else saw it, type in Slack: revoke ${grant.id}`,
        ],
        file: { name: fileName, text: kubeconfig },
      };
    },
  };
}

interface Proving {
  readonly signIn: SignIn;
  readonly purpose: HandOverPurpose;
  readonly proven: Authentication;
}

async function check(deps: SignInDeps, { signIn, purpose, proven }: Proving): Promise<Grant | Refusal> {
  const wrong = checkSubject(signIn, deps.book.ofAccount(signIn.account), proven);
  if (wrong !== null) return wrong;
  const person = await deps.people.person(signIn.account.userId);
  return isRefusal(person) ? person : grantFor(deps, person, purpose.grant);
}

/** The grant, if this person can fetch its kubeconfig now. */
async function grantFor(deps: LinkDeps, person: Person, id: RequestId): Promise<Grant | Refusal> {
  const grant = await deps.store.grants.get(id);
  if (grant === null) return noSuchGrant(id);
  return whyNoHandOver(grant, person, deps.clock.now()) ?? grant;
}

/** The link to the page; refused at once where the page would refuse. */
export async function beginHandOver(
  deps: LinkDeps,
  flow: SignInFlow,
  of: { readonly person: Person; readonly grant: RequestId },
): Promise<SignInOffer | Refusal> {
  const { person, grant: id } = of;
  const grant = await grantFor(deps, person, id);
  if (isRefusal(grant)) return grant;
  const purpose = { kind: "hand-over", grant: id } as const;
  const { url, expiresAt } = await flow.begin({ account: person.account, name: person.name, purpose });
  return { url, expiresAt };
}

function utc(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
