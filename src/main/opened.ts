// What is open already while a run of the bot is put together.
import type { Checkpointer } from "../audit/checkpointer.ts";
import type { BotOptions } from "../main.ts";
import type { ClockWatch } from "./clock-watch.ts";
import type { OpenedIdentity } from "./identity.ts";
import type { CommandLine } from "./listen.ts";
import type { Operations } from "./operations.ts";
import type { PolicyKeeper } from "./policy.ts";
import type { KeptRecord } from "./record.ts";
import type { Workspace } from "./slack.ts";

export type RunOptions = BotOptions & Required<Pick<BotOptions, "reread">>;

export interface Opened {
  readonly record: KeptRecord;
  readonly workspace: Workspace;
  readonly identity: OpenedIdentity;
}

export interface Opening extends Omit<Opened, "identity"> {
  readonly options: RunOptions;
  readonly operations: Operations;
  readonly checkpointer: Checkpointer;
  readonly clockWatch: ClockWatch;
  readonly commandLine: CommandLine;
  readonly policy: PolicyKeeper;
}
