// A town whose bot reaches Kubernetes, Slack's Web API and Slack's socket each through a fault proxy.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Bot } from "../../../src/main.ts";
import { type FaultProxy, startFaultProxy } from "../../support/fault-proxy.ts";
import { identitySecrets, startTown, type Town } from "../../support/town.ts";
import type { OpenedRecord } from "./backends.ts";

export const links = ["kubernetes", "web api", "socket"] as const;
export type LinkName = (typeof links)[number];

export interface Network {
  readonly town: Town;
  readonly lines: Readonly<Record<LinkName, FaultProxy>>;
  heal(): void;
  startBot(more?: Parameters<Town["startBot"]>[0]): Promise<Bot>;
}

const portOf = (url: string): number => Number(new URL(url).port);

export async function startNetwork(t: TestContext, record: OpenedRecord): Promise<Network> {
  // Where sockets go must be known before Slack is there: it is started behind a port that is found first.
  const found = await startFaultProxy({ port: 1 });
  await found.stop();
  const town = await startTown(t, {
    databaseUrl: record.databaseUrl,
    slack: { socketBase: `ws://127.0.0.1:${found.port}` },
  });
  const socket = await startFaultProxy({ port: portOf(town.slack.url), listenOn: found.port });
  const webApi = await startFaultProxy({ port: portOf(town.slack.url) });
  const kubernetes = await startFaultProxy({ port: portOf(town.cluster.url) });
  const lines = { kubernetes, "web api": webApi, socket };
  const kubeconfig = join(town.directory, "kubeconfig");
  const through = readFileSync(kubeconfig, "utf8").replaceAll(town.cluster.url, `http://127.0.0.1:${kubernetes.port}`);
  writeFileSync(kubeconfig, through);
  t.after(() => Promise.all(Object.values(lines).map((line) => line.stop())));
  return {
    town,
    lines,
    heal: () => {
      for (const line of Object.values(lines)) {
        line.heal();
        line.refuse(false);
      }
    },
    startBot: (more = {}) => {
      const { botToken, appToken, apiUrl } = town.slack;
      const api = apiUrl.replace(`:${portOf(town.slack.url)}`, `:${webApi.port}`);
      const { databaseUrl } = record;
      const secrets = { botToken, appToken, signingSecret: null, apiUrl: api, identity: identitySecrets, databaseUrl };
      return town.startBot({ secrets, ...more });
    },
  };
}
