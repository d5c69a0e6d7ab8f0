// Who people are: links laid over Slack's directory, and the way to make them where sign-in is configured.
import { randomBytes } from "node:crypto";
import type { IdentityConfig } from "../core/config.ts";
import type { Person, Subject } from "../core/person.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Identity } from "../core/ports/identity.ts";
import type { Log } from "../core/ports/log.ts";
import type { Store } from "../core/ports/store.ts";
import { isRefusal } from "../core/refusal.ts";
import type { StepUpOffer } from "../dispatch/deps.ts";
import type { LinkDeps, Providers, SignInEnds } from "../dispatch/sign-in/deps.ts";
import { signInFlow } from "../dispatch/sign-in/flow.ts";
import { handOverPurpose } from "../dispatch/sign-in/hand-over.ts";
import { identityPort } from "../dispatch/sign-in/identity.ts";
import { linkPurpose } from "../dispatch/sign-in/link.ts";
import { stepUpOffer } from "../dispatch/sign-in/offer.ts";
import { votePurpose } from "../dispatch/sign-in/vote.ts";
import { makeLinkBook } from "../identity/book.ts";
import { linkedPeople } from "../identity/people.ts";
import type { Directory } from "../integrations/slack/directory.ts";
import type { Route } from "../server/route.ts";
import { signInRoutes } from "../server/web/sign-in.ts";
import type { Base, Secrets } from "./base.ts";
import { openOidcProviders } from "./oidc.ts";
import type { Workspace } from "./slack.ts";

/** Values of the environment variables that the configuration names. */
export interface IdentitySecrets {
  readonly providerClientSecret: string;
  readonly slackClientSecret: string;
}

/** Opens both providers. A provider that is away is not an error here: `begin` says so each time. */
export type OpenProviders = (of: {
  readonly config: IdentityConfig;
  readonly secrets: IdentitySecrets;
  /** The workspace that the bot is in, and where Slack is when it is not at its own address. */
  readonly slack: { readonly teamId: string; readonly apiUrl: string | null };
  readonly clock: Clock;
  readonly log: Log;
}) => Promise<Providers>;

export interface OpenedIdentity {
  /** Slack's directory with links laid over it. */
  readonly people: Directory;
  readonly identity: Identity;
  /** The Slack account that is linked with a sign-in now, by its member id; null for none. */
  readonly accountOf: (subject: Subject) => string | null;
  readonly routes: readonly Route[];
  /** Reads the links again, for those that another replica made or ended. */
  readonly readLinks: () => Promise<void>;
  /** null where no sign-in is configured: then nobody can approve what takes a fresh one. */
  readonly offerStepUp: StepUpOffer | null;
}

/** Kept for aliases only, where no sign-in is configured. */
const withoutSignIn = { groupMaxAgeMs: 0, stepUpFreshForMs: 0 };

/** Throws when sign-in is configured and its secrets or providers are missing. */
export async function openIdentity(
  base: Base,
  store: Store,
  workspace: Workspace,
  ends: () => SignInEnds,
): Promise<OpenedIdentity> {
  const { config, clock, log, bell } = base;
  const settings = config.identity;
  const book = makeLinkBook(await store.links.all(), settings?.provider.issuer ?? null);
  const accountOf = (subject: Subject): string | null => book.ofSubject(subject)?.account.userId ?? null;
  const readLinks = async (): Promise<void> => {
    for (const link of await store.links.all()) book.keep(link);
  };
  const groups = () => base.inForce().policy.groups;
  const ages = settings ?? withoutSignIn;
  const people = linkedPeople(workspace.people, { book, groups, clock, ...ages });
  const deps: LinkDeps = {
    ...{ store, clock, log, people, book, groups, random: randomBytes },
    channels: workspace.channels,
    directChannel: workspace.directChannel,
    nudge: () => bell.ring({ audit: 0 }),
  };
  const options = { groupMaxAgeMs: ages.groupMaxAgeMs, direct: (person: Person) => directGroups(workspace, person) };
  if (settings === null) {
    const identity = identityPort(deps, { ...options, signIns: null });
    return { people, identity, accountOf, routes: [], readLinks, offerStepUp: null };
  }
  const providers = await openProviders(base, workspace, settings);
  const signIns = { ...deps, config: settings, providers, ends, workspace: workspace.reached.home.teamName };
  const flow = signInFlow(signIns, {
    link: linkPurpose(signIns),
    vote: votePurpose(signIns),
    "hand-over": handOverPurpose(signIns),
  });
  const { title } = settings.provider;
  return {
    people,
    accountOf,
    readLinks,
    identity: identityPort(deps, { ...options, signIns: { flow, title } }),
    offerStepUp: stepUpOffer(signIns, flow),
    routes: signInRoutes({ flow, baseUrl: settings.baseUrl, faultId: faultIds(log) }),
  };
}

function faultIds(log: Log): (error: unknown) => string {
  return (error) => {
    const fault = randomBytes(5).toString("hex");
    log.error("a sign-in page ended in a fault", { fault, error: error instanceof Error ? error : undefined });
    return fault;
  };
}

async function openProviders(base: Base, workspace: Workspace, config: IdentityConfig): Promise<Providers> {
  const { openProviders: open = openOidcProviders, secrets, clock, log } = base;
  const slack = { teamId: workspace.reached.home.teamId, apiUrl: secrets.apiUrl };
  return open({ config, secrets: identitySecrets(config, secrets), slack, clock, log });
}

/** Throws when a variable that the configuration names is not set, naming it. */
export function identitySecrets(
  { provider, slack }: IdentityConfig,
  { identity, named }: Pick<Secrets, "identity" | "named">,
): IdentitySecrets {
  const secretOf = (name: string, whose: string): string => {
    const value = named?.(name) ?? "";
    if (value !== "") return value;
    throw new Error(`${name} is not set: it is the client secret of ${whose}, named under “identity”.`);
  };
  return (
    identity ?? {
      providerClientSecret: secretOf(provider.clientSecretEnv, provider.title),
      slackClientSecret: secretOf(slack.clientSecretEnv, "Sign in with Slack"),
    }
  );
}

/** As Slack and the configuration alone say. */
function directGroups({ people }: Workspace, person: Person): Person["groups"] {
  const known = people.known(person.account.userId);
  return known === null || isRefusal(known) ? person.groups : known.groups;
}
