// The part of the configuration's schema about access for a time: the catalogue of roles.
import { accessTargetsSchema } from "./schema-access-targets.ts";
import { described, duration, list, name, names, object, type Schema, text } from "./schema-parts.ts";

const objectName: Schema = { type: "string", minLength: 1, maxLength: 253, examples: ["view"] };

const rule = object(
  "One rule, as in a ClusterRole.",
  {
    apiGroups: {
      description: 'API groups; `""` is the core one.',
      type: ["array", "string"],
      items: { type: "string", maxLength: 253 },
      minItems: 1,
      maxItems: 100,
    },
    resources: names("Resources by their plural, subresources as `pods/log`."),
    verbs: names("Kubernetes' verbs, such as `get`."),
    resourceNames: names("Only objects of these names."),
  },
  ["apiGroups", "resources", "verbs"],
);

const role = object(
  "A role that can be granted for a time.",
  {
    name: described({ ...name, examples: ["read-logs"] }, "What people type."),
    title: described(text, "What it is for, in a person's words."),
    on: {
      description:
        "The system that it is a role of: the clusters, or one of `access.targets`, which says what the role is there.",
      type: "string",
      pattern: "^[a-z][a-z0-9-]{0,62}$",
      default: "kubernetes",
      examples: ["kubernetes"],
    },
    clusterRole: described(objectName, "A ClusterRole that the cluster has; what it holds is shown to approvers."),
    role: described(objectName, "A Role of the target's namespace."),
    rules: list(
      "What it holds exactly. The ClusterRole `countersign:grant:NAME` with these rules must stand in the cluster.",
      rule,
    ),
    scope: {
      description: "Whether it is granted in one namespace or on a whole cluster.",
      type: "string",
      enum: ["namespace", "cluster"],
      default: "namespace",
    },
    credential: {
      ...names(
        "`binding`: used with the person's own credentials. `token`: by a token made for it. The first is taken unless `--as` asks for another.",
      ),
      default: "binding",
    },
    maxFor: described(duration, "The longest time, extensions included; left out: `access.maxFor`."),
    allowStreams: {
      description: "Lets it hold exec, attach, port-forward and proxy, whose open streams outlive a grant.",
      type: "boolean",
      default: false,
    },
  },
  ["name", "title"],
);

export const accessSchema: Schema = object(
  "Access that ends by itself.",
  {
    roles: list("What can be granted.", role),
    targets: accessTargetsSchema,
    maxFor: { ...described(duration, "The longest time where a role says none."), default: "4h" },
    namespace: {
      description:
        "Where the service accounts of grants by token stand, each with its Secret, which holds nothing; it must exist, and should be for nothing else.",
      type: "string",
      pattern: "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$",
      default: "countersign-grants",
      examples: ["countersign-grants"],
    },
    admins: names("Groups whose members may end any grant."),
  },
  [],
);
