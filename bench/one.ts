// One benchmark in its own process: its figures, or why there are none, go to the parent.
import { benchmarkNamed } from "./benchmark.ts";

const [name = ""] = process.argv.slice(2);
const quick = process.argv.includes("--quick");
try {
  const measure = await benchmarkNamed(name).load();
  process.send?.({ figures: await measure({ quick }), fault: null });
} catch (error) {
  process.send?.({ figures: [], fault: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}
process.disconnect?.();
