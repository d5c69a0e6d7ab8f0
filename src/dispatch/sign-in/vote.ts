// The purpose "vote": one approval, by the linked subject of the voter, freshly signed in, of exactly what was shown (R21, T5).
import { shows } from "../../approvals/assured.ts";
import { shortDigest } from "../../core/digest.ts";
import { message } from "../../core/message.ts";
import type { Authentication } from "../../core/ports/identity-provider.ts";
import { isRefusal, type Refusal, refuse } from "../../core/refusal.ts";
import type { Request, StepUpProof } from "../../core/request.ts";
import type { SignIn, VotePurpose } from "../../core/sign-in.ts";
import { anewWords } from "../../identity/anew.ts";
import { checkSubject } from "../../identity/session.ts";
import { visible } from "../../kubernetes/visible.ts";
import type { SignInDeps } from "./deps.ts";
import { directChannelOf, tell } from "./note.ts";
import type { Purpose } from "./purposes.ts";
import { useUp } from "./use-up.ts";

const stop =
  "If it shows another one, or you did not just approve this in Slack, stop here and tell your security team.";

export function votePurpose(deps: SignInDeps): Purpose<VotePurpose> {
  const { title } = deps.providers.company;
  return {
    async landing(signIn, purpose) {
      const request = await sameRequest(deps, purpose);
      if (isRefusal(request)) return request;
      return {
        title: `Sign in to approve ${request.id}`,
        lines: [
          `Match code: ${purpose.matchCode}. Slack shows you the same code. ${stop}`,
          `You are about to approve: ${visible(request.plan.title)}`,
          `This link is for Slack account @${signIn.name} (${signIn.account.userId}), and for nobody else. You sign in with Slack first, then freshly with ${title}. Nothing is approved before you have seen it all again and pressed the button.`,
        ],
      };
    },
    demands: ({ demands }) => ({ stepUp: demands }),
    async consent(signIn, purpose, proven) {
      const checked = await check(deps, { signIn, purpose, proven });
      if (isRefusal(checked)) return checked;
      const { request } = checked;
      const { reason } = purpose.input;
      return {
        title: `Approve ${request.id}?`,
        lines: [
          visible(request.plan.title),
          `Request ${request.id}, version ${request.version}, digest ${shortDigest(purpose.digest)}.`,
          ...(reason === null || reason.trim() === "" ? [] : [`Your reason: “${visible(reason)}”`]),
          `Match code: ${purpose.matchCode}. Slack shows you the same code. ${stop}`,
          `You approve it as ${proven.name} (${proven.subject}) at ${title}, from Slack account @${signIn.name} (${signIn.account.userId}).`,
        ],
        button: `Approve ${request.id}`,
      };
    },
    async finish({ signIn, next, purpose, proven }) {
      const checked = await check(deps, { signIn, purpose, proven });
      if (isRefusal(checked)) return checked;
      const used = await useUp(deps, { signIn, next, proven });
      if (isRefusal(used)) return used;
      // The voter is whose sign-in it is, by whatever hand the rest came.
      const input = { ...purpose.input, origin: { ...purpose.input.origin, account: signIn.account } };
      const reply = await deps.ends().castVote(input, checked.proof);
      if (reply.kind === "refusal") return reply.refusal;
      await noteStepUp(deps, signIn, checked);
      return {
        title: `${checked.request.id} is approved by you`,
        lines: [
          ...(reply.kind === "message" ? [reply.message.summary] : []),
          "You can close this page. The card in Slack shows how it goes on; withdraw, there, takes your approval back.",
        ],
      };
    },
  };
}

interface Proving {
  readonly signIn: SignIn;
  readonly purpose: VotePurpose;
  readonly proven: Authentication;
}

interface Checked {
  readonly request: Request;
  readonly proof: StepUpProof;
}

/** Everything that the sign-in is bound to, held against how it is now. Changes nothing. */
async function check(deps: SignInDeps, { signIn, purpose, proven }: Proving): Promise<Checked | Refusal> {
  const wrong = checkSubject(signIn, deps.book.ofAccount(signIn.account), proven);
  if (wrong !== null) return wrong;
  const request = await sameRequest(deps, purpose);
  if (isRefusal(request)) return request;
  const { authenticatedAt: at, acr, amr } = proven;
  const proof = at === null ? undefined : { at, acr, amr };
  if (proof !== undefined && shows(purpose.demands, proof, deps.clock.now())) return { request, proof };
  return refuse(
    "step-up-required",
    `The sign-in at ${deps.providers.company.title} is not, or no longer, as fresh and as strong as an approval of ${request.id} takes.`,
    `Give your password and second factor when you are asked for them. ${anewWords(purpose)}`,
  );
}

/** As it was when the vote was submitted: the same version of the same plan. */
async function sameRequest({ store }: SignInDeps, purpose: VotePurpose): Promise<Request | Refusal> {
  const { request: id, version } = purpose.input;
  const request = await store.requests.get(id);
  if (request !== null && request.version === version && request.plan.digest === purpose.digest) return request;
  return refuse(
    "stale-card",
    `What ${id} would do has changed since you approved version ${version} in Slack.`,
    "In Slack, open the newer card and read what changed.",
  );
}

/** The person hears of it where they did not ask; and is known as freshly signed in for a while. */
async function noteStepUp(deps: SignInDeps, signIn: SignIn, { request, proof }: Checked): Promise<void> {
  const { store, book, clock, config } = deps;
  const link = book.ofAccount(signIn.account);
  const isFresh = clock.now() - proof.at < config.stepUpFreshForMs;
  const last = link?.link.steppedUpAt ?? null;
  const next =
    link === null || !isFresh || (last !== null && last >= proof.at)
      ? null
      : { ...link, link: { ...link.link, steppedUpAt: proof.at }, revision: link.revision + 1 };
  const channelId = await directChannelOf(deps, signIn.account.userId);
  const words = `${request.id} was approved by you, with a fresh sign-in at ${deps.providers.company.title}. If this was not you, withdraw it on its card and tell security.`;
  const put = message(words, [{ kind: "text", icon: "lock", text: [words] }]);
  const isNoted = await store.transact(async (tx) => {
    await tell(tx, { key: `approved-by:${signIn.id}`, channelId, message: put });
    return next !== null && tx.links.replace(next, next.revision - 1);
  });
  if (next !== null && isNoted) book.keep(next);
  deps.nudge();
}
