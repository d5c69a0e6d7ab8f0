// A bot where nobody can sign in: groups are what the person has.
import type { Identity } from "../../src/core/ports/identity.ts";
import { refuse } from "../../src/core/refusal.ts";

const off = async () => refuse("sign-in-off", "No sign-in is configured here.", "Nothing can be typed instead.");

export const noIdentity: Identity = {
  provider: null,
  begin: off,
  handOver: off,
  logOut: off,
  unlink: off,
  standing: ({ groups, weakGroups }) => ({
    groups: groups.map((group) => ({
      ...{
        group,
        from: ["by the configuration"],
        is: weakGroups?.includes(group) === true ? ("weak" as const) : ("sure" as const),
      },
    })),
    tooOld: null,
  }),
};
