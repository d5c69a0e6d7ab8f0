// The store's contract on PostgreSQL.
import { storeContract } from "../contracts/store.ts";
import { freshDatabase, storeAt } from "../postgres/fresh.ts";

storeContract("postgres", async (t, clock) => storeAt(t, await freshDatabase(t), { clock }));
