// One authorization request, read and judged: pure. OpenID Connect Core 1.0, section 3.1.2; RFC 7636.

export interface IdpClient {
  readonly clientId: string;
  /** Null for a public client. */
  readonly clientSecret: string | null;
  /** Compared letter by letter (RFC 9700, section 2.1). */
  readonly redirectUris: readonly string[];
  readonly name: string;
}

export interface AuthorizationRequest {
  readonly client: IdpClient;
  readonly redirectUri: string;
  readonly state: string | null;
  readonly nonce: string | null;
  readonly codeChallenge: string;
  readonly scopes: readonly string[];
  readonly prompt: readonly string[];
  readonly maxAgeMs: number | null;
  readonly acrValues: readonly string[];
  readonly loginHint: string;
}

export type Read =
  | { readonly kind: "request"; readonly request: AuthorizationRequest }
  /** For a page of ours: the way back is not to be trusted. */
  | { readonly kind: "dead-end"; readonly says: string }
  /** For the client, by the way back. */
  | { readonly kind: "error"; readonly error: string; readonly redirectUri: string; readonly state: string | null };

export function readRequest(asked: URLSearchParams, clients: readonly IdpClient[]): Read {
  const client = clients.find(({ clientId }) => clientId === asked.get("client_id"));
  if (client === undefined) return { kind: "dead-end", says: "This sign-in does not know the program that sent you" };
  const redirectUri = asked.get("redirect_uri") ?? "";
  if (!client.redirectUris.includes(redirectUri))
    return { kind: "dead-end", says: `${client.name} has no such address to go back to: ${redirectUri}` };
  const state = asked.get("state");
  const error = protocolError(asked);
  if (error !== undefined) return { kind: "error", error, redirectUri, state };
  const maxAge = asked.get("max_age");
  return {
    kind: "request",
    request: {
      client,
      redirectUri,
      state,
      nonce: asked.get("nonce"),
      codeChallenge: asked.get("code_challenge") ?? "",
      scopes: wordsOf(asked, "scope"),
      prompt: wordsOf(asked, "prompt"),
      maxAgeMs: maxAge === null ? null : Number(maxAge) * 1000,
      acrValues: wordsOf(asked, "acr_values"),
      loginHint: asked.get("login_hint") ?? "",
    },
  };
}

const wordsOf = (asked: URLSearchParams, name: string): readonly string[] =>
  (asked.get(name) ?? "").split(" ").filter(Boolean);

function protocolError(asked: URLSearchParams): string | undefined {
  const names = [...asked.keys()];
  if (new Set(names).size !== names.length) return "invalid_request";
  if (asked.has("request") || asked.has("request_uri")) return "request_not_supported";
  if (asked.get("response_type") !== "code") return "unsupported_response_type";
  if (!["query", null].includes(asked.get("response_mode"))) return "invalid_request";
  if (!wordsOf(asked, "scope").includes("openid")) return "invalid_scope";
  const isChallenge = /^[\w-]{43}$/.test(asked.get("code_challenge") ?? "");
  if (asked.get("code_challenge_method") !== "S256" || !isChallenge) return "invalid_request";
  return /^\d{1,9}$/.test(asked.get("max_age") ?? "0") ? undefined : "invalid_request";
}
