// `status` with 5,000 pods: against kubectl get pods, against a warm client's Table, and how soon a change is seen.
import { join } from "node:path";
import type { Pace } from "./benchmark.ts";
import { atLeast, atMost, type Figure } from "./figure.ts";
import { findKubectl, timeKubectl } from "./kubectl.ts";
import { openLoop } from "./open-loop.ts";
import type { Asking, Target } from "./parts/asker.ts";
import { namespaceName, workloadName } from "./parts/pods.ts";
import { type Part, startPart } from "./parts/start-part.ts";
import type { WorldFacts } from "./parts/world.ts";
import { signedCommand } from "./signed-command.ts";
import { median, medianRatio } from "./statistics.ts";
import { inDirectory } from "./temporary.ts";

const shape = { namespaces: 20, workloads: 10, podsPerWorkload: 25 };
/** So many objects change each second while everything is measured: nothing stays rendered for long. */
const changesPerSecond = 10;

export async function measure(pace: Pace): Promise<readonly Figure[]> {
  return inDirectory(async (directory) => {
    const kubeconfig = join(directory, "kubeconfig");
    const server = await startPart("kube-server.ts", { detail: { ...shape, kubeconfig } });
    const churn = setInterval(
      () => void server.ask("change", `registry.example/shop/churn:${Date.now()}`),
      1_000 / changesPerSecond,
    );
    const world = await startPart("world.ts", { detail: { kubeconfig } });
    const bot = await startPart("bot.ts", { detail: world.ready });
    const facts = world.ready as unknown as WorldFacts;
    const told = async (text: string, index: number) => tell(facts, bot, { text, index });
    await untilWarm(told);
    try {
      const against = await againstKubectl(pace, { directory, kubeconfig, told });
      clearInterval(churn);
      return [
        ...against,
        ...(await changeSeen(pace, server, told)),
        ...(await againstTable(pace, { directory, kubeconfig, server })),
      ];
    } finally {
      clearInterval(churn);
      for (const part of [bot, world, server]) await part.stop();
    }
  });
}

interface Told {
  readonly body: string;
  readonly tookMs: number;
}

type Telling = (text: string, index: number) => Promise<Told>;

async function tell(
  world: WorldFacts,
  bot: Part,
  { text, index }: { readonly text: string; readonly index: number },
): Promise<Told> {
  let body = "";
  const { latencies, errors } = await openLoop({
    url: String(bot.ready.url),
    perSecond: 1_000,
    commands: [signedCommand(world, text, index)],
    wrong: (status, answered) => {
      body = answered;
      return status === 200 ? null : `HTTP ${status}`;
    },
  });
  if (errors.length > 0) throw new Error(`${text}: ${errors[0]}`);
  return { body, tookMs: latencies[0] ?? Number.NaN };
}

async function untilWarm(told: Telling): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (let index = 0; Date.now() < deadline; index += 1) {
    if ((await told("status production:", index)).body.includes("5000 of 5000 pods ready")) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("the bot's cache did not become warm within a minute");
}

async function againstKubectl(
  { quick }: Pace,
  { directory, kubeconfig, told }: { readonly directory: string; readonly kubeconfig: string; readonly told: Telling },
): Promise<readonly Figure[]> {
  const kubectl = findKubectl();
  const scopes = [
    { name: "namespace", text: "status team-07", args: ["-n", "team-07"], says: "250 of 250 pods ready" },
    { name: "cluster", text: "status production:", args: ["-A"], says: "5000 of 5000 pods ready" },
  ];
  const figures: Figure[] = [];
  for (const { name, text, args, says } of scopes) {
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < (quick ? 7 : 21); round += 1) {
      const answer = await told(text, round);
      if (!answer.body.includes(says) || !answer.body.includes("As of")) throw new Error(`${text} said ${answer.body}`);
      ours.push(answer.tookMs);
      if (kubectl !== null)
        theirs.push(
          await timeKubectl(kubectl, {
            kubeconfig,
            cache: join(directory, "kubectl-cache"),
            args: ["get", "pods", ...args],
          }),
        );
    }
    figures.push({ name: `cluster-status.${name}.countersign`, value: median(ours), unit: "ms" });
    if (kubectl === null) continue;
    figures.push(
      { name: `cluster-status.${name}.kubectl`, value: median(theirs), unit: "ms" },
      {
        name: `cluster-status.${name}.kubectl-against-countersign`,
        value: medianRatio(theirs, ours),
        unit: "ratio",
        bound: atLeast(10),
      },
    );
  }
  if (kubectl === null)
    process.stdout.write("# no kubectl on PATH: nothing to compare status with. Install it, or set KUBECTL.\n");
  return figures;
}

/** From the server's event until an answer shows it; the worst of all tries. */
async function changeSeen({ quick }: Pace, server: Part, told: Telling): Promise<readonly Figure[]> {
  const took: number[] = [];
  for (let round = 0; round < (quick ? 10 : 30); round += 1) {
    const tag = `changed-${round}-${Date.now()}`;
    const startedAt = performance.now();
    if ((await server.ask("change", `registry.example/shop/service:${tag}`)) === 0) throw new Error("nobody watches");
    while (!(await told("status team-00/service-00", round)).body.includes(tag)) {
      if (performance.now() - startedAt > 10_000) throw new Error("a change was not seen within 10 s");
    }
    took.push(performance.now() - startedAt);
  }
  return [
    { name: "cluster-status.change-visible.median", value: median(took), unit: "ms" },
    { name: "cluster-status.change-visible.worst", value: Math.max(...took), unit: "ms", bound: atMost(1_000) },
  ];
}

async function againstTable(
  { quick }: Pace,
  { directory, kubeconfig, server }: { readonly directory: string; readonly kubeconfig: string; readonly server: Part },
): Promise<readonly Figure[]> {
  const asker = await startPart("asker.ts", {
    detail: { directory: join(directory, "asker"), kubeconfig, server: server.ready.url },
  });
  const figures: Figure[] = [];
  for (const { name, targets, counts } of questions()) {
    const times = { ours: [] as number[], table: [] as number[] };
    for (let round = 0; round < (quick ? 3 : 7); round += 1) {
      for (const way of ["ours", "table"] as const) {
        const count = counts[way];
        const asking: Asking = { targets, count };
        // A change before each round: the first answers are made anew.
        await server.ask("change", `registry.example/shop/round:${name}-${round}`);
        times[way].push(Number(await asker.ask(way, asking)) / count);
      }
    }
    figures.push(
      { name: `cluster-status.${name}.answer`, value: median(times.ours), unit: "ms" },
      { name: `cluster-status.${name}.table`, value: median(times.table), unit: "ms" },
      {
        name: `cluster-status.${name}.table-against-answer`,
        value: medianRatio(times.table, times.ours),
        unit: "ratio",
        bound: atLeast(5),
      },
    );
  }
  await asker.stop();
  return figures;
}

interface Question {
  readonly name: string;
  readonly targets: readonly Target[];
  readonly counts: { readonly ours: number; readonly table: number };
}

/** Fifty people, of the whole cluster, of the namespaces, and of 200 workloads. */
function questions(): readonly Question[] {
  const spaces = Array.from({ length: shape.namespaces }, (_, index) => namespaceName(index));
  const pods = (namespace: string) => `/api/v1/namespaces/${namespace}/pods?resourceVersion=0`;
  const workloads = spaces.flatMap((space) =>
    Array.from({ length: shape.workloads }, (_, index): Target => {
      const name = workloadName(index);
      return {
        text: `status ${space}/${name}`,
        path: `${pods(space)}&labelSelector=app.kubernetes.io%2Fname%3D${name}`,
      };
    }),
  );
  return [
    {
      name: "50-people-cluster",
      targets: [{ text: "status production:", path: "/api/v1/pods?resourceVersion=0" }],
      counts: { ours: 1_000, table: 50 },
    },
    {
      name: "50-people-20-namespaces",
      targets: spaces.map((space) => ({ text: `status ${space}`, path: pods(space) })),
      counts: { ours: 1_000, table: 400 },
    },
    { name: "50-people-200-workloads", targets: workloads, counts: { ours: 1_000, table: 1_000 } },
  ];
}
