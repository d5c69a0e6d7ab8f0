// SCIM 2.0: the contract of access targets, and what is SCIM's own.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { isRefusal } from "../../../src/core/refusal.ts";
import { type ScimSettings, scimTarget } from "../../../src/integrations/scim/target.ts";
import { accessTargetContract, signedIn, type TargetBench } from "../../contracts/access-targets.ts";
import { scimToken, startScimServer } from "./server.ts";

async function open(t: TestContext): Promise<TargetBench & { readonly settings: ScimSettings }> {
  const api = await startScimServer();
  t.after(() => api.stop());
  const settings: ScimSettings = {
    ...{ name: "idp", title: "Example IdP", base: api.url, token: scimToken, ca: api.ca, privateAddresses: true },
    ...{ userAttribute: "externalId", claim: "sub", groups: ["g-breakers"] },
  };
  return {
    ...{
      api,
      settings,
      target: scimTarget(settings),
      retired: scimTarget({ ...settings, groups: [] }),
      unauthorized: scimTarget({ ...settings, token: "wrong-secret" }),
    },
    ...{ secret: "wrong-secret", role: "g-breakers" },
    ...{ ana: { sub: "00u1" }, ben: { sub: "00u2" }, stranger: { sub: "00u9" } },
  };
}

accessTargetContract("SCIM", open);

test("a deactivated user, and one of two of the same name, is nobody", async (t) => {
  const { target, settings } = await open(t);
  const gone = await target.memberOf(signedIn("gone", { sub: "00u3" }));
  assert.match(isRefusal(gone) ? gone.message : "", /deactivated/);
  const twin = await scimTarget(settings).memberOf(signedIn("twin", { sub: "00u4" }));
  assert.match(isRefusal(twin) ? twin.message : "", /more than one person/);
});

test("a claim is a value and never a part of the filter", async (t) => {
  const { target } = await open(t);
  const sly = await target.memberOf(signedIn("mallory", { sub: '00u9" or externalId eq "00u1' }));
  assert.equal(isRefusal(sly) ? sly.code : "found", "target-refuses");
});

test("a group that is not there is no group without members", async (t) => {
  const { target, settings } = await open(t);
  const ana = { id: "2819c223", name: "ana" };
  const seen = await target.observe(ana, "g-renamed");
  assert.equal(isRefusal(seen) ? seen.code : seen, "no-such-role");
  const missing = await scimTarget({ ...settings, groups: ["g-breakers", "g-renamed"] }).examine();
  assert.match(missing?.message ?? "", /Example IdP shows no group g-renamed/);
});
