// What the schema cannot say of `identity` and of groups within groups.
import { circlesOf } from "../core/groups.ts";
import { asGroupName } from "../core/ids.ts";
import type { Path, Problem } from "./problem.ts";
import { type RawConfig, wordsOf } from "./raw.ts";
import { unknown } from "./suggestion.ts";

export function identityProblems(raw: RawConfig): readonly Problem[] {
  const { identity } = raw;
  if (identity === undefined) return [];
  const problems = (
    [
      [["identity", "baseUrl"], identity.baseUrl],
      [["identity", "provider", "issuer"], identity.provider.issuer],
    ] as const
  ).flatMap(([path, url]) => urlProblems(path, url, identity.allowHttpLoopback === true));
  const { scopes, groupsClaim } = identity.provider;
  if (scopes !== undefined && !scopes.includes("openid"))
    problems.push({ path: ["identity", "provider", "scopes"], says: "Without the scope openid nobody can sign in." });
  const mapped = (raw.groups ?? []).findIndex((group) => wordsOf(group.idpGroups).length > 0);
  if (mapped >= 0 && groupsClaim === undefined)
    problems.push({
      path: ["groups", mapped, "idpGroups"],
      says: "The provider's groups are not read: write its “groupsClaim” in identity.provider.",
    });
  return problems;
}

function urlProblems(path: Path, url: string, allowHttp: boolean): Problem[] {
  if (!URL.canParse(url)) return [{ path, says: `“${url}” is not an address.`, came: url }];
  const { protocol, hostname } = new URL(url);
  if (protocol === "https:") return [];
  const isLoopback = hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
  if (allowHttp && isLoopback) return [];
  return [{ path, says: `“${url}” must begin with https://: who reads along could sign in as others.`, came: url }];
}

/** Groups in groups that are not there or go round; and the provider's groups without a provider. */
export function nestingProblems(raw: RawConfig): readonly Problem[] {
  const all = raw.groups ?? [];
  const names = all.map(({ name }) => name);
  const problems: Problem[] = all.flatMap((group, index) => [
    ...wordsOf(group.groups)
      .filter((inner) => !names.includes(inner))
      .map((inner) => unknown(["groups", index, "groups"], "group", inner, names)),
    ...(raw.identity === undefined && wordsOf(group.idpGroups).length > 0
      ? [{ path: ["groups", index, "idpGroups"], says: "Nobody can sign in: “identity” is missing." }]
      : []),
  ]);
  const nested = all.map((group) => ({
    name: asGroupName(group.name),
    groups: wordsOf(group.groups).map(asGroupName),
  }));
  for (const way of circlesOf(nested))
    problems.push({
      path: ["groups", names.indexOf(String(way[0])), "groups"],
      says: `These groups go round in a circle: ${way.join(" → ")}.`,
      came: way.join(" → "),
    });
  return problems;
}
