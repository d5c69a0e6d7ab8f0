// The first things to type, for a newcomer.
import type { PageState } from "./slack/page-protocol.ts";

export const demoGreeting: PageState["greeting"] = [
  {
    as: "U0ANA0001",
    where: "#payments",
    text: "/ops status checkout",
    why: "Ana is on call: checkout's last release is broken.",
  },
  {
    as: "U0ANA0001",
    where: "#payments",
    text: "/ops rollback checkout because checkout fails since 42",
    why: "She asks for the way back. Nothing changes yet: two others must countersign.",
  },
  {
    as: "U0BEN0001",
    where: "#platform-approvals",
    text: "/ops approvals",
    why: "Ben, then Finn, press Review and approve on the card here, and it rolls back.",
  },
];

/** Where people can sign in. */
export const signInGreeting: PageState["greeting"] = [
  {
    as: "U0ANA0001",
    where: "#general",
    text: "/ops login",
    why: "Says which human Ana is. From then on the cluster answers by her own rights: /ops whoami.",
  },
  {
    as: "U0ANA0001",
    where: "#general",
    text: "/ops grant me read-logs on data for 10m because the nightly load fails",
    why: "Signed in, she may ask for what she lacks. Two others countersign, and it ends by itself: /ops temp.",
  },
];
