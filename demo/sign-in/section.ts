// The parts of the demo's configuration that are there because people can sign in: who they are in the cluster, and what it takes.
import { SECURITY_KEY } from "../idp/people.ts";
import { originOf, type SignInAddresses } from "./addresses.ts";

export const IDP_CLIENT = "countersign";
/** Of the local Slack's app. */
export const SLACK_CLIENT = "1234567890.1234567890123";

/** The rights of everybody who has not signed in: the first story works without it. */
export const GUEST = "acme:guest";

/** Groups of the provider, as the cluster names them. */
export const clusterGroup = (name: string): string => `acme:${name}`;

export const impersonationLines = `    impersonation: # every call is made as the person who asks
      user: { claim: email, prefix: "acme:" }
      groups: { from: idp, prefix: "acme:", only: [engineers, platform, payments-leads, security] }
      unlinked: { user: "${GUEST}", groups: ["${clusterGroup("engineers")}"] } # who has not signed in
`;

export const surePeopleRule = `    - name: sure-people # one is enough to delete, if it is known who that is: signed in, and with the key just now
      when: { actions: change, verbs: delete, groups: engineers }
      approvals:
        count: 1
        from: [platform, security]
        assurance: linked
        stepUp: { maxAge: 5m, acr: ["${SECURITY_KEY}"] }
      replaces: two-people
`;

export const accessSection = `access: # what can be granted for a time: grant me read-logs on data for 10m because …
  maxFor: 1h
  admins: security
  roles:
    - name: read-logs
      title: Read pods and their logs
      rules:
        - apiGroups: [""]
          resources: [pods, pods/log]
          verbs: [get, list, watch]
      credential: [binding, token]
    - name: repair
      title: Change what runs in a namespace # its holder could get further, so security has to agree
      clusterRole: edit
`;

export function identitySection({ botPort, idpPort }: SignInAddresses): string {
  return `identity: # the demo's own identity provider; everybody's sign-in is a click
  baseUrl: ${originOf(botPort)}
  allowHttpLoopback: true
  provider:
    title: Acme sign-in
    issuer: ${originOf(idpPort)}
    clientId: ${IDP_CLIENT}
    scopes: [openid, profile, email, groups]
    groupsClaim: groups
    claims: [email]
    signingAlgorithm: ES256
  slack:
    clientId: "${SLACK_CLIENT}"
`;
}
