// `fetch`: a link to the page that shows the kubeconfig of a token grant to its holder, once; it never comes into Slack.
import { defineOwn } from "../core/action.ts";
import { code, message, time } from "../core/message.ts";
import { wordOf } from "../core/params.ts";
import { isRefusal } from "../core/refusal.ts";
import { grantWords } from "./parts/find-grant.ts";
import { readRequestId } from "./parts/find-request.ts";

export const fetchKubeconfig = defineOwn({
  name: "fetch",
  summary: "Get a link to your kubeconfig of a grant, which is shown once",
  examples: ["fetch r-4k7m2qx"],
  params: { grant: wordOf(grantWords, readRequestId) },
  needs: ["identity"],
  run: async ({ identity }, args, asking) => {
    const offer = await identity.handOver(asking.person, args.grant);
    if (isRefusal(offer)) return offer;
    const provider = identity.provider ?? "the company's sign-in";
    return message(`Your link to the kubeconfig of ${args.grant}`, [
      {
        kind: "text",
        icon: "lock",
        text: [
          { kind: "link", url: offer.url, text: "Sign in and fetch the kubeconfig" },
          " of ",
          code(args.grant),
          `: first with Slack, then with ${provider}. The link works once, in one browser, until `,
          time(offer.expiresAt),
          ".",
        ],
      },
      {
        kind: "small",
        text: ["The kubeconfig is shown once, on that page, and never in Slack. The link is for you alone."],
      },
    ]);
  },
});
