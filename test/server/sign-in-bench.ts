// The pages of a sign-in on a real store and a real listener, between scripted providers and people.
import type { TestContext } from "node:test";
import type { AuditRecord } from "../../src/core/audit.ts";
import type { IdentityConfig } from "../../src/core/config.ts";
import { asGroupName } from "../../src/core/ids.ts";
import { humanOf, type Person, refOf } from "../../src/core/person.ts";
import type { GroupConfig } from "../../src/core/policy.ts";
import type { Identity } from "../../src/core/ports/identity.ts";
import type { Authentication } from "../../src/core/ports/identity-provider.ts";
import type { Store } from "../../src/core/ports/store.ts";
import { isRefusal, type Refusal, refuse } from "../../src/core/refusal.ts";
import { handOverKubeconfig } from "../../src/dispatch/access/hand-over.ts";
import type { Deps, StepUpAsked, StepUpOffer } from "../../src/dispatch/deps.ts";
import type { SignInDeps, SignInEnds } from "../../src/dispatch/sign-in/deps.ts";
import { type SignInFlow, signInFlow } from "../../src/dispatch/sign-in/flow.ts";
import { handOverPurpose } from "../../src/dispatch/sign-in/hand-over.ts";
import { identityPort } from "../../src/dispatch/sign-in/identity.ts";
import { linkPurpose } from "../../src/dispatch/sign-in/link.ts";
import { stepUpOffer } from "../../src/dispatch/sign-in/offer.ts";
import { votePurpose } from "../../src/dispatch/sign-in/vote.ts";
import { vote } from "../../src/dispatch/vote.ts";
import { type LinkBook, makeLinkBook } from "../../src/identity/book.ts";
import { type KnowingPeople, linkedPeople } from "../../src/identity/people.ts";
import { answering } from "../../src/server/route.ts";
import { serveWeb } from "../../src/server/serve.ts";
import { signInRoutes } from "../../src/server/web/sign-in.ts";
import { type ManualClock, manualClock, random, silent, temporaryDirectory, temporaryStore } from "../store/samples.ts";
import { type Browser, openBrowser } from "../support/browser.ts";
import { type ScriptedProvider, scriptedProvider } from "../support/scripted-provider.ts";

export const baseUrl = "https://ops.example.test";
export const issuer = "https://id.example.test";
export const ana = "U0ANA0001";
export const bob = "U0BOB0001";
export const team = "T0ACME001";

export interface SignInBench {
  readonly store: Store;
  readonly directory: string;
  readonly clock: ManualClock;
  readonly book: LinkBook;
  readonly flow: SignInFlow;
  readonly purpose: ReturnType<typeof linkPurpose>;
  readonly votePurpose: ReturnType<typeof votePurpose>;
  /** What votes and hand-overs work through. */
  readonly voting: Deps;
  readonly identity: Identity;
  readonly people: KnowingPeople;
  readonly slack: ScriptedProvider;
  readonly company: ScriptedProvider;
  /** What Slack's directory says of an account; people are active members of no group until set. */
  readonly directoryOf: Map<string, Person | Refusal>;
  /** How many direct messages were written, by channel. */
  told(): Promise<readonly string[]>;
  browser(): Browser;
  /** The link that `login` gives. */
  login(userId: string): Promise<string>;
  /** Both providers sign in this person next. */
  signsIn(userId: string, subject: string, more?: Partial<Authentication>): void;
  /** The whole way, in this browser: the last page. */
  wholeWay(browser: Browser, url: string): Promise<Awaited<ReturnType<Browser["open"]>>>;
  events(): Promise<readonly AuditRecord[]>;
  links(): Promise<number>;
  /** The process dies: what was in memory is gone, the store stays. */
  restart(): Promise<void>;
  /** From now on there are two replicas, and each request comes to the other one than the request before. */
  spread(): Promise<void>;
}

export function member(userId: string, name = userId, groups: readonly string[] = []): Person {
  const account = { enterpriseId: null, teamId: team, userId };
  const human = humanOf(account, null);
  const known = { assurance: "directory", zone: "UTC", subject: null } as const;
  return { human, account, name, groups: groups.map(asGroupName), ...known };
}

export async function signInBench(t: TestContext, groups: readonly GroupConfig[] = []): Promise<SignInBench> {
  const clock = manualClock();
  const directory = temporaryDirectory(t);
  const store = await temporaryStore(t, { clock, directory });
  const slack = scriptedProvider("https://slack.example.test", "Slack");
  const company = scriptedProvider(issuer, "Example IdP");
  const directoryOf = new Map<string, Person | Refusal>([
    [ana, member(ana, "ana")],
    [bob, member(bob, "bob")],
  ]);
  const settings = { groupMaxAgeMs: 12 * 3_600_000, stepUpFreshForMs: 900_000 };
  const config = { baseUrl, ...settings } as IdentityConfig;
  const person = (userId: string) =>
    directoryOf.get(userId) ?? refuse("not-a-member", `${userId} is unknown.`, "Ask somebody who is a member.");
  const fromSlack: KnowingPeople = {
    person: async (userId) => person(userId),
    known: person,
    members: async (name) =>
      [...directoryOf.values()].flatMap((one) => (!isRefusal(one) && one.groups.includes(name) ? [refOf(one)] : [])),
    channel: async () => ({ name: "ops", isDirect: false }),
  };
  const open = async () => {
    const book = makeLinkBook(await store.links.all(), issuer);
    const people = linkedPeople(fromSlack, { book, groups: () => groups, clock, ...settings });
    let offerStepUp: StepUpOffer = async () => {
      throw new Error("nothing is offered yet");
    };
    // Of all that dispatch has, votes and hand-overs need no more than this.
    const voting = {
      ...{ store, clock, people, random, log: silent, verbs: new Map(), sealedBecause: () => null },
      ...{ channels: { approvals: "C0APPR001", audit: "C0AUDIT01" }, nudge: () => undefined },
      offerStepUp: (asked: StepUpAsked) => offerStepUp(asked),
    } as unknown as Deps;
    const ends: SignInEnds = {
      async castVote(input, proof) {
        const voter = await people.person(input.origin.account.userId);
        return isRefusal(voter) ? { kind: "refusal", refusal: voter } : vote(voting, voter, input, proof);
      },
      async handOverKubeconfig(grant, userId) {
        const to = await people.person(userId);
        return isRefusal(to) ? to : handOverKubeconfig(voting, grant, to);
      },
    };
    const deps: SignInDeps = {
      ...{ store, clock, random, log: silent, people, book, groups: () => groups, config },
      providers: { slack, company },
      ends: () => ends,
      workspace: "Acme",
      channels: { audit: "C0AUDIT01" },
      directChannel: async (userId) => `D${userId}`,
      nudge: () => undefined,
    };
    const purpose = linkPurpose(deps);
    const voteWay = votePurpose(deps);
    const flow = signInFlow(deps, { link: purpose, vote: voteWay, "hand-over": handOverPurpose(deps) });
    offerStepUp = stepUpOffer(deps, flow);
    const identity = identityPort(deps, {
      ...{ signIns: { flow, title: company.title }, groupMaxAgeMs: settings.groupMaxAgeMs },
      direct: ({ account }) => {
        const known = person(account.userId);
        return isRefusal(known) ? [] : known.groups;
      },
    });
    return { book, people, flow, purpose, identity, votePurpose: voteWay, voting };
  };
  let opened = await open();
  let other: typeof opened | null = null;
  let turn = 0;
  const next = (): SignInFlow => {
    turn += 1;
    return other === null || turn % 2 === 0 ? opened.flow : other.flow;
  };
  const server = await serveWeb({
    host: "127.0.0.1",
    port: 0,
    answer: (request, response) =>
      answering(signInRoutes({ flow: next(), baseUrl, faultId: () => "f-1" }), silent)(request, response),
  });
  t.after(() => server.close());
  return {
    ...{ store, directory, clock, slack, company, directoryOf },
    get book() {
      return opened.book;
    },
    get flow() {
      return opened.flow;
    },
    get purpose() {
      return opened.purpose;
    },
    get votePurpose() {
      return opened.votePurpose;
    },
    get voting() {
      return opened.voting;
    },
    get identity() {
      return opened.identity;
    },
    get people() {
      return opened.people;
    },
    async told() {
      const rows = await store.outbox.due(clock.now(), 1_000);
      return rows.filter(({ lane }) => lane === "answer").map(({ to }) => to.channelId);
    },
    browser: () => openBrowser({ baseUrl, port: server.port, providers: [slack, company] }),
    async login(userId) {
      const asker = await opened.people.person(userId);
      if (isRefusal(asker)) throw new Error(asker.message);
      const offer = await opened.identity.begin(asker);
      if (isRefusal(offer)) throw new Error(offer.message);
      return offer.url;
    },
    signsIn(userId, subject, more = {}) {
      slack.signsIn = { slack: { teamId: team, userId }, name: userId };
      company.signsIn = { subject, name: `${subject}@example.com`, groups: ["sre"], ...more };
    },
    async wholeWay(browser, url) {
      const landing = await browser.open(url);
      const consent = await browser.click(landing);
      return consent.status === 200 ? browser.submit(consent) : consent;
    },
    events: () => store.audit.list({ afterSeq: -1, limit: 1_000 }),
    links: async () => (await store.links.all()).filter(({ endedAt }) => endedAt === null).length,
    async restart() {
      opened = await open();
    },
    async spread() {
      other = await open();
    },
  };
}
