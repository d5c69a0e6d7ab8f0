// DataOS use cases: the contract of access targets, and what is DataOS' own.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { isRefusal } from "../../../src/core/refusal.ts";
import { type DataosSettings, dataosTarget, grantName } from "../../../src/integrations/dataos/target.ts";
import { accessTargetContract, signedIn, type TargetBench } from "../../contracts/access-targets.ts";
import { type DataosServer, dataosToken, startDataosServer } from "./server.ts";

async function open(t: TestContext): Promise<TargetBench & { readonly server: DataosServer }> {
  const api = await startDataosServer();
  t.after(() => api.stop());
  const settings: DataosSettings = {
    ...{ name: "dataos", title: "DataOS", base: api.url, token: dataosToken, ca: api.ca, privateAddresses: true },
    claim: "dataos_id",
    useCases: { reader: { id: "read-sales", values: { "depot-read": [{ path: "dataos://sales" }] } } },
  };
  return {
    ...{
      api,
      server: api,
      target: dataosTarget(settings),
      unauthorized: dataosTarget({ ...settings, token: "wrong-secret" }),
    },
    ...{ secret: "wrong-secret", role: "reader" },
    ...{ ana: { dataos_id: "anaexample" }, ben: { dataos_id: "benexample" }, stranger: { dataos_id: "mallory" } },
  };
}

accessTargetContract("DataOS", open);

test("a grant of the same name that is about something else is not the one that was given", async (t) => {
  const { target, server } = await open(t);
  const ana = await target.member(signedIn("ana", { dataos_id: "anaexample" }));
  assert.ok(!isRefusal(ana));
  await target.add(ana, "reader");
  const name = grantName(ana, "reader");
  const [, stored] = [...server.grants][0] ?? [];
  const wider = {
    ...(stored as object),
    grant: { approve: true, subjects: ["users:id:anaexample"], policy_use_case_id: "all" },
  };
  server.grants.set(name, wider);
  assert.equal(await target.has(ana, "reader"), false);
});
