// Acting as somebody else: the impersonation headers, and whether the asker may.
import type { IncomingMessage } from "node:http";
import type { User } from "./authenticate.ts";
import type { Asked, Authorizer } from "./authorize.ts";
import { type ApiError, badRequest, forbidden } from "./status.ts";

const AUTHENTICATED = "system:authenticated";

/** The values of a header that may come several times, each by itself. */
function headerValues(request: IncomingMessage, name: string): readonly string[] {
  const values: string[] = [];
  for (let index = 0; index + 1 < request.rawHeaders.length; index += 2)
    if (request.rawHeaders[index]?.toLowerCase() === name) values.push(request.rawHeaders[index + 1] ?? "");
  return values;
}

const EXTRA = "impersonate-extra-";

interface Wanted {
  readonly user: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

function wantedUser(request: IncomingMessage): Wanted | undefined {
  const [user = ""] = headerValues(request, "impersonate-user");
  const [uid = ""] = headerValues(request, "impersonate-uid");
  const groups = headerValues(request, "impersonate-group");
  const extra: Record<string, readonly string[]> = {};
  for (const name of Object.keys(request.headers))
    if (name.startsWith(EXTRA)) extra[decodeURIComponent(name.slice(EXTRA.length))] = headerValues(request, name);
  if (user === "" && (uid !== "" || groups.length > 0 || Object.keys(extra).length > 0))
    throw badRequest(`requested ${JSON.stringify({ uid, groups, extra })} without impersonating a user name`);
  return user === "" ? undefined : { user, uid, groups, extra };
}

/** What the request is for, which constrained impersonation asks about as well. */
export type Target = Asked | { readonly verb: string; readonly path: string };

/**
 * The user a request acts as, when it asks for another one. Tried first as 1.36 does: `impersonate:user-info` on the
 * user with `impersonate-on:user-info:VERB` on the target; then plain `impersonate`. Throws 403 with the first refusal.
 * Source: apiserver pkg/endpoints/filters/impersonation (constrained_impersonation.go, mode.go).
 */
export function impersonated(
  request: IncomingMessage,
  by: User,
  authorizer: Authorizer,
  target: Target,
): User | undefined {
  const wanted = wantedUser(request);
  if (wanted === undefined) return undefined;
  const [, namespace, account] = SERVICE_ACCOUNT.exec(wanted.user) ?? [];
  const constrained = constrainedRefusal(wanted, { by, authorizer, target });
  if (constrained !== undefined && legacyRefusal(wanted, { by, authorizer }) !== undefined) throw constrained;
  return {
    name: wanted.user,
    uid: wanted.uid,
    groups: groupsOf(wanted, account === undefined ? undefined : namespace),
    extra: wanted.extra,
  };
}

const SERVICE_ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;
const AUTHENTICATION = "authentication.k8s.io";

interface Attempt {
  readonly by: User;
  readonly authorizer: Authorizer;
}

interface Right {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly name: string;
  readonly namespace?: string;
  readonly subresource?: string;
}

function refusal({ by, authorizer }: Attempt, right: Right): ApiError | undefined {
  const asked: Asked = { namespace: "", subresource: "", ...right };
  if (authorizer.allows(by, asked)) return undefined;
  return forbidden({ group: asked.group, plural: asked.resource }, asked.name, authorizer.refusalText(by, asked));
}

function firstRefusal(attempt: Attempt, rights: readonly Right[]): ApiError | undefined {
  for (const right of rights) {
    const refused = refusal(attempt, right);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

function userRights(wanted: Wanted, mode: "user-info" | "serviceaccount"): readonly Right[] {
  const right = { verb: `impersonate:${mode}`, group: AUTHENTICATION };
  const [, namespace = "", account = ""] = SERVICE_ACCOUNT.exec(wanted.user) ?? [];
  if (mode === "serviceaccount") return [{ ...right, resource: "serviceaccounts", name: account, namespace }];
  return [
    { ...right, resource: "users", name: wanted.user },
    ...(wanted.uid === "" ? [] : [{ ...right, resource: "uids", name: wanted.uid }]),
    ...wanted.groups.map((name) => ({ ...right, resource: "groups", name })),
    ...Object.entries(wanted.extra).flatMap(([subresource, values]) =>
      values.map((name) => ({ ...right, resource: "userextras", subresource, name })),
    ),
  ];
}

function constrainedRefusal(wanted: Wanted, attempt: Attempt & { readonly target: Target }): ApiError | undefined {
  const mode = SERVICE_ACCOUNT.test(wanted.user) ? "serviceaccount" : "user-info";
  const refused = firstRefusal(attempt, userRights(wanted, mode));
  if (refused !== undefined) return refused;
  const { by, authorizer, target } = attempt;
  if (wanted.groups.includes("system:masters"))
    return forbidden(
      { group: AUTHENTICATION, plural: "groups" },
      "system:masters",
      "impersonating the system:masters group is not allowed",
    );
  const verb = `impersonate-on:${mode}:${target.verb}`;
  if ("path" in target) {
    if (authorizer.allowsPath(by, verb, target.path)) return undefined;
    return forbidden({ group: "", plural: "" }, "", `User "${by.name}" cannot ${verb} path "${target.path}"`);
  }
  return refusal(attempt, { ...target, verb });
}

function legacyRefusal(wanted: Wanted, attempt: Attempt): ApiError | undefined {
  const right = { verb: "impersonate", group: "" };
  const [, namespace, account] = SERVICE_ACCOUNT.exec(wanted.user) ?? [];
  const user =
    namespace !== undefined && account !== undefined
      ? { ...right, resource: "serviceaccounts", name: account, namespace }
      : { ...right, resource: "users", name: wanted.user };
  return firstRefusal(attempt, [
    user,
    ...wanted.groups.map((name) => ({ ...right, resource: "groups", name })),
    ...Object.entries(wanted.extra).flatMap(([subresource, values]) =>
      values.map((name) => ({ ...right, group: AUTHENTICATION, resource: "userextras", subresource, name })),
    ),
    ...(wanted.uid === "" ? [] : [{ ...right, group: AUTHENTICATION, resource: "uids", name: wanted.uid }]),
  ]);
}

function groupsOf(wanted: Wanted, namespace: string | undefined): readonly string[] {
  const own = namespace === undefined ? [] : ["system:serviceaccounts", `system:serviceaccounts:${namespace}`];
  const groups = wanted.groups.length > 0 ? wanted.groups : own;
  if (wanted.user === "system:anonymous")
    return groups.includes("system:unauthenticated") ? groups : [...groups, "system:unauthenticated"];
  const isMarked = groups.includes(AUTHENTICATED) || groups.includes("system:unauthenticated");
  return isMarked ? groups : [...groups, AUTHENTICATED];
}
