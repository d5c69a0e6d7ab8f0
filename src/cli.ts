#!/usr/bin/env node
// The command line: one word, one file under `cli/`; the only reader of the environment besides main.
import { run } from "./cli/run.ts";

process.exitCode = await run(process.argv.slice(2), process.env);
