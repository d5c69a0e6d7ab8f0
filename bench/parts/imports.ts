// A process that only imports the packages that the bot imports to run in HTTP mode: what idle memory is compared with.
import "@kubernetes/client-node";
import "@slack/bolt";
import "@slack/web-api";
import "ajv/dist/2020.js";
import "canonicalize";
import "diff";
import "kysely";
import "pino";
import "rate-limiter-flexible";
import "re2js";
import "undici";
import "ws";
import "yaml";
import { servePart } from "./serve-part.ts";

await servePart(async () => ({ facts: {} }));
