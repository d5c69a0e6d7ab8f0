// Who is who: from Slack's directory now, from the IdP when linked.
import type { GroupName } from "../ids.ts";
import type { Person, PersonRef } from "../person.ts";
import type { Refusal } from "../refusal.ts";

export interface Member extends PersonRef {
  /** Only by what a sign-in said that is too old by now: it gives nothing (R12). */
  readonly isLapsed?: true;
}

export interface People {
  /**
   * The person of a Slack user, with groups no older than the group maximum age. Refuses with `not-a-member` for guests, bots,
   * deactivated and foreign accounts, and with `identity-unknown` when the directory does not answer (fail closed).
   */
  person(userId: string): Promise<Person | Refusal>;
  /**
   * Members of a group that could vote now, and those who could once they have signed in anew. Refuses with `identity-unknown`
   * when that cannot be known.
   */
  members(group: GroupName): Promise<readonly Member[] | Refusal>;
  /**
   * Those to whom somebody lent one of these groups for countersigning, with `lent` filled in; who can't be known now is left
   * out. Absent where nothing can be lent.
   */
  lentTo?(groups: readonly GroupName[]): Promise<readonly Person[]>;
  /** The id of a channel by its name or id; refuses when the bot sees none. Absent where channels are not looked up. */
  channelId?(nameOrId: string): Promise<string | Refusal>;
  /** Refuses with `shared-channel` where other organisations read along, `identity-unknown` if that can't be known. */
  channel(channelId: string): Promise<{ readonly name: string; readonly isDirect: boolean } | Refusal>;
}
