// GitHub teams: the contract of access targets, and what is GitHub's own.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { isRefusal } from "../../../src/core/refusal.ts";
import { type GitHubSettings, gitHubTarget } from "../../../src/integrations/github/target.ts";
import { accessTargetContract, signedIn, type TargetBench } from "../../contracts/access-targets.ts";
import { type GitHubServer, gitHubToken, startGitHubServer } from "./server.ts";

async function open(t: TestContext): Promise<TargetBench & { readonly server: GitHubServer }> {
  const api = await startGitHubServer();
  t.after(() => api.stop());
  const settings: GitHubSettings = {
    ...{ name: "github", title: "GitHub", api: api.url, token: gitHubToken, ca: api.ca, privateAddresses: true },
    ...{ organization: "example-org", claim: "github_id", teams: ["breakers"] },
  };
  return {
    ...{
      api,
      server: api,
      target: gitHubTarget(settings),
      retired: gitHubTarget({ ...settings, teams: [] }),
      unauthorized: gitHubTarget({ ...settings, token: "wrong-secret" }),
    },
    ...{ secret: "wrong-secret", role: "breakers" },
    ...{ ana: { github_id: "101" }, ben: { github_id: "102" }, stranger: { github_id: "999" } },
  };
}

accessTargetContract("GitHub", open);

test("whoever is not in the organization is refused, and no invitation is sent", async (t) => {
  const { target, server } = await open(t);
  const outsider = await target.memberOf(signedIn("outsider", { github_id: "103" }));
  assert.ok(!isRefusal(outsider));
  const outcome = await target.add(outsider, "breakers", 8_000);
  assert.match(outcome.kind === "refused" ? outcome.refusal.message : "", /no member of the organization example-org/);
  assert.equal(server.invited.size, 0);
});

test("R9: a login that changed hands carries nothing with it: the account's number decides", async (t) => {
  const { target, server } = await open(t);
  const ana = await target.memberOf(signedIn("ana", { github_id: "101" }));
  assert.ok(!isRefusal(ana));
  server.logins.set("101", "ana-renamed");
  server.logins.set("104", "ana");
  await target.add(ana, "breakers", 8_000);
  assert.deepEqual([...server.team], ["ana-renamed"]);
});

test("a team that was renamed, or is hidden, says nothing of its members: it is not taken for ended", async (t) => {
  const { target, server } = await open(t);
  const ana = await target.memberOf(signedIn("ana", { github_id: "101" }));
  assert.ok(!isRefusal(ana));
  await target.add(ana, "breakers", 8_000);
  server.children.clear();
  server.slugs.delete("breakers");
  const seen = await target.observe(ana, "breakers");
  assert.equal(isRefusal(seen) ? seen.code : seen, "no-such-role");
  assert.match((await target.examine())?.message ?? "", /GitHub shows no team breakers/);
});

test("who is a member by a child team too is told of it: that cannot be ended here", async (t) => {
  const { target, server } = await open(t);
  const ana = await target.memberOf(signedIn("ana", { github_id: "101" }));
  assert.ok(!isRefusal(ana));
  server.children.add("ana");
  await target.add(ana, "breakers", 8_000);
  await target.remove(ana, "breakers", 8_000);
  assert.deepEqual(await target.observe(ana, "breakers"), {
    isMember: true,
    otherwise: "by its child team breakers-night.",
  });
});
