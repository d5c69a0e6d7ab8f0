// What the schema cannot say of systems beside Kubernetes: names that are known, each thing given by one role, people who are found.
import { type AccessTargetConfig, membershipOf } from "../core/access-targets.ts";
import { exactlyOne } from "./moments.ts";
import type { Path, Problem } from "./problem.ts";
import type { RawAccess, RawRole } from "./raw-access.ts";
import type { RawAccessTarget } from "./raw-access-targets.ts";
import { suggestion } from "./suggestion.ts";
import { typedTargets } from "./typed-access-targets.ts";

const kinds = ["scim", "github", "dataos"] as const;
const mapKeys = { scim: "groups", github: "teams", dataos: "useCases" } as const;

/** Claims that change hands (OpenID Connect Core 1.0, section 5.7), and so never say who somebody is (R9). */
const passingClaims = ["email", "preferred_username", "nickname", "name", "phone_number"];

export function targetProblems(raw: RawAccess, { hasSignIn }: { readonly hasSignIn: boolean }): readonly Problem[] {
  const targets = raw.targets ?? [];
  const names = targets.map(({ name }) => name);
  const path = ["access", "targets"];
  const unknowable = targets.length > 0 && !hasSignIn;
  const says = "Nobody is known in other systems without a sign-in: configure identity, or leave targets out.";
  return [
    ...(unknowable ? [{ path, says }] : []),
    ...targets.flatMap((target, index) => oneProblems(target, raw.roles ?? [], [...path, index])),
    ...names.flatMap((name, index) => {
      const at = [...path, index, "name"];
      if (name === "kubernetes") return [{ path: at, says: "“kubernetes” is the clusters; rename it.", came: name }];
      if (names.indexOf(name) === index) return [];
      return [{ path: at, says: `There are two targets “${name}”; rename one.`, came: name }];
    }),
  ];
}

function oneProblems(target: RawAccessTarget, roles: readonly RawRole[], path: Path): readonly Problem[] {
  const given = kinds.filter((kind) => target[kind] !== undefined);
  const [kind] = given;
  const [typed] = typedTargets([target]);
  if (given.length !== 1 || kind === undefined || typed === undefined)
    return [exactlyOne(path, `Target “${target.name}”`, kinds, given)];
  const claim = [...path, kind, "claim"];
  const passing = passingClaims.includes(typed.claim)
    ? [
        {
          path: claim,
          says: `“${typed.claim}” can pass to somebody else; name a claim with a lasting id, such as sub.`,
        },
      ]
    : [];
  return [...passing, ...mapProblems(typed, roles, [...path, kind, mapKeys[kind]])];
}

function mapProblems(target: AccessTargetConfig, roles: readonly RawRole[], path: Path): readonly Problem[] {
  const here = roles.filter(({ on }) => on === target.name).map(({ name }) => name);
  if (target.roles.size === 0) return [{ path, says: `Target “${target.name}” gives nothing; name a role.` }];
  const first = new Map<string, string>();
  return [...target.roles].flatMap(([role, mapped]): readonly Problem[] => {
    const of = typeof mapped === "string" ? mapped : mapped.id;
    const other = first.get(of);
    first.set(of, other ?? role);
    const problems: Problem[] = [];
    if (!here.includes(role)) {
      const says = `The catalogue has no role “${role}” with on: ${target.name}; ${suggestion(role, here)}`;
      problems.push({ path: [...path, role], says, came: role });
    }
    if (other !== undefined) {
      const says = `“${of}” is given by the role “${other}” already; the end of one would end the other.`;
      problems.push({ path: [...path, role], says, came: of });
    }
    return problems;
  });
}

/** Of a role of another system: keys that only roles of a cluster have say something that will not be. */
export function elsewhereProblems(role: RawRole, targets: readonly RawAccessTarget[], path: Path): readonly Problem[] {
  const target = typedTargets(targets).find(({ name }) => name === role.on);
  if (target === undefined) return [];
  const ofClusters = ["clusterRole", "role", "rules", "scope", "credential", "allowStreams"] as const;
  const problems: Problem[] = ofClusters
    .filter((key) => role[key] !== undefined)
    .map((key) => ({
      path: [...path, key],
      says: `“${key}” is of clusters; the role is of ${target.name}.`,
      came: key,
    }));
  if (membershipOf(target, role.name) !== null) return problems;
  const known = suggestion(role.name, [...target.roles.keys()]);
  const says = `Target “${target.name}” does not say what the role “${role.name}” is there; ${known}`;
  return [...problems, { path: [...path, "name"], says, came: role.name }];
}
