// T6: what an admin of the workspace can write into a profile changes nobody's authority.
import { test } from "node:test";
import { ana, ben, dev, startTown } from "../support/town.ts";

test("T6: taking over somebody's name and e-mail address gives none of their votes", async (t) => {
  const town = await startTown(t);
  const { slack } = town;
  slack.setUser(dev, { name: "ben", realName: "Ben Adeyemi", email: "ben@acme-robotics.example" });
  await town.startBot();
  await slack.as(ana).command("#payments", "/ops", "restart checkout");
  const card = await town.card(
    (message) => message.text.includes("Restart checkout") && message.text.includes("waits"),
  );
  const refused = slack.waitForMessage(
    (message) => message.ephemeralTo === dev && JSON.stringify(message.blocks).includes("not among those"),
  );
  await town.press(dev, card, "open-approve");
  await Promise.race([refused, slack.waitForModal(dev, (view) => JSON.stringify(view).includes("not among those"))]);
  await town.vote(ben, card, "approve");
  await slack.waitForMessage(
    (message) => message.ts === card.ts && JSON.stringify(message.blocks).includes("approved"),
  );
});
