// The command line of each program of the control plane (platform: Kubernetes 1.36, etcd 3.6, kwok 0.8).
import { join } from "node:path";
import type { ClusterComponent } from "./components.ts";
import type { Workspace } from "./workspace.ts";

export type Program = {
  readonly name: Exclude<ClusterComponent, "kubectl">;
  readonly args: readonly string[];
  /** Where it says that it works; over TLS with the cluster's authority, except etcd, which is asked by the API server. */
  readonly healthUrl?: string;
  readonly directory?: string;
};

const kwokFiles = join(import.meta.dirname, "kwok");
const flags = (values: Readonly<Record<string, string | number>>) =>
  Object.entries(values).map(([flag, value]) => `--${flag}=${value}`);

export function etcd(at: Workspace): Program {
  const client = `http://127.0.0.1:${at.ports.etcd}`;
  const peer = `http://127.0.0.1:${at.ports.etcdPeer}`;
  const args = flags({
    name: "default",
    "data-dir": at.file("etcd"),
    "listen-client-urls": client,
    "advertise-client-urls": client,
    "listen-peer-urls": peer,
    "initial-advertise-peer-urls": peer,
    "initial-cluster": `default=${peer}`,
    "unsafe-no-fsync": "true", // the data lives as long as the test
    "log-level": "warn",
  });
  return { name: "etcd", args };
}

export function kubeApiserver(at: Workspace): Program {
  const args = flags({
    "etcd-servers": `http://127.0.0.1:${at.ports.etcd}`,
    "bind-address": "127.0.0.1",
    "secure-port": at.ports.apiServer,
    "tls-cert-file": at.file("pki", "server.crt"),
    "tls-private-key-file": at.file("pki", "server.key"),
    "client-ca-file": at.file("pki", "ca.crt"),
    "kubelet-certificate-authority": at.file("pki", "ca.crt"),
    "kubelet-preferred-address-types": "InternalIP", // the nodes' names resolve nowhere
    "token-auth-file": at.file("tokens.csv"),
    "authorization-mode": "RBAC",
    "anonymous-auth": "false",
    "allow-privileged": "true",
    "service-cluster-ip-range": "10.0.0.0/24",
    "service-account-issuer": "https://kubernetes.default.svc",
    "service-account-key-file": at.file("pki", "service-accounts.pub"),
    "service-account-signing-key-file": at.file("pki", "service-accounts.key"),
    // The aggregated API of metrics-server trusts these.
    "requestheader-client-ca-file": at.file("pki", "front-proxy-ca.crt"),
    "requestheader-allowed-names": "front-proxy-client",
    "requestheader-username-headers": "X-Remote-User",
    "requestheader-group-headers": "X-Remote-Group",
    "requestheader-extra-headers-prefix": "X-Remote-Extra-",
    "proxy-client-cert-file": at.file("pki", "front-proxy.crt"),
    "proxy-client-key-file": at.file("pki", "front-proxy.key"),
    "audit-policy-file": join(import.meta.dirname, "objects", "audit-policy.yaml"),
    "audit-log-path": at.file("audit.log"),
    "audit-log-mode": "blocking",
    "audit-log-format": "json",
  });
  return { name: "kube-apiserver", args, healthUrl: `${at.server}/readyz` };
}

export function kubeControllerManager(at: Workspace): Program {
  const args = flags({
    ...controllerFlags(at, "kube-controller-manager", at.ports.controllerManager),
    "service-account-private-key-file": at.file("pki", "service-accounts.key"),
    "root-ca-file": at.file("pki", "ca.crt"),
    "cluster-signing-cert-file": at.file("pki", "ca.crt"),
    "cluster-signing-key-file": at.file("pki", "ca.key"),
    "use-service-account-credentials": "true",
    // The default of 20 requests a second makes a rollout of many pods crawl.
    "kube-api-qps": 200,
    "kube-api-burst": 400,
  });
  return {
    name: "kube-controller-manager",
    args,
    healthUrl: `https://127.0.0.1:${at.ports.controllerManager}/healthz`,
  };
}

export function kubeScheduler(at: Workspace): Program {
  const args = flags(controllerFlags(at, "kube-scheduler", at.ports.scheduler));
  return { name: "kube-scheduler", args, healthUrl: `https://127.0.0.1:${at.ports.scheduler}/healthz` };
}

/** The fake kubelets: they bring pods up as kwok/*.yaml says, and answer for logs and metrics. */
export function kwok(at: Workspace): Program {
  const address = `127.0.0.1:${at.ports.kubelet}`;
  const files = ["nodes", "pods", "broken-pods", "logs", "metrics"].map((name) => join(kwokFiles, `${name}.yaml`));
  const args = [
    ...flags({
      kubeconfig: at.kubeconfig("kwok"),
      "manage-all-nodes": "true",
      cidr: "10.1.0.0/16",
      "node-ip": "127.0.0.1",
      "node-port": at.ports.kubelet,
      "server-address": address,
      "tls-cert-file": at.file("pki", "server.crt"),
      "tls-private-key-file": at.file("pki", "server.key"),
      "node-lease-duration-seconds": 40,
    }),
    ...files.map((file) => `--config=${file}`),
  ];
  return { name: "kwok", args, healthUrl: `https://${address}/healthz`, directory: kwokFiles };
}

export function metricsServer(at: Workspace): Program {
  const kubeconfig = at.kubeconfig("metrics-server");
  const args = [
    ...flags({
      kubeconfig,
      "authentication-kubeconfig": kubeconfig,
      "authorization-kubeconfig": kubeconfig,
      "bind-address": "127.0.0.1",
      "secure-port": at.ports.metrics,
      "tls-cert-file": at.file("pki", "server.crt"),
      "tls-private-key-file": at.file("pki", "server.key"),
      "kubelet-certificate-authority": at.file("pki", "ca.crt"),
      "kubelet-preferred-address-types": "InternalIP",
      "metric-resolution": "10s", // the least it accepts, and only with a shorter timeout
      "kubelet-request-timeout": "5s",
    }),
    "--kubelet-use-node-status-port",
  ];
  return { name: "metrics-server", args, healthUrl: `https://127.0.0.1:${at.ports.metrics}/livez` };
}

function controllerFlags(at: Workspace, user: "kube-controller-manager" | "kube-scheduler", port: number) {
  const kubeconfig = at.kubeconfig(user);
  return {
    kubeconfig,
    "authentication-kubeconfig": kubeconfig,
    "authorization-kubeconfig": kubeconfig,
    "leader-elect": "false",
    "bind-address": "127.0.0.1",
    "secure-port": port,
    "tls-cert-file": at.file("pki", "server.crt"),
    "tls-private-key-file": at.file("pki", "server.key"),
  };
}
