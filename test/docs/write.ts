// Writes the generated pages of the docs: node test/docs/write.ts
import { writeFileSync } from "node:fs";
import { pages } from "./pages.ts";

for (const { file, text } of pages) writeFileSync(file, text());
