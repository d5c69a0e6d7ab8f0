// The configuration of a measured bot: the demo's, with the fifty people of the benchmark and room for their questions.
import { demoConfig } from "../../demo/config.ts";

export interface BenchConfig {
  readonly directory: string;
  readonly kubeconfig: string;
  readonly users: readonly string[];
}

export function benchConfig({ directory, kubeconfig, users }: BenchConfig): string {
  const cluster = { name: "production", environment: "production", kubeconfig, context: "production" };
  return demoConfig(directory, [cluster])
    .replace(/members: \[.*\]/, `members: [${users.join(", ")}]`)
    .concat("limits:\n  commandsPerMinute: 1000\n  votesPerMinute: 1000\nhttp:\n  port: 0\n");
}
