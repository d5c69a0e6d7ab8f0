// The version of this program, from its package.
import { readFileSync } from "node:fs";

/** Beside `src/` in a checkout, one folder further up in the published package. */
const places = ["../package.json", "../../package.json"];

export function readVersion(): string {
  for (const place of places) {
    try {
      const parsed: unknown = JSON.parse(readFileSync(new URL(place, import.meta.url), "utf8"));
      if (typeof parsed === "object" && parsed !== null && "version" in parsed && typeof parsed.version === "string")
        return parsed.version;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  throw new Error("package.json is not beside the program");
}
