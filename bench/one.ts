// One benchmark in its own process: its figures, or why there are none, go to the parent.
import { benchmarkNamed, type Pace } from "./benchmark.ts";

const [name = "", pace = "{}"] = process.argv.slice(2);
// The parts that it started end with it, whichever of them still run.
const tell = (outcome: object): void => void process.send?.(outcome, () => process.exit());
try {
  const measure = await benchmarkNamed(name).load();
  tell({ figures: await measure(JSON.parse(pace) as Pace), fault: null });
} catch (error) {
  tell({ figures: [], fault: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}
