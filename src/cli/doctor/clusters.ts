// Whether each cluster answers, and as which version.
import { type Check, fail, ok } from "./finding.ts";

export const checkClusters: Check = async ({ clusters }) =>
  clusters.map(({ name, trouble, version }) => {
    const what = `cluster ${name}`;
    if (trouble === null) return ok(what, `It answers as ${version}.`);
    return fail(
      what,
      trouble,
      "See whether the kubeconfig's context, address, certificate and token are right: kubectl --kubeconfig FILE --context NAME version",
    );
  });
