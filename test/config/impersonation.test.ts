// What people are called in clusters: read as written, and no name that only a cluster or an approval may give.
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkPolicy } from "../../src/approvals/check.ts";
import { impersonationProblems } from "../../src/config/impersonation.ts";
import { isConfigErrors, loadConfig } from "../../src/config/load.ts";
import { renderConfigErrors } from "../../src/config/problem.ts";

function load(impersonation: string) {
  const text = `clusters:
  - name: prod
    environment: production
    impersonation: ${impersonation}
channels: { approvals: "#a", audit: "#b" }
audit: { checkpoints: /x }
policy: { rules: [{ name: all, allow: true }] }
`;
  const config = loadConfig(text, "c.yaml", { verbs: ["get"], check: checkPolicy });
  return isConfigErrors(config) ? renderConfigErrors(config) : config.clusters[0]?.impersonation;
}

test("the mapping is read as it is written", () => {
  assert.deepEqual(
    load(
      `{ user: { claim: email, prefix: "oidc:" }, groups: { from: idp, prefix: "", only: [a, "b-*"] }, uid: sub, extra: { acme.dev/team: team }, unlinked: { user: guest, groups: guests } }`,
    ),
    {
      user: { claim: "email", prefix: "oidc:" },
      groups: { from: "idp", prefix: "", only: ["a", "b-*"] },
      uidClaim: "sub",
      extra: { "acme.dev/team": "team" },
      unlinked: { user: "guest", groups: ["guests"] },
    },
  );
  const least = { user: { claim: "sub", prefix: "x:" }, groups: null, uidClaim: null, extra: {}, unlinked: null };
  assert.deepEqual(load(`{ user: { claim: sub, prefix: "x:" } }`), least);
});

const wrong: readonly (readonly [string, RegExp])[] = [
  [`{ user: { claim: email, prefix: "system:" } }`, /c\.yaml:4: .*“system:” is not possible here/],
  [
    `{ user: { claim: email, prefix: "" }, groups: { from: idp, prefix: "countersign:approved:" } }`,
    /countersign:approved: is for approvals/,
  ],
  [
    `{ user: { claim: email, prefix: "" }, unlinked: { user: guest, groups: [a, "system:masters"] } }`,
    /“system:masters” is not possible here/,
  ],
  [`{ user: { claim: email, prefix: "" }, unlinked: { user: "system:admin" } }`, /“system:admin” is not possible here/],
  [`{ user: { claim: email, prefix: "" }, extra: { "Team One": team } }`, /“Team One” is not possible as an extra key/],
  [
    `{ user: { claim: email, prefix: "" }, extra: { countersign.dev/request: team } }`,
    /countersign\.dev\/request is the bot's/,
  ],
  [`{ user: { claim: email } }`, /“prefix” is missing/],
  [`{ groups: { from: idp, prefix: "" } }`, /“user” is missing/],
  [`{ user: { claim: email, prefix: "a b" } }`, /does not have the right form/],
];

for (const [text, says] of wrong) test(`${text} is refused`, () => assert.match(String(load(text)), says));

test("once people sign in, no cluster may be left in which all of them are the bot", () => {
  const clusters = [
    { name: "a", environment: "e", impersonation: { user: { claim: "sub", prefix: "" } } },
    { name: "b", environment: "e" },
  ];
  assert.deepEqual(impersonationProblems(clusters, { hasSignIn: false }), []);
  const problems = impersonationProblems(clusters, { hasSignIn: true });
  assert.deepEqual(
    problems.map(({ path }) => path),
    [["clusters", 1]],
  );
  assert.match(problems[0]?.says ?? "", /^Cluster “b” has no “impersonation”/);
});
