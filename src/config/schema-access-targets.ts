// The part of the configuration's schema about systems beside Kubernetes in which access is given.
import { described, file, list, object, type Schema, text, texts } from "./schema-parts.ts";

const address = (example: string): Schema => ({
  type: "string",
  pattern: "^https://[^ @?#]{1,300}$",
  examples: [example],
});
const variable = (example: string): Schema => ({
  type: "string",
  pattern: "^[A-Z][A-Z0-9_]{0,99}$",
  examples: [example],
});
const identifier = (example: string): Schema => ({
  type: "string",
  pattern: "^[A-Za-z0-9][A-Za-z0-9._:@-]{0,199}$",
  examples: [example],
});
const claim = (example: string): Schema => ({ type: "string", minLength: 1, maxLength: 200, examples: [example] });

const scim = object(
  "An IdP's groups by SCIM 2.0 (RFC 7644).",
  {
    base: described(address("https://idp.example.com/scim/v2"), "The service provider's base URL."),
    tokenFrom: described(variable("SCIM_TOKEN"), "The environment variable that holds the bearer token."),
    userAttribute: {
      description: "The attribute of users that holds what the claim tells.",
      type: "string",
      enum: ["id", "externalId"],
      default: "externalId",
    },
    claim: described(claim("sub"), "The claim of the sign-in by which people are found: one with a lasting id."),
    groups: texts("Role of the catalogue → the group's `id`.", identifier("e9e30dba-f08f-4109-8486-d5c6a331660a")),
  },
  ["base", "tokenFrom", "claim", "groups"],
);

const github = object(
  "Teams of a GitHub organization.",
  {
    organization: described(identifier("example-org"), "The organization, whose members alone can be put into a team."),
    tokenFrom: described(
      variable("GITHUB_TOKEN"),
      "The environment variable that holds a token with the right to read and write the organization's members.",
    ),
    claim: described(
      claim("github_id"),
      "The claim of the sign-in that tells the number of a person's GitHub account; logins can change hands.",
    ),
    teams: texts("Role of the catalogue → the team's slug.", identifier("shop-reviewers")),
    api: {
      ...described(
        address("https://github.example.com/api/v3"),
        "The API's address: another one for GitHub Enterprise Server.",
      ),
      default: "https://api.github.com",
    },
  },
  ["organization", "tokenFrom", "claim", "teams"],
);

const dataos = object(
  "Use cases of DataOS, given by its grant resources: docs/dataos.md.",
  {
    base: described(address("https://example.dataos.app"), "The instance's address."),
    tokenFrom: described(variable("DATAOS_TOKEN"), "The environment variable that holds the API key."),
    claim: described(claim("dataos_id"), "The claim of the sign-in that tells a person's DataOS user id."),
    useCases: {
      description: "Role of the catalogue → the use case: its `id`, and its `values` by authorization atom.",
      type: "object",
      additionalProperties: object(
        "One use case.",
        {
          id: described(identifier("read-sales"), "The use case's id."),
          values: { description: "Authorization atom → what it is about.", type: "object", additionalProperties: true },
        },
        ["id", "values"],
      ),
    },
  },
  ["base", "tokenFrom", "claim", "useCases"],
);

export const accessTargetsSchema: Schema = list(
  "Systems beside Kubernetes in which somebody can be made a member for a time.",
  object(
    "One system: a name, and exactly one of `scim`, `github` and `dataos`.",
    {
      name: {
        description: "As roles name it in `on`.",
        type: "string",
        pattern: "^[a-z][a-z0-9-]{0,62}$",
        examples: ["github"],
      },
      title: described(text, "What people read on cards; left out: its name."),
      ...{ scim, github, dataos },
      privateAddresses: {
        description: "Lets it stand in a private network. Left out: a name that leads there is not asked.",
        type: "boolean",
        default: false,
      },
      caFile: described(file, "A file of certificates (PEM) that are trusted for it in place of the usual ones."),
    },
    ["name"],
  ),
);
