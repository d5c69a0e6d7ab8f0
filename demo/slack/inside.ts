// The parts of the local Slack as its own modules see them; composed once, in start.ts.
import type { Clock } from "./clock.ts";
import type { Courier } from "./courier.ts";
import type { Faults } from "./faults.ts";
import type { Uploads } from "./files.ts";
import type { Hub } from "./hub.ts";
import type { Log } from "./log.ts";
import type { Modals } from "./modals.ts";
import type { Rates } from "./rates.ts";
import type { CommandSetting, ShortcutSetting } from "./records.ts";
import type { SignIn } from "./sign-in/sign-in.ts";
import type { Sockets } from "./sockets.ts";
import type { State } from "./state.ts";
import type { Tickets } from "./tickets.ts";

/** The app as the workspace has installed it. */
export interface AppSettings {
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  /** Bot scopes. */
  readonly scopes: ReadonlySet<string>;
  /** False: every token answers `account_inactive`, as after an uninstall. */
  readonly installed: boolean;
  readonly commands: readonly CommandSetting[];
  readonly shortcuts: readonly ShortcutSetting[];
  /** Bot events the app subscribes to, by the names of the app manifest (`message.channels`). */
  readonly events: ReadonlySet<string>;
  /** Of "Basic Information": for "Sign in with Slack". */
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where "Sign in with Slack" may send browsers back to; addresses below one of these too. */
  readonly redirectUrls: readonly string[];
  /** HTTP mode when set, else Socket Mode. */
  readonly requestUrl: string | undefined;
}

export interface Inside {
  readonly clock: Clock;
  readonly hub: Hub;
  readonly state: State;
  readonly log: Log;
  readonly faults: Faults;
  readonly rates: Rates;
  readonly tickets: Tickets;
  readonly modals: Modals;
  readonly sockets: Sockets;
  readonly courier: Courier;
  readonly uploads: Uploads;
  readonly signIn: SignIn;
  readonly newSecret: () => string;
  /** Read anew each time: tests change it while the app runs. */
  readonly app: () => AppSettings;
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: () => string;
  /** Where Socket Mode connections go, when not to `url`. */
  readonly socketBase: string | undefined;
}
