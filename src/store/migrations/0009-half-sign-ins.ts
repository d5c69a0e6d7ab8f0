// What a sign-in holds between two pages, sealed: a browser may come back to another replica than it left.
import type { Migration } from "../migrate.ts";

export const halfSignIns: Migration = {
  name: "0009-half-sign-ins",
  statements: ["ALTER TABLE sign_ins ADD COLUMN secret TEXT"],
};
