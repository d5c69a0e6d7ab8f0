// All verbs: this list is the list of the bot's powers.
import type { AnyAction } from "../core/action.ts";
import { apply } from "./apply.ts";
import { approvals } from "./approvals.ts";
import { audit } from "./audit.ts";
import { breakglass } from "./breakglass.ts";
import { canI } from "./can-i.ts";
import { cancel } from "./cancel.ts";
import { delegate } from "./delegate.ts";
import { delegations } from "./delegations.ts";
import { deleteObject } from "./delete.ts";
import { describe } from "./describe.ts";
import { diff } from "./diff.ts";
import { done } from "./done.ts";
import { events } from "./events.ts";
import { extend } from "./extend.ts";
import { fetchKubeconfig } from "./fetch.ts";
import { freeze } from "./freeze.ts";
import { freezes } from "./freezes.ts";
import { get } from "./get.ts";
import { grant } from "./grant.ts";
import { grants } from "./grants.ts";
import { halt } from "./halt.ts";
import { help } from "./help.ts";
import { history } from "./history.ts";
import { login } from "./login.ts";
import { logout } from "./logout.ts";
import { logs } from "./logs.ts";
import { oncall } from "./oncall.ts";
import { pause } from "./pause.ts";
import { policy } from "./policy.ts";
import { policyApply } from "./policy-apply.ts";
import { request } from "./request.ts";
import { restart } from "./restart.ts";
import { resume } from "./resume.ts";
import { review } from "./review.ts";
import { reviews } from "./reviews.ts";
import { revoke } from "./revoke.ts";
import { rollback } from "./rollback.ts";
import { scale } from "./scale.ts";
import { setImage } from "./set-image.ts";
import { shorten } from "./shorten.ts";
import { status } from "./status.ts";
import { temp } from "./temp.ts";
import { top } from "./top.ts";
import { undelegate } from "./undelegate.ts";
import { unfreeze } from "./unfreeze.ts";
import { unhalt } from "./unhalt.ts";
import { unlink } from "./unlink.ts";
import { whoami } from "./whoami.ts";
import { why } from "./why.ts";

const all = [
  status,
  get,
  describe,
  logs,
  events,
  top,
  history,
  help,
  whoami,
  canI,
  why,
  freezes,
  reviews,
  oncall,
  delegations,
  approvals,
  request,
  diff,
  grants,
  temp,
  audit,
  policy,
  apply,
  rollback,
  restart,
  scale,
  setImage,
  pause,
  resume,
  deleteObject,
  grant,
  extend,
  revoke,
  done,
  shorten,
  fetchKubeconfig,
  cancel,
  login,
  logout,
  unlink,
  delegate,
  undelegate,
  halt,
  unhalt,
  freeze,
  unfreeze,
  breakglass,
  review,
  policyApply,
];

/** Verb → action. `AnyAction` forgets what each one's own types say; only dispatch calls them, with what they ask for. */
export const verbs: ReadonlyMap<string, AnyAction> = new Map(
  all.map((action) => [action.name, action as unknown as AnyAction]),
);

/** The names of all verbs, and of those that ask for a change: what a policy is checked against. */
export const verbNames = {
  verbs: all.map(({ name }) => name),
  changing: all.filter(({ kind }) => kind === "change").map(({ name }) => name),
  params: Object.fromEntries(
    [...verbs.values()].map(({ name, params }) => [
      name,
      Object.entries(params).flatMap(([key, { place }]) => (place === "document" || place === "field" ? [] : [key])),
    ]),
  ),
} as const;
