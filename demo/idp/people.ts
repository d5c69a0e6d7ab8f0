// The people of the demo's company as its directory knows them, and the strengths of its sign-in.

export interface DirectoryPerson {
  /** Never given to anybody else, unlike names and addresses. */
  readonly subject: string;
  /** What clusters and other systems know the person by. */
  readonly userName: string;
  readonly name: string;
  readonly title: string;
  readonly groups: readonly string[];
}

const person = (subject: string, name: string, title: string, groups: readonly string[]): DirectoryPerson => ({
  subject,
  userName: `${name.split(" ")[0]?.toLowerCase()}@acme-robotics.example`,
  name,
  title,
  groups: ["engineers", ...groups],
});

/** The same six that the local Slack has. */
export const demoPeople: readonly DirectoryPerson[] = [
  person("acme-1001", "Ana Ortiz", "On-call engineer", ["platform"]),
  person("acme-1002", "Ben Adeyemi", "Payments lead", ["payments-leads"]),
  person("acme-1003", "Chloe Martin", "Payments lead", ["payments-leads"]),
  person("acme-1004", "Dev Patel", "Data engineer", []),
  person("acme-1005", "Eve Lindqvist", "Security and audit", ["security"]),
  person("acme-1006", "Finn Keller", "Platform admin", ["platform"]),
];

/** `acr` values. */
export const PASSWORD = "urn:countersign:demo:password";
export const SECURITY_KEY = "urn:countersign:demo:mfa";

/** `amr` values of RFC 8176 for each. */
export const methodsOf = (acr: string): readonly string[] => (acr === SECURITY_KEY ? ["hwk", "mfa"] : ["pwd"]);
