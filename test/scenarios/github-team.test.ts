// R9, R25, R28: a GitHub team for a time, from the configuration file to GitHub's own interface over TLS and back.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Link, Person } from "../../src/core/person.ts";
import type { People } from "../../src/core/ports/people.ts";
import { isRefusal, type Refusal } from "../../src/core/refusal.ts";
import { runCli } from "../cli/capture.ts";
import { type GitHubServer, gitHubToken, startGitHubServer } from "../integrations/github/server.ts";
import { JumpClock } from "../support/jump-clock.ts";
import { withMapping } from "../support/linked.ts";
import { breathMs, errorsApartFromLeaps, timePasses } from "../support/story.ts";
import { approve, ask, cardSays, idOf, tell, wordsOf } from "../support/talk.ts";
import { ana, ben, chloe, dev, eve, identitySecrets, startTown, type Town } from "../support/town.ts";

const hour = 3_600_000;

/** GitHub's numbers of accounts, as the sign-in tells them; Eve's is none that GitHub has. */
const numbers: Readonly<Record<string, string>> = { [dev]: "101", [ben]: "102", [eve]: "999" };

const sections = ({ url }: GitHubServer, caFile: string) => `access:
  admins: security
  roles:
    - { name: breakers, title: Merge what breaks, on: github, maxFor: 4h }
  targets:
    - name: github
      title: GitHub's teams of example-org
      privateAddresses: true
      caFile: ${JSON.stringify(caFile)}
      github:
        organization: example-org
        api: ${url}
        tokenFrom: GITHUB_TOKEN
        claim: github_id
        teams: { breakers: breakers }
identity:
  baseUrl: https://ops.acme.example
  provider: { title: Acme sign-in, issuer: "https://idp.acme.example", clientId: countersign }
  slack: { clientId: "1.2" }
`;

/** Everybody has signed in; what it told of them is all that GitHub is asked with. */
function signedIn(directory: People): People {
  const linked = (person: Person | Refusal): Person | Refusal => {
    if (isRefusal(person)) return person;
    const { userId } = person.account;
    const number = numbers[userId];
    const subject = { issuer: "https://idp.acme.example", subject: userId };
    const times = { linkedAt: 0, seenAt: 0, steppedUpAt: null };
    const link: Link = { ...subject, ...times, claims: number === undefined ? {} : { github_id: number }, groups: [] };
    return { ...person, assurance: "linked", subject, link };
  };
  return {
    ...directory,
    person: async (userId) => linked(await directory.person(userId)),
  };
}

interface Here {
  readonly town: Town;
  readonly clock: JumpClock;
  readonly github: GitHubServer;
}

async function arrive(t: TestContext): Promise<Here> {
  const github = await startGitHubServer();
  t.after(() => github.stop());
  const caFile = join(mkdtempSync(join(tmpdir(), "countersign-github-")), "ca.pem");
  writeFileSync(caFile, github.ca);
  t.after(() => rmSync(dirname(caFile), { recursive: true }));
  const town = await startTown(t, { config: (text) => withMapping(`${text}${sections(github, caFile)}`) });
  const clock = new JumpClock();
  const { botToken, appToken, apiUrl } = town.slack;
  const named = (name: string) => (name === "GITHUB_TOKEN" ? gitHubToken : undefined);
  const secrets = { botToken, appToken, signingSecret: null, apiUrl, identity: identitySecrets, named };
  await town.startBot({ clock, knownOf: signedIn, secrets });
  return { town, clock, github };
}

async function asked({ town, clock }: Here, text: string) {
  const card = await ask(town, ana, text);
  await approve(town, ben, card);
  clock.jump(breathMs);
  await approve(town, chloe, card);
  await cardSays(town, card, /is done and verified/);
  return card;
}

test("two votes make a member of a team, its time takes them out, and so does revoke; each is said after reading back", async (t) => {
  const here = await arrive(t);
  const { town, clock, github } = here;
  const card = await ask(town, ana, `grant <@${dev}> breakers for 1h because of a release`);
  assert.match(wordsOf(card), /\+ add ana.*member of breakers on github/);
  assert.match(wordsOf(card), /membership-change/);
  await approve(town, ben, card);
  assert.equal(github.team.size, 0, "one vote of two gives nothing");
  clock.jump(breathMs);
  await approve(town, chloe, card);
  await cardSays(town, card, /is done and verified/);
  assert.deepEqual([...github.team], ["ana"]);

  github.logins.set("101", "ana-renamed");
  github.team.delete("ana");
  github.team.add("ana-renamed");
  await timePasses(here, hour + 60_000);
  await town.slack.waitUntil(() => (github.team.size === 0 ? true : undefined), "out again", 60_000);
  clock.jump(breathMs);
  await town.slack.waitForMessage((message) => /Read back: no member of breakers on github/.test(wordsOf(message)));

  const again = await asked(here, `grant <@${dev}> breakers for 1h because of a release`);
  assert.deepEqual([...github.team], ["ana-renamed"]);
  assert.match(await tell(town, dev, `revoke ${idOf(again)}`), /is revoked, and read back as gone/);
  assert.equal(github.team.size, 0);

  assert.match(await tell(town, ana, `grant <@${eve}> breakers for 1h because x`), /has no account number 999/);
  assert.match(await tell(town, ana, "grant me breakers for 1h because x"), /told no github_id/);
  assert.deepEqual(errorsApartFromLeaps(town), []);
  await town.stopBot();
  const records = JSON.stringify(await town.records());
  assert.ok(
    !records.includes(gitHubToken) && !JSON.stringify(town.slack.messages("#platform-approvals")).includes(gitHubToken),
  );
  const codes = (await town.records()).filter((record) => record.request === idOf(card)).map(({ code }) => code);
  assert.equal(codes.at(-1), "grant.ended");
});

test("doctor says how a target stands; without its variable the bot does not start, and says which", async (t) => {
  const { town, github } = await arrive(t);
  const doctor = async (token: string) => {
    const { out } = await runCli(["doctor", "--config", town.configFile], { GITHUB_TOKEN: token });
    assert.ok(token === "" || !out.includes(token));
    return out;
  };
  assert.match(await doctor(gitHubToken), /^ok {4}access target github: It answers and takes the credential\./m);
  assert.match(await doctor("ghp_wrong"), /^MEND {2}access target github: .*does not accept the bot's credential/m);
  assert.match(await doctor(""), /^MEND {2}access target github: GITHUB_TOKEN is not set/m);
  github.slugs.delete("breakers");
  assert.match(await doctor(gitHubToken), /^MEND {2}access target github: .*shows no team breakers/m);
  await town.stopBot();
  await assert.rejects(town.startBot(), /GITHUB_TOKEN is not set: the access target github needs it/);
});
