// The outside of a measured bot, in a process of its own: the local Slack with fifty people, and the sample cluster.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultUsers, person } from "../../demo/slack/seed.ts";
import { startLocalSlack } from "../../demo/slack/start.ts";
import { benchConfig } from "./bench-config.ts";
import { sampleCluster } from "./sample-cluster.ts";
import { detailOf, servePart } from "./serve-part.ts";

/** What the measured processes are told of the world. */
export interface WorldFacts {
  readonly apiUrl: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly configFile: string;
  readonly channelId: string;
  readonly users: readonly string[];
}

export interface WorldOptions {
  /** A cluster that is already there, by its kubeconfig; the sample cluster when left out. */
  readonly kubeconfig?: string;
}

const people = 50;

await servePart(async () => {
  const options = detailOf<WorldOptions | null>();
  const directory = mkdtempSync(join(tmpdir(), "countersign-bench-"));
  const users = Array.from({ length: people }, (_, index) => `U0BENCH${String(index).padStart(2, "0")}`);
  const asked = users.map((id) => person({ id, name: id.toLowerCase(), realName: id, title: "", onPage: false }));
  const slack = await startLocalSlack({ port: 0, limits: "off", users: [...defaultUsers, ...asked] });
  const kubeconfig = options?.kubeconfig ?? join(directory, "kubeconfig");
  const cluster = options?.kubeconfig === undefined ? await sampleCluster(kubeconfig) : null;
  const configFile = join(directory, "countersign.yaml");
  writeFileSync(configFile, benchConfig({ directory, kubeconfig, users }));
  const facts: WorldFacts = {
    apiUrl: slack.apiUrl,
    botToken: slack.botToken,
    appToken: slack.appToken,
    signingSecret: slack.signingSecret,
    configFile,
    channelId: slack.channel("#payments")?.id ?? "",
    users,
  };
  return {
    facts: { ...facts },
    stop: async () => {
      await slack.stop();
      await cluster?.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
});
