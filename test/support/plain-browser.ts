// A browser without a window: follows redirects, keeps cookies as browsers do, presses the buttons of plain forms.
import { Agent, request } from "undici";

export interface PlainPage {
  readonly url: URL;
  readonly status: number;
  readonly html: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface PlainBrowser {
  /** Where it ends: a page, or the first address that begins with `stopAt`, which is not called. */
  open(address: URL | string): Promise<PlainPage>;
  /** The button whose words begin so, on the page; throws with the words of all that are there. */
  press(page: PlainPage, words: string): Promise<PlainPage>;
  /** Host → name → value. */
  readonly cookies: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

export interface BrowserOptions {
  /** Addresses that begin with one of these are where a journey ends. */
  readonly stopAt: readonly string[];
  /** PEM of an authority to trust. */
  readonly ca?: string;
}

interface Sent {
  readonly method: "GET" | "POST";
  readonly body?: string;
  /** Of the page whose form it is. */
  readonly origin?: string;
}

export function openPlainBrowser({ stopAt, ca }: BrowserOptions): PlainBrowser {
  const dispatcher = new Agent({ pipelining: 0, ...(ca === undefined ? {} : { connect: { ca } }) });
  const cookies = new Map<string, Map<string, string>>();

  /** One jar for a host, whatever the port: RFC 6265, section 8.5. Paths are left aside. */
  const jar = (url: URL): Map<string, string> => {
    const found = cookies.get(url.hostname) ?? new Map<string, string>();
    cookies.set(url.hostname, found);
    return found;
  };

  const keep = (url: URL, header: string | readonly string[] | undefined): void => {
    for (const line of header === undefined ? [] : [header].flat()) {
      const [pair = "", ...attributes] = line.split(";");
      const [name = "", value = ""] = [pair.slice(0, pair.indexOf("=")).trim(), pair.slice(pair.indexOf("=") + 1)];
      const isOver = attributes.some((one) => /^\s*(max-age=0|expires=thu, 01 jan 1970)/i.test(one));
      if (isOver) jar(url).delete(name);
      else jar(url).set(name, value);
    }
  };

  const go = async (url: URL, sent: Sent, hops = 0): Promise<PlainPage> => {
    if (stopAt.some((end) => url.href.startsWith(end))) return { url, status: 0, html: "", headers: {} };
    if (hops > 20) throw new Error("redirected for ever");
    const headers: Record<string, string> = {
      cookie: [...jar(url)].map(([name, value]) => `${name}=${value}`).join("; "),
    };
    if (sent.body !== undefined) headers["content-type"] = "application/x-www-form-urlencoded";
    if (sent.origin !== undefined) headers.origin = sent.origin;
    const { method, body = null } = sent;
    const answer = await request(url, { method, headers, body, dispatcher });
    keep(url, answer.headers["set-cookie"]);
    const html = await answer.body.text();
    const { location } = answer.headers;
    if (answer.statusCode >= 300 && answer.statusCode < 400 && typeof location === "string")
      return await go(new URL(location, url), { method: "GET" }, hops + 1);
    return { url, status: answer.statusCode, html, headers: answer.headers };
  };

  return {
    cookies,
    open: (address) => go(new URL(address), { method: "GET" }),
    press: async (page, words) => {
      const { action, method, fields } = formOf(page, words);
      const { origin } = page.url;
      if (method === "POST") return await go(action, { method, body: fields.toString(), origin });
      action.search = fields.toString();
      return await go(action, { method: "GET" });
    },
  };
}

interface Form {
  readonly action: URL;
  readonly method: "GET" | "POST";
  readonly fields: URLSearchParams;
}

function formOf(page: PlainPage, words: string): Form {
  const seen: string[] = [];
  for (const [, head = "", body = ""] of page.html.matchAll(/<form([^>]*)>(.*?)<\/form>/gs)) {
    for (const [, button = "", inner = ""] of body.matchAll(/<button([^>]*)>(.*?)<\/button>/gs)) {
      const label = plain(inner.replaceAll(/<[^>]*>/g, " "))
        .replaceAll(/\s+/g, " ")
        .trim();
      seen.push(label);
      if (!label.startsWith(words)) continue;
      const fields = new URLSearchParams();
      for (const [input] of body.matchAll(/<input[^>]*>/g))
        fields.append(attribute(input, "name"), attribute(input, "value"));
      if (attribute(button, "name") !== "") fields.append(attribute(button, "name"), attribute(button, "value"));
      const action = new URL(attribute(head, "action"), page.url);
      return { action, method: /method="?post/i.test(head) ? "POST" : "GET", fields };
    }
  }
  throw new Error(`no button "${words}" at ${page.url.pathname}; there are: ${seen.join(", ")}\n${page.html}`);
}

const attribute = (tag: string, name: string): string => plain(new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? "");

const plain = (text: string): string =>
  text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
