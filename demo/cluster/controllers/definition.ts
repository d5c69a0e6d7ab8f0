// CustomResourceDefinitions: their names are accepted and they count as established at once.
import { asObject, asObjects, asString, at } from "../json.ts";
import type { KubeObject } from "../object.ts";
import { type ControllerContext, condition, now, setStatus, specOf } from "./context.ts";

const RESOURCE = "apiextensions.k8s.io/customresourcedefinitions";

export function establishDefinition(context: ControllerContext, definition: KubeObject): void {
  if (condition(definition, "Established") !== undefined) return;
  const stored = asObjects(specOf(definition).versions).filter((version) => version.storage === true);
  const time = now(context);
  setStatus(context, RESOURCE, definition, {
    acceptedNames: asObject(at(definition, "spec", "names")),
    conditions: [
      {
        type: "NamesAccepted",
        status: "True",
        reason: "NoConflicts",
        message: "no conflicts found",
        lastTransitionTime: time,
      },
      {
        type: "Established",
        status: "True",
        reason: "InitialNamesAccepted",
        message: "the initial names have been accepted",
        lastTransitionTime: time,
      },
    ],
    storedVersions: stored.map((version) => asString(version.name)),
  });
}
