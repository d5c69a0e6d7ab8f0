// What people are called in a cluster: by claims and groups of their sign-in, and never as what only the cluster may name (T21).
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ImpersonationConfig } from "../../../src/core/config.ts";
import { mappedClaims } from "../../../src/core/impersonation-claims.ts";
import type { Link, Person } from "../../../src/core/person.ts";
import { isRefusal } from "../../../src/core/refusal.ts";
import { impersonationHeaders, whoIs } from "../../../src/integrations/kubernetes/impersonate.ts";
import { personNamed } from "../../support/scripted-adapter.ts";

const mapping: ImpersonationConfig = {
  user: { claim: "email", prefix: "oidc:" },
  groups: { from: "idp", prefix: "oidc:", only: ["shop-*", "oncall"] },
  uidClaim: "employee",
  extra: { "acme.dev/team": "team", "acme.dev/none": "nothing" },
  unlinked: null,
};

const claims = { email: "ana@acme.example", employee: "e-7", team: "payments" };

function ana(link: Partial<Link> = {}): Person {
  const person = personNamed("ana", ["shop-leads", "oncall", "everybody"]);
  return person.link === undefined ? person : { ...person, link: { ...person.link, claims, ...link } };
}

const as = (person: Person, more: Partial<ImpersonationConfig> = {}, role: string | null = null) =>
  whoIs("prod", { ...mapping, ...more }, { kind: "person", person, role });

const refusedAs = (who: ReturnType<typeof as>): string =>
  who !== null && isRefusal(who) ? `${who.code}: ${who.message}` : JSON.stringify(who);

test("a person is called as the mapping says, in the groups that count, with the approved one last", () => {
  assert.deepEqual(as(ana(), {}, "set-image"), {
    user: "oidc:ana@acme.example",
    uid: "e-7",
    groups: ["oidc:shop-leads", "oidc:oncall", "countersign:approved:set-image"],
    extra: { "acme.dev/team": "payments" },
  });
  const other = {
    user: { claim: "sub", prefix: "" },
    groups: { from: "team", prefix: "", only: null },
    uidClaim: null,
  };
  assert.deepEqual(as(ana(), { ...other, extra: {} }), { user: "ana", uid: null, groups: ["payments"], extra: {} });
  assert.deepEqual(as(ana(), { ...other, groups: null, extra: {} }), { user: "ana", uid: null, groups: [], extra: {} });
});

test("R12: groups that are too old are not sent: reads go without them, and what changes something is refused", () => {
  const old = { ...ana(), isLapsed: true };
  const extra = { "acme.dev/team": "payments" };
  assert.deepEqual(as(old), { user: "oidc:ana@acme.example", uid: "e-7", groups: [], extra });
  assert.match(
    refusedAs(as(old, {}, "restart")),
    /^groups-too-old: What the sign-in of ana said about their groups is too old, .* until they type login\.$/,
  );
  const byTeam = { groups: { from: "team", prefix: "", only: null } };
  assert.deepEqual(as(old, byTeam), { user: "oidc:ana@acme.example", uid: "e-7", groups: [], extra });
  const withoutGroups = as(old, { groups: null }, "restart");
  assert.deepEqual(
    withoutGroups,
    { user: "oidc:ana@acme.example", uid: "e-7", groups: ["countersign:approved:restart"], extra },
    "where nothing of the sign-in stands for groups, nothing is too old",
  );
});

test("without a mapping everybody is the bot, and the bot is never anybody else", () => {
  assert.equal(whoIs("prod", null, { kind: "person", person: ana(), role: "restart" }), null);
  assert.equal(whoIs("prod", mapping, { kind: "bot" }), null);
});

test("who has not signed in is refused, or is the one user that the mapping names for all of them", () => {
  const { link: _, ...stranger } = ana();
  assert.match(refusedAs(as(stranger)), /^not-linked: Cluster prod can't know who ana is, who has not signed in/);
  const unlinked = { user: "guest", groups: ["guests"] };
  assert.deepEqual(as(stranger, { unlinked }), { user: "guest", uid: null, groups: ["guests"], extra: {} });
});

test("a sign-in without the claim, or with an address that nobody verified, names nobody", () => {
  assert.match(refusedAs(as(ana({ claims: {} }))), /^not-linked: .* gave no email/);
  assert.match(refusedAs(as(ana({ claims: { ...claims, email_verified: "false" } }))), /gave no verified email/);
  assert.match(refusedAs(as(ana({ claims: { email: "a@b" } }))), /gave no employee/);
  // What every object inherits is no claim.
  assert.match(refusedAs(as(ana(), { user: { claim: "constructor", prefix: "" } })), /gave no constructor/);
});

const bad: readonly (readonly [string, Partial<Link>, Partial<ImpersonationConfig>])[] = [
  [
    "a user of the cluster's own",
    { claims: { ...claims, email: "system:admin" } },
    { user: { claim: "email", prefix: "" } },
  ],
  [
    "one after the prefix is put before it",
    { claims: { ...claims, email: "em:admin" } },
    { user: { claim: "email", prefix: "syst" } },
  ],
  ["a group of the cluster's own", { groups: ["system:masters"] }, { groups: { from: "idp", prefix: "", only: null } }],
  [
    "a group that only an approval gives",
    { groups: ["countersign:approved:delete"] },
    { groups: { from: "idp", prefix: "", only: null } },
  ],
  [
    "the same, put together by the prefix",
    { groups: ["delete"] },
    { groups: { from: "idp", prefix: "countersign:approved:", only: null } },
  ],
  ["an empty group", { groups: [""] }, { groups: { from: "idp", prefix: "", only: null } }],
  [
    "a line end, which would begin another header",
    { groups: ["a\r\nImpersonate-Group: system:masters"] },
    { groups: { from: "idp", prefix: "", only: null } },
  ],
  ["letters that a header can't carry", { claims: { ...claims, email: "añà@acme.example" } }, {}],
  ["a space at the end, which a server trims", { groups: ["shop-leads "] }, {}],
  ["a uid with a line end", { claims: { ...claims, employee: "1\n2" } }, {}],
  ["an extra value with a NUL", { claims: { ...claims, team: "a\0b" } }, {}],
];

for (const [what, link, more] of bad) {
  test(`T21: ${what} is refused`, () =>
    assert.match(refusedAs(as(ana(link), more)), /^cluster-forbids: Nobody is impersonated as/));
}

test("spaces within a name, and names in other letters of ASCII, pass as they are", () => {
  const groups = { from: "idp", prefix: "", only: null };
  const who = as(ana({ groups: ["Platform Team", "a,b"] }), { groups });
  assert.ok(who !== null && !isRefusal(who));
  assert.deepEqual(who.groups, ["Platform Team", "a,b"]);
});

test("each group has a header of its own, and keys of extra are escaped and in lower case", () => {
  const who = as(ana());
  assert.ok(who !== null && !isRefusal(who));
  assert.deepEqual(impersonationHeaders(who, "r-1"), {
    "impersonate-user": "oidc:ana@acme.example",
    "impersonate-uid": "e-7",
    "impersonate-group": ["oidc:shop-leads", "oidc:oncall"],
    "impersonate-extra-acme.dev%2fteam": "payments",
    "impersonate-extra-countersign.dev%2frequest": "r-1",
  });
  assert.deepEqual(impersonationHeaders(null, "r-1"), {});
});

test("a link need keep no more claims than the mappings read", () => {
  assert.deepEqual(mappedClaims([mapping, undefined]), ["email", "email_verified", "employee", "nothing", "team"]);
  assert.deepEqual(mappedClaims([{ ...mapping, user: { claim: "sub", prefix: "" }, uidClaim: null, extra: {} }]), []);
});
