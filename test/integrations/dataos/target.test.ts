// DataOS use cases: the contract of access targets, and what is DataOS' own.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { useCaseName } from "../../../src/core/access-targets.ts";
import { isRefusal } from "../../../src/core/refusal.ts";
import { type DataosSettings, dataosTarget, grantName } from "../../../src/integrations/dataos/target.ts";
import { accessTargetContract, signedIn, type TargetBench } from "../../contracts/access-targets.ts";
import { type DataosServer, dataosToken, startDataosServer } from "./server.ts";

const readSales = { id: "read-sales", values: { "depot-read": [{ path: "dataos://sales" }] } };
const reader = useCaseName(readSales);

async function open(
  t: TestContext,
): Promise<TargetBench & { readonly server: DataosServer; readonly settings: DataosSettings }> {
  const api = await startDataosServer();
  t.after(() => api.stop());
  const settings: DataosSettings = {
    ...{ name: "dataos", title: "DataOS", base: api.url, token: dataosToken, ca: api.ca, privateAddresses: true },
    claim: "dataos_id",
    useCases: [readSales],
  };
  return {
    ...{
      api,
      server: api,
      settings,
      target: dataosTarget(settings),
      retired: dataosTarget({ ...settings, useCases: [] }),
      unauthorized: dataosTarget({ ...settings, token: "wrong-secret" }),
    },
    ...{ secret: "wrong-secret", role: reader },
    ...{ ana: { dataos_id: "anaexample" }, ben: { dataos_id: "benexample" }, stranger: { dataos_id: "mallory" } },
  };
}

accessTargetContract("DataOS", open);

test("a grant of the same name that is about something else is neither taken for given nor for ended", async (t) => {
  const { target, server } = await open(t);
  const ana = await target.memberOf(signedIn("ana", { dataos_id: "anaexample" }));
  assert.ok(!isRefusal(ana));
  await target.add(ana, reader, 8_000);
  const name = grantName(ana, reader);
  const [, stored] = [...server.grants][0] ?? [];
  const wider = {
    ...(stored as object),
    grant: { approve: true, subjects: ["users:id:anaexample"], policy_use_case_id: "all" },
  };
  server.grants.set(name, wider);
  const seen = await target.observe(ana, reader);
  assert.match(isRefusal(seen) ? seen.message : "", /is about something else than was given/);
});

test("values that were changed after the approval are not what was approved; what was given before still ends", async (t) => {
  const { target, server, settings } = await open(t);
  const ana = await target.memberOf(signedIn("ana", { dataos_id: "anaexample" }));
  assert.ok(!isRefusal(ana));
  await target.add(ana, reader, 8_000);
  const wider = { ...readSales, values: { "depot-read": [{ path: "dataos://" }] } };
  const changed = dataosTarget({ ...settings, useCases: [wider] });
  assert.equal((await changed.add(ana, reader, 8_000)).kind, "refused");
  assert.deepEqual(await changed.remove(ana, reader, 8_000), { kind: "done" });
  assert.equal(server.grants.size, 0);
});
