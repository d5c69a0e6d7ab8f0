// How one cluster is reached: server, credentials and one shared dispatcher, from a kubeconfig context or the pod's account.
import { readFileSync } from "node:fs";
import type { RequestOptions } from "node:https";
import { KubeConfig } from "@kubernetes/client-node";
import { Agent, type Dispatcher, ProxyAgent } from "undici";
import type { ClusterConfig } from "../../core/config.ts";
import { at, isJsonObject, textAt } from "../../core/json.ts";

export interface Endpoint {
  readonly server: string;
  /** In PEM; null where the machine's usual authorities are meant. */
  readonly certificateAuthority: string | null;
}

export interface Connection {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Path before `/api`, as proxies such as Rancher's need; "" for most. */
  readonly prefix: string;
  /** The same address for a client elsewhere. */
  readonly endpoint: Endpoint;
  /** One for all calls: client-node would open a TLS connection for each. */
  readonly dispatcher: Dispatcher;
  /** Authorization and the like, fresh: tokens from files are read again when they are a minute old. */
  headers(): Promise<Readonly<Record<string, string>>>;
  close(): Promise<void>;
}

/**
 * Throws when the context does not exist, would run a program for credentials (T33), or is plain HTTP to another machine. Does
 * not call the cluster.
 */
export async function connect(access: ClusterConfig["access"]): Promise<Connection> {
  const config = load(access);
  const cluster = config.getCurrentCluster();
  const user = config.getCurrentUser();
  if (cluster === null) throw new Error(`the kubeconfig has no cluster for context ${config.getCurrentContext()}`);
  if (user?.exec !== undefined && user.exec !== null) {
    throw new Error(
      `user ${user.name} of the kubeconfig needs an exec plugin, which is never run: use a token or certificate`,
    );
  }
  refuseForeignProvider(user?.authProvider);
  const url = new URL(cluster.server);
  refuseForeignHttp(url);
  const isPlain = url.protocol === "http:";
  // client-node lets plain HTTP pass only so; that it is this very machine was just checked.
  if (isPlain) config.clusters = config.clusters.map((one) => ({ ...one, skipTLSVerify: true }));
  const dispatcher = await dispatcherOf(config, isPlain);
  return {
    origin: url.origin,
    prefix: url.pathname.replace(/\/+$/, ""),
    endpoint: { server: cluster.server, certificateAuthority: authorityOf(cluster) },
    dispatcher,
    headers: () => headersOf(config),
    async close() {
      await dispatcher.destroy();
    },
  };
}

function load(access: ClusterConfig["access"]): KubeConfig {
  const config = new KubeConfig();
  if (access.kind === "in-cluster") config.loadFromCluster();
  else if (access.file === null) config.loadFromDefault();
  else config.loadFromFile(access.file);
  if (access.kind === "kubeconfig" && access.context !== null) {
    if (config.getContextObject(access.context) === null)
      throw new Error(`the kubeconfig has no context ${access.context}`);
    config.setCurrentContext(access.context);
  }
  return config;
}

/** client-node's other providers, and any with `exec`, run programs. */
function refuseForeignProvider(provider: unknown): void {
  if (provider === undefined || provider === null) return;
  const name = isJsonObject(provider) ? textAt(provider, "name") : "";
  const runsProgram = isJsonObject(provider) && at(provider, "config", "exec") !== undefined;
  if ((name === "oidc" || name === "tokenFile") && !runsProgram) return;
  throw new Error(`auth provider ${name} of the kubeconfig may run a program, which is never done`);
}

/** From the kubeconfig itself or from the file that it names. */
function authorityOf(cluster: { readonly caData?: string; readonly caFile?: string }): string | null {
  if (cluster.caData !== undefined && cluster.caData !== "") return Buffer.from(cluster.caData, "base64").toString();
  return cluster.caFile === undefined || cluster.caFile === "" ? null : readFileSync(cluster.caFile, "utf8");
}

const loopback: ReadonlySet<string> = new Set(["127.0.0.1", "[::1]", "localhost"]);

function refuseForeignHttp(url: URL): void {
  if (url.protocol === "https:") return;
  if (url.protocol === "http:" && loopback.has(url.hostname)) return;
  throw new Error(`server ${url.origin} is not https: credentials would travel in the clear`);
}

/**
 * HTTP/1.1 only: over HTTP/2 undici joins headers of one name, and the API server takes `a, b` for one group of that name when
 * people are impersonated. Seen on a real kube-apiserver.
 */
async function dispatcherOf(config: KubeConfig, isPlain: boolean): Promise<Dispatcher> {
  const keepAlive = { keepAlive: true, keepAliveInitialDelay: 30_000 };
  if (isPlain) return new Agent({ connect: keepAlive, allowH2: false });
  const { ca, cert, key, rejectUnauthorized, servername } = await securityOf(config);
  const tls = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key: Array.isArray(key) ? [...key] : key }),
    ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
    ...(servername === undefined ? {} : { servername }),
  };
  const proxy = config.getCurrentCluster()?.proxyUrl;
  if (proxy === undefined || proxy === "") return new Agent({ connect: { ...tls, ...keepAlive }, allowH2: false });
  if (!/^https?:/.test(proxy)) throw new Error("only HTTP proxies of a kubeconfig are supported");
  return new ProxyAgent({ uri: proxy, requestTls: { ...tls, allowH2: false }, allowH2: false });
}

/** What client-node sets for a call: authorization headers, and the TLS side as options. */
async function securityOf(config: KubeConfig): Promise<RequestOptions> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  return options;
}

async function headersOf(config: KubeConfig): Promise<Readonly<Record<string, string>>> {
  const security = await securityOf(config);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(security.headers ?? {})) headers[name.toLowerCase()] = String(value);
  if (typeof security.auth === "string")
    headers.authorization = `Basic ${Buffer.from(security.auth).toString("base64")}`;
  return headers;
}
