// Every replica must hold the key that sensitive requests are encrypted with: the first one's is remembered by its fingerprint.
import { createHash } from "node:crypto";
import type { Client } from "pg";
import { send } from "./send.ts";

/** Throws when the directory holds another key than the database was written with. */
export async function sameKey(client: Client, key: Uint8Array, directory: string): Promise<void> {
  const mine = JSON.stringify(createHash("sha256").update("countersign requests.key\n").update(key).digest("hex"));
  const [, read] = await send(client, [
    {
      sql: "INSERT INTO settings (name, value) VALUES ('requests-key', ?) ON CONFLICT (name) DO NOTHING",
      params: [mine],
    },
    { sql: "SELECT value FROM settings WHERE name = 'requests-key'", params: [] },
  ]);
  if (read?.rows[0]?.value === mine) return;
  throw new Error(
    `${directory}/keys holds another requests.key than this database was written with: put the keys of the other replicas there (audit.pem, audit.vkey, requests.key, secret-tags.key).`,
  );
}
