// The private directory of one test cluster: certificates, keys, tokens, kubeconfigs, data, logs.
import { generateKeyPairSync } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { issue, newAuthority, validAround } from "./certificates.ts";
import { newDirectory } from "./directory.ts";
import { freePorts } from "./ports.ts";
import { type Accounts, kubeconfigText, newAccounts, type ProgramName, tokenFile, type UserName } from "./users.ts";

/** Everything the programs of one cluster are started with. */
export type Workspace = {
  readonly name: string;
  readonly directory: string;
  readonly caPem: string;
  readonly accounts: Accounts;
  readonly ports: Ports;
  /** The API server's address. */
  readonly server: string;
  file(...path: readonly string[]): string;
  kubeconfig(user: UserName | ProgramName): string;
};

const portNames = ["etcd", "etcdPeer", "apiServer", "controllerManager", "scheduler", "kubelet", "metrics"] as const;
export type Ports = Readonly<Record<(typeof portNames)[number], number>>;

/** Makes the directory, readable only by us, with all its secrets new. `name` is the cluster's name in kubeconfigs. */
export async function newWorkspace(name: string, now: Date): Promise<Workspace> {
  const directory = await newDirectory("countersign-cluster");
  const file = (...path: readonly string[]) => join(directory, ...path);
  for (const part of ["pki", "kubeconfig", "logs", "etcd"]) await mkdir(file(part), { mode: 0o700 });
  const caPem = await writeCertificates(file, now);
  const accounts = newAccounts();
  const secret = { mode: 0o600 };
  await writeFile(file("tokens.csv"), tokenFile(accounts), secret);
  const numbers = await freePorts(portNames.length);
  const ports = Object.fromEntries(portNames.map((port, place) => [port, numbers[place]])) as Ports;
  const server = `https://127.0.0.1:${ports.apiServer}`;
  const kubeconfig = (user: UserName | ProgramName) => file("kubeconfig", `${user}.json`);
  for (const [user, { token }] of Object.entries(accounts)) {
    const text = kubeconfigText({ name, server, caPem }, [{ context: name, user, token }], name);
    await writeFile(file("kubeconfig", `${user}.json`), text, secret);
  }
  return { name, directory, caPem, accounts, ports, server, file, kubeconfig };
}

async function writeCertificates(file: Workspace["file"], now: Date): Promise<string> {
  const validity = validAround(now);
  const authority = newAuthority("countersign-test-bed", validity);
  const names = { ips: ["127.0.0.1", "10.0.0.1"], hosts: ["localhost", "kubernetes.default.svc"] };
  const front = newAuthority("countersign-test-bed-front-proxy", validity);
  const all = {
    ca: authority,
    server: issue(authority, { commonName: "test-bed", use: "server", ...names }, validity),
    "front-proxy-ca": front,
    "front-proxy": issue(front, { commonName: "front-proxy-client", use: "client" }, validity),
  };
  for (const [name, pair] of Object.entries(all)) {
    await writeFile(file("pki", `${name}.crt`), pair.certificatePem);
    await writeFile(file("pki", `${name}.key`), pair.keyPem, { mode: 0o600 });
  }
  const signer = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const serviceAccountKey = signer.privateKey.export({ type: "sec1", format: "pem" });
  await writeFile(file("pki", "service-accounts.key"), serviceAccountKey, { mode: 0o600 });
  await writeFile(file("pki", "service-accounts.pub"), signer.publicKey.export({ type: "spki", format: "pem" }));
  return authority.certificatePem;
}
