// What approvers do on the page: find the request's card, open its form, submit it.
import type { Locator } from "playwright-core";
import type { Desk } from "./desk.ts";

/** In #platform-approvals, which must be open. */
export function cardOf(desk: Desk, request: string): Locator {
  return desk.message(request);
}

export async function openCard(desk: Desk, request: string): Promise<void> {
  await cardOf(desk, request).getByText("Review and approve").click();
  await desk.page.getByTestId("modal-title").filter({ hasText: request }).waitFor();
}

export async function approve(desk: Desk, request: string): Promise<void> {
  await openCard(desk, request);
  await desk.page.getByTestId("modal-submit").click();
  await desk.modal.getByText(`Your approval of ${request} is recorded.`).waitFor();
  await desk.closeModal();
}
