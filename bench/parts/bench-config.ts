// The configuration of a measured bot: the demo's, with the fifty people of the benchmark and room for their questions.
import { demoConfig } from "../../demo/config.ts";

export interface BenchConfig {
  readonly directory: string;
  /** Of the cluster production. */
  readonly kubeconfig: string;
  /** Of further clusters, by name; each has a context production too. */
  readonly more?: Readonly<Record<string, string>>;
  readonly users: readonly string[];
}

export function benchConfig({ directory, kubeconfig, more = {}, users }: BenchConfig): string {
  const clusters = Object.entries({ production: kubeconfig, ...more }).map(([name, file]) => ({
    ...{ name, environment: "production", kubeconfig: file, context: "production" },
  }));
  return demoConfig(directory, clusters)
    .replace(/members: \[.*\]/, `members: [${users.join(", ")}]`)
    .concat("limits:\n  commandsPerMinute: 1000\n  votesPerMinute: 1000\n");
}
