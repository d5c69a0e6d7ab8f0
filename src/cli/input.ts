// A file named on the command line; `-` is the standard input.
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";

export async function readInput(file: string): Promise<string> {
  return file === "-" ? text(process.stdin) : readFile(file, "utf8");
}
