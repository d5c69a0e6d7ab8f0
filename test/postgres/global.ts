// For `node --test --test-global-setup=test/postgres/global.ts`: one database server for all test files of a run.
import { type Server, startServer } from "./server.ts";

let server: Server | undefined;

/** TEST_DATABASE_URL names a server to use instead: a superuser of it, since each test makes a database of its own. */
export async function globalSetup(): Promise<void> {
  if (process.env.TEST_DATABASE_URL) return;
  server = await startServer(process.env);
  Object.assign(process.env, { TEST_DATABASE_URL: server.url, TEST_DATABASE_CA: server.caFile });
}

export async function globalTeardown(): Promise<void> {
  await server?.stop();
}
