// Who exists in the test cluster, with which groups and token, and the kubeconfig each of them uses.
import { randomBytes } from "node:crypto";

/** People and robots that tests act as. What each may do stands in objects/rights.yaml. */
export const userNames = ["admin", "countersign", "alice", "bob", "carol", "viewer", "stranger"] as const;
export type UserName = (typeof userNames)[number];

const programNames = ["kube-controller-manager", "kube-scheduler", "kwok", "metrics-server"] as const;
export type ProgramName = (typeof programNames)[number];

export type Account = {
  /** The name as Kubernetes sees it; it stands in the audit log and in RBAC. */
  readonly username: string;
  readonly groups: readonly string[];
  readonly token: string;
};

export type Accounts = Readonly<Record<UserName | ProgramName, Account>>;

type Identity = Omit<Account, "token">;

const serviceAccount = (namespace: string, name: string): Identity => ({
  username: `system:serviceaccount:${namespace}:${name}`,
  groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`],
});

export const identities: Readonly<Record<UserName | ProgramName, Identity>> = {
  admin: { username: "admin", groups: ["system:masters"] },
  countersign: serviceAccount("countersign", "countersign"),
  alice: { username: "alice", groups: ["developers"] },
  bob: { username: "bob", groups: ["developers"] },
  carol: { username: "carol", groups: ["developers"] },
  viewer: { username: "viewer", groups: ["viewers"] },
  stranger: { username: "stranger", groups: [] },
  "kube-controller-manager": { username: "system:kube-controller-manager", groups: [] },
  "kube-scheduler": { username: "system:kube-scheduler", groups: [] },
  kwok: { username: "test-bed:kwok", groups: ["system:masters"] },
  "metrics-server": serviceAccount("kube-system", "metrics-server"),
};

/** Everybody with a new random token, never the same in two clusters. */
export function newAccounts(): Accounts {
  const entries = Object.entries(identities).map(([name, identity]) => [
    name,
    { ...identity, token: randomBytes(24).toString("base64url") },
  ]);
  return Object.fromEntries(entries) as Accounts;
}

/** The API server's `--token-auth-file`: token, user, uid, "groups". An empty fourth field would be a group named "". */
export function tokenFile(accounts: Accounts): string {
  return Object.values(accounts)
    .map(({ token, username, groups }) => {
      const fields = [token, username, username, ...(groups.length > 0 ? [`"${groups.join(",")}"`] : [])];
      return `${fields.join(",")}\n`;
    })
    .join("");
}

export type Endpoint = { readonly name: string; readonly server: string; readonly caPem: string };

/** A kubeconfig (JSON is YAML) with one context per user given, and `current` chosen. */
export function kubeconfigText(endpoint: Endpoint, users: readonly KubeconfigUser[], current: string): string {
  const cluster = {
    server: endpoint.server,
    "certificate-authority-data": Buffer.from(endpoint.caPem).toString("base64"),
  };
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: endpoint.name, cluster }],
    users: users.map((user) => ({ name: user.user, user: { token: user.token } })),
    contexts: users.map((user) => ({ name: user.context, context: { cluster: endpoint.name, user: user.user } })),
    "current-context": current,
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

export type KubeconfigUser = { readonly context: string; readonly user: string; readonly token: string };
