// The part of the schema about what people are called in a cluster.
import { described, names, object, type Schema, text, texts } from "./schema-parts.ts";

const claim: Schema = { type: "string", pattern: "^[A-Za-z0-9_:./-]{1,200}$", examples: ["email"] };
const prefix: Schema = { type: "string", pattern: "^[!-~]{0,100}$", examples: ["oidc:"] };
const kubernetesName: Schema = { type: "string", minLength: 1, maxLength: 253 };

export const impersonationSchema = object(
  "What people are called there: every call is then made as the person who asks, by impersonation. Needed once there is a sign-in.",
  {
    user: object(
      "The user name.",
      {
        claim: described(
          claim,
          "The claim of the sign-in that names the user: `sub`, `email`, `preferred_username`, …",
        ),
        prefix: described(prefix, "Put before it, as the cluster's own sign-in does; may be empty."),
      },
      ["claim", "prefix"],
    ),
    groups: object(
      "The groups; left out: none.",
      {
        from: described(
          { ...claim, examples: ["idp"] },
          "`idp` for the groups of the sign-in, else a claim whose value is the one group.",
        ),
        prefix: described(prefix, "Put before each; may be empty."),
        only: names("Those that count, as the IdP names them, each with `*` for any text; left out: all."),
      },
      ["from", "prefix"],
    ),
    uid: described(claim, "The claim that gives the uid; left out: none is sent."),
    extra: texts("Extra keys, each with the claim that gives its value.", claim),
    unlinked: object(
      "Whose rights people have who have not signed in and whom the policy lets do something all the same; left out: none, they are refused.",
      {
        user: described(text, "The user name, as it is."),
        groups: { ...names("The groups, as they are."), items: kubernetesName },
      },
      ["user"],
    ),
  },
  ["user"],
);
