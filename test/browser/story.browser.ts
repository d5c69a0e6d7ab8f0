// The story in a real browser, on a fresh clone started by the README's commands: asked for by one, countersigned by two.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Locator } from "playwright-core";
import { approve, cardOf, openCard } from "./approving.ts";
import type { Desk } from "./desk.ts";
import { openStage, type Stage } from "./story.ts";

let stage: Stage;
before(async () => {
  stage = await openStage();
});
after(async () => {
  await stage?.close();
});

test("a newcomer follows the greeting, and a rollback is asked for, countersigned by two, carried out and recorded", async () => {
  const desk = await stage.desk("story", "ana");
  const { page } = desk;
  await desk.step("the page greets with the first things to type", async () => {
    for (const step of ["step-1", "step-2", "step-3"]) await page.getByTestId(step).waitFor();
    await desk.closeGreeting();
  });
  await desk.step("ana sees what is wrong with checkout", async () => {
    await desk.openChannel("payments");
    await desk.type("/ops status checkout");
    const answer = desk.message("production:shop/checkout", "checkout:v2.42.0", "3 of 5 pods ready for 4 wanted");
    await answer.getByText("Plan a rollback of checkout").waitFor();
  });
  const request = await desk.step("ana asks for the way back", async () => {
    await desk.type("/ops rollback checkout because checkout fails since 42");
    const answer = desk.message("Roll back checkout", "It needs 2 of payments-leads or platform");
    await answer.waitFor();
    return requestIn(answer);
  });
  await desk.step("ana can not approve her own request", async () => {
    await desk.openChannel("platform-approvals");
    await cardOf(desk, request).getByText("Review and approve").click();
    await desk.modal.getByText(`ana asked for ${request}`).waitFor();
    await desk.modal.getByText("nobody countersigns their own change").waitFor();
    await desk.closeModal();
  });
  await desk.step("ben's home shows what waits for him", async () => {
    await desk.be("ben");
    await desk.openHome();
    const home = page.getByTestId("home");
    await home.getByText("Waiting for me").waitFor();
    await home.getByText(request).waitFor();
    await home.getByText("Roll back checkout").waitFor();
  });
  await desk.step("ben reads what exactly he would approve", async () => {
    await desk.openChannel("platform-approvals");
    await openCard(desk, request);
    assert.equal(await page.getByTestId("modal-title").textContent(), `Approve ${request}`);
    const text = await textOf(desk.modal);
    assert.match(text, /Roll back checkout in shop on production from revision 42 to 41/);
    assert.match(text, /checkout:v2\.42\.0 →\s+registry\.acme\.example\/shop\/checkout:v2\.41\.3/);
    assert.match(text, /sha256:[0-9a-f]{64}/);
    assert.match(text, /checkout fails since 42/);
    // What is approved is in sight at once, not scrolled away.
    assert.ok(await isInSight(desk.modal.getByText("Roll back checkout in shop").first()));
  });
  await desk.step("ben approves, and one is still needed", async () => {
    await page.getByTestId("modal-submit").click();
    await desk.modal.getByText(`Your approval of ${request} is recorded.`).waitFor();
    await desk.closeModal();
    await cardOf(desk, request).getByText("Still needed: 1 of payments-leads or platform").waitFor();
  });
  await desk.step("finn approves, and it rolls back with its progress shown", async () => {
    await desk.be("finn");
    await desk.openChannel("platform-approvals");
    await approve(desk, request);
    await cardOf(desk, request)
      .getByText(/▰{7}▱{3} 3\/4/)
      .waitFor();
  });
  await desk.step("the card says done and verified", async () => {
    await cardOf(desk, request).getByText("is done and verified").waitFor({ timeout: 30_000 });
    const card = await textOf(cardOf(desk, request));
    assert.match(card, /@ben approved/);
    assert.match(card, /@finn approved/);
  });
  await desk.step("checkout is well again", async () => {
    await desk.be("ana");
    await desk.openChannel("payments");
    await desk.type("/ops status checkout");
    await desk.message("production:shop/checkout", "checkout:v2.41.3", "4 of 4 pods ready for 4 wanted").waitFor();
  });
  await desk.step("the audit channel holds every step", async () => {
    await desk.be("eve");
    await desk.openChannel("countersign-audit");
    await desk.message("request.created", request).getByTestId("replies").click();
    const thread = page.getByTestId("thread-messages");
    await thread.getByText("execution.ended").waitFor();
    assert.deepEqual(codesIn(await textOf(thread)), [
      "request.created",
      "request.posted",
      "vote.refused",
      "vote.cast",
      "vote.cast",
      "request.approved",
      "execution.claimed",
      "write.intended",
      "write.done",
      "execution.verified",
      "execution.ended",
    ]);
  });
});

test("slash commands are completed as one types", async () => {
  const desk = await stage.desk("completion", "ana");
  await desk.closeGreeting();
  await desk.step("the verbs that begin with ro are offered", async () => {
    await desk.openChannel("payments");
    await desk.page.getByTestId("compose").click();
    await desk.page.keyboard.type("/ops ro");
    await desk.page.getByTestId("completion-option").filter({ hasText: "rollback" }).first().waitFor();
  });
});

test("an approver on a phone reads a change and countersigns it", async () => {
  const asker = await stage.desk("phone-asker", "dev");
  await asker.closeGreeting();
  const request = await asker.step("dev asks for another number of replicas", async () => {
    await asker.openChannel("payments");
    await asker.type("/ops scale search 3 because the sale begins at noon");
    const answer = asker.message("Scale search", "It needs 2");
    await answer.waitFor();
    return requestIn(answer);
  });
  const phone = await stage.desk("phone", "chloe", "phone");
  await phone.closeGreeting();
  await phone.step("chloe sees on her phone what is wrong", async () => {
    await phone.openChannel("payments");
    await phone.type("/ops status shop");
    await phone.message("production:shop").waitFor();
  });
  await phone.step("chloe reads the card", async () => {
    await phone.openChannel("platform-approvals");
    await cardOf(phone, request).waitFor();
    await assertNoSideways(phone);
  });
  await phone.step("chloe reads the form", async () => {
    await openCard(phone, request);
    await assertNoSideways(phone);
  });
  await phone.step("chloe approves", async () => {
    await phone.page.getByTestId("modal-submit").click();
    await phone.modal.getByText("is recorded").waitFor();
    await phone.closeModal();
  });
  await asker.step("finn approves too, and it is done", async () => {
    await asker.be("finn");
    await asker.openChannel("platform-approvals");
    await approve(asker, request);
    await cardOf(asker, request).getByText("is done and verified").waitFor({ timeout: 30_000 });
  });
});

test("a manifest goes through the form, with a diff of every object before anybody votes", async () => {
  const desk = await stage.desk("apply", "ana");
  await desk.closeGreeting();
  await desk.step("the form asks for a manifest", async () => {
    await desk.openChannel("payments");
    await desk.type("/ops apply");
    await desk.modal.waitFor();
    const manifest = desk.modal.locator('[data-block-id="manifest"] textarea');
    await manifest.fill(
      "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: banner\n  namespace: shop\ndata:\n  text: closed on Sunday\n",
    );
    await desk.modal.locator('[data-block-id="reason"] input').fill("the shop is closed on Sunday");
  });
  const request = await desk.step("the request is asked for", async () => {
    await desk.page.getByTestId("modal-submit").click();
    await desk.modal.getByText("It needs 2").waitFor();
    const id = await requestIn(desk.modal);
    await desk.closeModal();
    return id;
  });
  for (const name of ["ben", "finn"] as const)
    await desk.step(`${name} approves it`, async () => {
      await desk.be(name);
      await desk.openChannel("platform-approvals");
      await approve(desk, request);
    });
  await desk.step("it is applied", async () => {
    await cardOf(desk, request).getByText("is done and verified").waitFor({ timeout: 30_000 });
    await desk.type("/ops get configmap/banner -n shop");
    await desk.message("banner").waitFor();
  });
});

async function textOf(of: Locator): Promise<string> {
  return (await of.textContent()) ?? "";
}

/** The id of the request that an answer names. */
async function requestIn(answer: Locator): Promise<string> {
  const id = /r-[a-z0-9]{7}/.exec(await textOf(answer))?.[0];
  assert.ok(id, "the answer names the request");
  return id;
}

/** Event codes in the order they stand, each line once. */
function codesIn(text: string): readonly string[] {
  return [...text.matchAll(/#\d+ ([a-z]+\.[a-z-]+)/g)].map((match) => match[1] ?? "");
}

async function isInSight(of: Locator): Promise<boolean> {
  return of.evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    return top >= 0 && bottom <= element.ownerDocument.documentElement.clientHeight;
  });
}

/** Nothing makes the page itself wider than the phone. */
async function assertNoSideways(desk: Desk): Promise<void> {
  const wide = await desk.page.locator("html").evaluate((element) => element.scrollWidth - element.clientWidth);
  assert.ok(wide <= 0, `the page is ${wide} pixels wider than the screen`);
}
