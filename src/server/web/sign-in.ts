// The pages of a sign-in, at `identity.baseUrl`: they translate between browser and flow, and decide nothing.
import { isRefusal, type Refusal } from "../../core/refusal.ts";
import { type SignInFlow, signInPaths } from "../../dispatch/sign-in/flow.ts";
import type { Route, WebRequest, WebResponse } from "../route.ts";
import { type SignInCookie, signInCookie } from "./cookie.ts";
import { page, sendTo } from "./page.ts";

export interface SignInPages {
  readonly flow: SignInFlow;
  readonly baseUrl: string;
  /** Logs a fault and gives the id that finds it. */
  readonly faultId: (error: unknown) => string;
}

export function signInRoutes(pages: SignInPages): readonly Route[] {
  return pageRoutes(pages).map((route) => ({
    ...route,
    answer: async (request) => {
      try {
        return await route.answer(request);
      } catch (error) {
        return faulty(pages.faultId(error));
      }
    },
  }));
}

function pageRoutes(pages: SignInPages): readonly Route[] {
  const { flow, baseUrl } = pages;
  const cookie = signInCookie(baseUrl);
  const browser = (request: WebRequest): string | null => cookie.read(request.headers.get("cookie"));
  /** As the provider was told it, whatever a proxy on the way made of the address. */
  const cameBackTo = (path: string, request: WebRequest): URL => {
    const url = new URL(`${baseUrl}${path}`);
    url.search = request.query.toString();
    return url;
  };
  return [
    { method: "GET", path: signInPaths.landing, answer: (request) => landing(pages, request) },
    {
      method: "GET",
      path: signInPaths.slack,
      async answer(request) {
        const bound = await flow.toSlack(request.query.get("s") ?? "", browser(request));
        if (isRefusal(bound)) return refused(bound);
        return sendTo(bound.to.href, { "set-cookie": cookie.set(bound.cookie) });
      },
    },
    {
      method: "GET",
      path: signInPaths.slackCallback,
      async answer(request) {
        const to = await flow.backFromSlack(browser(request), cameBackTo(signInPaths.slackCallback, request));
        return isRefusal(to) ? refused(to) : sendTo(to.href);
      },
    },
    {
      method: "GET",
      path: signInPaths.companyCallback,
      async answer(request) {
        const back = await flow.backFromCompany(browser(request), cameBackTo(signInPaths.companyCallback, request));
        return isRefusal(back) ? refused(back) : sendTo(`${baseUrl}${signInPaths.agree}`);
      },
    },
    {
      method: "GET",
      path: signInPaths.agree,
      async answer(request) {
        const text = await flow.consent(browser(request));
        if (isRefusal(text)) return refused(text);
        const { title, lines, button, formToken } = text;
        const action = { kind: "form", path: signInPaths.agree, label: button, fields: { token: formToken } } as const;
        return page(200, { title, lines, action });
      },
    },
    { method: "POST", path: signInPaths.agree, answer: (request) => agree(pages, cookie, request) },
  ];
}

async function landing({ flow }: SignInPages, request: WebRequest): Promise<WebResponse> {
  const secret = request.query.get("s") ?? "";
  const text = await flow.landing(secret);
  if (isRefusal(text)) return refused(text);
  return page(200, {
    ...text,
    action: { kind: "link", href: `${signInPaths.slack}?s=${encodeURIComponent(secret)}`, label: "Go on with Slack" },
  });
}

async function agree({ flow, baseUrl }: SignInPages, cookie: SignInCookie, request: WebRequest): Promise<WebResponse> {
  // Beside the token: browsers say where a form was sent from, “null” from pages that tell no referrer, as ours.
  const site = request.headers.get("sec-fetch-site") ?? "same-origin";
  const origin = request.headers.get("origin") ?? "null";
  const isOurs = site === "same-origin" && (origin === "null" || origin === baseUrl);
  const token = isOurs ? new URLSearchParams(request.body).get("token") : null;
  const done = await flow.agree(cookie.read(request.headers.get("cookie")), token);
  if (isRefusal(done)) return refused(done);
  return page(200, done, { "set-cookie": cookie.clear() });
}

/** What went wrong, and what to type in Slack. */
function refused({ code, message, hint }: Refusal): WebResponse {
  const status = code === "sign-in-unavailable" || code === "identity-unknown" ? 503 : 403;
  return page(status, { title: "This did not work", lines: [message, hint] });
}

function faulty(id: string): WebResponse {
  const what = `Something went wrong in me (fault ${id}); nothing that was not recorded has happened.`;
  const hint =
    "In Slack, type whoami to see what holds, or look at the request's card, and then begin anew; give the fault's id to the admin of the bot.";
  return page(500, { title: "This did not work", lines: [what, hint] });
}
