// What the terminal says when the demo is up.
import { demoGreeting, signInGreeting } from "./greeting.ts";

export interface Welcomed {
  readonly pageUrl: string;
  readonly kept: { readonly file: string; readonly replaced: string | null };
  readonly isSample: boolean;
  readonly canSignIn: boolean;
}

export function welcomeText({ pageUrl, kept, isSample, canSignIn }: Welcomed): string {
  const [first, second] = demoGreeting;
  const [login, remove, grant] = signInGreeting;
  const steps = isSample
    ? `
  1. As Ana, in #payments, type    ${first?.text}
  2. Ask for the way back          ${second?.text}
  3. As Ben and then as Finn       press “Review and approve” in #platform-approvals,
                                   and watch it roll back. #countersign-audit holds every step.
`
    : "\n  Type /ops status in any channel, and /ops help. Changes are made on your cluster, with your kubeconfig's rights.\n";
  const signIn = canSignIn
    ? `
  4. As Ana, then as Finn          ${login?.text}
  5. As Ana, delete something      ${remove?.text}
     As Finn, approve it with his key: the code of the page must be the one in Slack.
  6. As Ana, ask for what she lacks, for ten minutes; Ben and Finn countersign:
     ${grant?.text}
`
    : "";
  const replaced =
    kept.replaced === null
      ? ""
      : `\n  The configuration was for another cluster; the old one is kept as ${kept.replaced}`;
  return `
Countersign is running, with a local Slack${isSample ? " and a sample cluster" : ""}. No account is needed.

  Open    ${pageUrl}
${steps}${signIn}
  The policy is in ${kept.file}: change it and start again.${replaced}
  Ctrl-C stops it; the next start goes on where this one ended, --fresh starts over.

`;
}
