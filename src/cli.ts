#!/usr/bin/env node
// The command line: one word, one file under `cli/`; the only reader of the environment besides main.
import { run } from "./cli/run.ts";

// Ended by hand: an SDK may leave a timer behind when stopping meets a cut socket, and nothing is left to be done.
process.exit(await run(process.argv.slice(2), process.env));
