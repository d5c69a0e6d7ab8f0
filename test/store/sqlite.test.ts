// The store's contract on SQLite.
import { storeContract } from "../contracts/store.ts";
import { temporaryStore } from "./samples.ts";

storeContract("sqlite", (t, clock) => temporaryStore(t, { clock }));
