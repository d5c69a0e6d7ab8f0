// Every migration in the order in which it is applied; a released one is never edited.
import type { Migration } from "../migrate.ts";
import { firstTables } from "./0001-first-tables.ts";
import { linkTables } from "./0002-links.ts";
import { grants } from "./0003-grants.ts";
import { askingPeople } from "./0004-asking-people.ts";
import { reviews } from "./0005-reviews.ts";
import { grantTokens } from "./0006-grant-tokens.ts";
import { claimedJobs } from "./0007-claimed-jobs.ts";
import { severalReplicas } from "./0008-several-replicas.ts";
import { halfSignIns } from "./0009-half-sign-ins.ts";
import { prunings } from "./0010-prunings.ts";
import { outboxChannels } from "./0011-outbox-channels.ts";
import { oneLivingRow } from "./0012-one-living-row.ts";
import { leftovers } from "./0013-leftovers.ts";
import { doubtedMessages } from "./0014-doubted-messages.ts";

export const migrations: readonly Migration[] = [
  firstTables,
  linkTables,
  grants,
  askingPeople,
  reviews,
  grantTokens,
  claimedJobs,
  severalReplicas,
  halfSignIns,
  prunings,
  outboxChannels,
  oneLivingRow,
  leftovers,
  doubtedMessages,
];
