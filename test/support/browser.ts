// A browser without scripts: keeps cookies, follows redirects and links, sends forms; TLS is ended before the bot.
import type { ScriptedProvider } from "./scripted-provider.ts";

export interface Shown {
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
  /** The page without its markup. */
  readonly text: string;
  readonly url: URL;
}

export interface Browser {
  /** Cookies of the bot, by name. */
  readonly cookies: Map<string, string>;
  /** Every address that was asked for, also at the providers. */
  readonly visited: URL[];
  /** Follows redirects, also through the providers, until a page is shown. */
  open(url: string | URL): Promise<Shown>;
  /** One request: a redirect is not followed. */
  ask(url: string | URL, init?: Asking): Promise<Shown>;
  /** Follows the page's one link. */
  click(page: Shown): Promise<Shown>;
  /** Sends the page's one form, with other fields in place of its own where given. */
  submit(page: Shown, fields?: Readonly<Record<string, string>>, headers?: Asking["headers"]): Promise<Shown>;
}

interface Asking {
  readonly form?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `baseUrl` is what people see; the bot itself listens at `port`. */
export function openBrowser(of: {
  readonly baseUrl: string;
  readonly port: number;
  readonly providers: readonly ScriptedProvider[];
}): Browser {
  const cookies = new Map<string, string>();
  const visited: URL[] = [];
  const ask: Browser["ask"] = async (to, init = {}) => {
    const url = new URL(to, of.baseUrl);
    visited.push(url);
    if (url.origin !== of.baseUrl) throw new Error(`no page of the bot: ${url.origin}`);
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(`http://127.0.0.1:${of.port}${url.pathname}${url.search}`, {
      redirect: "manual",
      headers: { ...init.headers, ...(cookie === "" ? {} : { cookie }) },
      ...(init.form === undefined ? {} : { method: "POST", body: new URLSearchParams(init.form) }),
    });
    for (const set of answer.headers.getSetCookie()) keep(cookies, set);
    const html = await answer.text();
    return { status: answer.status, headers: answer.headers, html, text: textOf(html), url };
  };
  const open: Browser["open"] = async (to) => {
    let url = new URL(to, of.baseUrl);
    for (let hops = 0; hops < 10; hops += 1) {
      const provider = of.providers.find(({ issuer }) => url.href.startsWith(`${issuer}/`));
      if (provider !== undefined) {
        visited.push(url);
        url = provider.authorize(url);
        continue;
      }
      const shown = await ask(url);
      const location = shown.headers.get("location");
      if (location === null) return shown;
      url = new URL(location, url);
    }
    throw new Error("too many redirects");
  };
  return {
    cookies,
    visited,
    open,
    ask,
    click: (page) => open(new URL(plain(/<a class="go"[^>]* href="([^"]*)"/.exec(page.html)?.[1]), page.url)),
    submit: (page, fields = {}, headers = {}) => {
      const action = plain(/<form method="post" action="([^"]*)"/.exec(page.html)?.[1]);
      const own = [...page.html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)];
      const form = Object.fromEntries(own.map(([, name, value]) => [plain(name), plain(value)]));
      return ask(new URL(action, page.url), { form: { ...form, ...fields }, headers });
    },
  };
}

function keep(cookies: Map<string, string>, header: string): void {
  const [pair = ""] = header.split(";");
  const at = pair.indexOf("=");
  if (/Max-Age=0(;|$)/.test(header)) cookies.delete(pair.slice(0, at));
  else cookies.set(pair.slice(0, at), pair.slice(at + 1));
}

function textOf(html: string): string {
  return plain(html.replaceAll(/<style>.*?<\/style>/gs, "").replaceAll(/<[^>]*>/g, " "))
    .replaceAll(/\s+/g, " ")
    .trim();
}

function plain(escaped: string | undefined): string {
  return (escaped ?? "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}
