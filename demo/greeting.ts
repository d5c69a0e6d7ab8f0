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
    why: "Says which human Ana is: from then on the cluster answers by her own rights. Do it as Finn too.",
  },
  {
    as: "U0ANA0001",
    where: "#general",
    text: "/ops delete configmap/checkout-settings -n shop because nothing reads it",
    why: "One is enough to delete, if it is surely him: Finn's approval opens a sign-in with his key. Compare the match codes.",
  },
  {
    as: "U0ANA0001",
    where: "#general",
    text: "/ops grant me read-logs on data for 10m --as token because the nightly load fails",
    why: "What Ana lacks, for ten minutes. Ben and Finn countersign; a message brings her the kubeconfig, once; the cluster ends it.",
  },
  {
    as: "U0ANA0001",
    where: "#general",
    text: "/ops temp",
    why: "Everything that ends by itself, and when. The same stands on the Home of the app, beside what waits for you.",
  },
];
