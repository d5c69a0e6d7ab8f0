// Systems beside Kubernetes are checked at load: what could never be given, found or ended is an error with its line.
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkPolicy } from "../../src/approvals/check.ts";
import { isConfigErrors, loadConfig } from "../../src/config/load.ts";
import { renderConfigErrors } from "../../src/config/problem.ts";

const signIn = `identity:
  baseUrl: https://ops.example
  provider: { title: Example, issuer: "https://idp.example", clientId: x, claims: [email] }
  slack: { clientId: "1.2" }
`;

function load(access: string, identity = signIn) {
  const text = `clusters: [{ name: prod, environment: production, impersonation: { user: { claim: email, prefix: "x:" } } }]
channels: { approvals: "#a", audit: "#b" }
audit: { checkpoints: /x }
policy: { rules: [{ name: all, allow: true }] }
access:
${access}
${identity}`;
  return loadConfig(text, "c.yaml", { verbs: [], check: checkPolicy });
}

function errors(access: string, identity = signIn): string {
  const config = load(access, identity);
  return isConfigErrors(config) ? renderConfigErrors(config) : "none";
}

const github = (more: string, teams = "{ review: shop-reviewers }") =>
  `  targets:\n    - name: github\n      github: { organization: acme, ${more}teams: ${teams} }`;
const usual = github("tokenFrom: GITHUB_TOKEN, claim: github_id, ");
const role = (more = "", name = "review") =>
  `  roles:\n    - { name: ${name}, title: Review, on: github${more === "" ? "" : `, ${more}`} }\n`;

test("a role of another system is a membership of what the target says that it is there; its claim is kept with the link", () => {
  const config = load(`${role()}${usual}`);
  assert.ok(!isConfigErrors(config), JSON.stringify(config));
  const [review] = config.access.roles;
  assert.deepEqual(review?.bound, { kind: "membership", target: "github", name: "shop-reviewers" });
  assert.deepEqual(review?.credentials, ["membership"]);
  assert.deepEqual(config.access.targets, [
    {
      kind: "github",
      name: "github",
      title: "github",
      privateAddresses: false,
      caFile: null,
      organization: "acme",
      tokenFrom: "GITHUB_TOKEN",
      claim: "github_id",
      api: "https://api.github.com",
      roles: new Map([["review", "shop-reviewers"]]),
    },
  ]);
  assert.deepEqual(config.identity?.provider.claims, ["email", "email_verified", "github_id"]);
});

test("the values of a use case are part of what is approved: other values are another name", () => {
  const named = (path: string) => {
    const config = load(
      `  roles: [{ name: sales, title: Sales, on: data }]
  targets:
    - name: data
      dataos: { base: "https://acme.dataos.app", tokenFrom: T, claim: sub, useCases: { sales: { id: read, values: { p: ["${path}"] } } } }`,
    );
    assert.ok(!isConfigErrors(config), JSON.stringify(config));
    const bound = config.access.roles[0]?.bound;
    return bound?.name ?? "";
  };
  assert.match(named("dataos://sales"), /^read#[0-9a-f]{12}$/);
  assert.equal(named("dataos://sales"), named("dataos://sales"));
  assert.notEqual(named("dataos://sales"), named("dataos://"));
});

const scim = (settings: string) =>
  `  roles: [{ name: review, title: R, on: idp }]\n  targets:\n    - name: idp\n      scim: ${settings}`;

const wrong: readonly (readonly [string, RegExp, string?])[] = [
  [`${role()}`, /c\.yaml:7: access\.roles\[0\]\.on: There is no system “github”; there is kubernetes/],
  [`${role().replace("on: github", "on: gitub")}${usual}`, /no system “gitub”; did you mean “github”/],
  [`${role("", "merge")}${usual}`, /roles\[0\]\.name: Target “github” does not say what the role “merge” is there; /],
  [usual, /teams\.review: The catalogue has no role “review” with on: github; there is none/],
  [
    `${role()}${github("tokenFrom: T, claim: c, ", "{ review: a, reviw: b }")}`,
    /c\.yaml:10: .*no role “reviw” with on: github; did you mean “review”/,
  ],
  [
    `  roles: [{ name: a, title: A, on: github }, { name: b, title: B, on: github }]\n${github("tokenFrom: T, claim: c, ", "{ a: same, b: same }")}`,
    /teams\.b: “same” is given by the role “a” already; the end of one would end the other/,
  ],
  [`${role()}${github("tokenFrom: T, claim: c, ", "{}")}`, /Target “github” gives nothing; name a role/],
  [`${role()}${github("claim: github_id, ")}`, /c\.yaml:10: access\.targets\[0\]\.github: “tokenFrom” is missing/],
  [`${role()}${github("tokenFrom: T, ")}`, /“claim” is missing/],
  [
    `${role()}${github("tokenFrom: ghp_secret, claim: c, ")}`,
    /tokenFrom: .*does not have the right form; .*GITHUB_TOKEN/,
  ],
  [
    `${role()}${github('tokenFrom: T, claim: c, api: "http://ghe", ')}`,
    /“?"http:\/\/ghe" does not have the right form/,
  ],
  [
    `${role()}${github('tokenFrom: T, claim: c, api: "https://u:p@ghe", ')}`,
    /does not have the right form; .*https:\/\/github\.example\.com/,
  ],
  [
    `${role()}${github("tokenFrom: T, claim: email, ")}`,
    /github\.claim: “email” can pass to somebody else; name a claim/,
  ],
  [
    `${role()}  targets:\n    - { name: github }`,
    /Target “github” needs exactly one of scim, github, dataos; it has none/,
  ],
  [
    `${role()}${usual}\n      scim: { base: "https://i", tokenFrom: T, claim: sub, groups: { review: g } }`,
    /has scim and github/,
  ],
  [`${role()}${usual}\n${usual.replace("  targets:\n", "")}`, /targets\[1\]\.name: There are two targets “github”/],
  [`${role()}${usual.replace("name: github", "name: kubernetes")}`, /“kubernetes” is the clusters; rename it/],
  [
    `${role("clusterRole: view")}${usual}`,
    /roles\[0\]\.clusterRole: “clusterRole” is of clusters; the role is of github/,
  ],
  [`${role("credential: token")}${usual}`, /“credential” is of clusters/],
  [`${role("maxFor: 5s")}${usual}`, /could be held for less than a minute/],
  [
    scim('{ base: "https://i", tokenFrom: T, claim: sub, userAttribute: userName, groups: { review: g } }'),
    /"userName" is not possible here; there is id, externalId|did you mean/,
  ],
  [
    scim('{ base: "https://i", tokenFrom: T, claim: sub, groups: { review: "a/../b" } }'),
    /groups\.review: .*does not have the right form/,
  ],
  [`${role()}${usual}`, /access\.targets: Nobody is known in other systems without a sign-in/, ""],
];

test("what could never be given, found or ended is refused with its line and why", () => {
  for (const [access, says, identity] of wrong) assert.match(errors(access, identity), says, access);
});
