// Validation of pod specs: containers, their names, images and resources, and the restart policy.
import { asNumber, asObject, asObjects, asString, type Json, type JsonObject } from "../json.ts";
import { type FieldError, notSupported, required, wrongValue } from "../status.ts";
import { quantityValue } from "./quantity.ts";

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const LABEL_HELP =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

/** `Always` for what keeps running, `OnFailure` for jobs, `Any` for bare pods. */
export type RestartRule = "Always" | "OnFailure" | "Any";

const ALLOWED: Readonly<Record<RestartRule, readonly string[]>> = {
  Always: ["Always"],
  OnFailure: ["OnFailure", "Never"],
  Any: ["Always", "OnFailure", "Never"],
};

export function podSpecErrors(value: Json | undefined, path: string, rule: RestartRule): readonly FieldError[] {
  const spec = asObject(value);
  const containers = asObjects(spec.containers);
  const errors: FieldError[] = containers.length === 0 ? [required(`${path}.containers`)] : [];
  const seen = new Set<string>();
  for (const list of ["initContainers", "containers"])
    asObjects(spec[list]).forEach((container, index) => {
      const where = `${path}.${list}[${index}]`;
      const name = asString(container.name);
      if (seen.has(name))
        errors.push({
          reason: "FieldValueDuplicate",
          field: `${where}.name`,
          message: `Duplicate value: ${JSON.stringify(name)}`,
        });
      seen.add(name);
      errors.push(...containerErrors(container, where));
    });
  const policy = asString(spec.restartPolicy);
  if (rule === "OnFailure" && !ALLOWED[rule].includes(policy))
    errors.push(required(`${path}.restartPolicy`, 'valid values: "OnFailure", "Never"'));
  else if (!ALLOWED[rule].includes(policy)) errors.push(notSupported(`${path}.restartPolicy`, policy, ALLOWED[rule]));
  return [...errors, ...volumeErrors(spec, path)];
}

function containerErrors(container: JsonObject, where: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const name = asString(container.name);
  if (name === "") errors.push(required(`${where}.name`));
  else if (!LABEL.test(name)) errors.push(wrongValue(`${where}.name`, name, LABEL_HELP));
  if (asString(container.image) === "") errors.push(required(`${where}.image`));
  asObjects(container.ports).forEach((port, index) => {
    const number = asNumber(port.containerPort);
    if (number < 1 || number > 65535)
      errors.push(
        wrongValue(`${where}.ports[${index}].containerPort`, number, "must be between 1 and 65535, inclusive"),
      );
  });
  return [...errors, ...resourceErrors(asObject(container.resources), `${where}.resources`)];
}

function resourceErrors(resources: JsonObject, where: string): readonly FieldError[] {
  const limits = asObject(resources.limits);
  return Object.entries(asObject(resources.requests)).flatMap(([name, request]) => {
    const asked = quantityValue(asString(request));
    const most = quantityValue(asString(limits[name]));
    if (asked === undefined || most === undefined || asked <= most) return [];
    return [
      wrongValue(
        `${where}.requests`,
        request,
        `must be less than or equal to ${name} limit of ${asString(limits[name])}`,
      ),
    ];
  });
}

function volumeErrors(spec: JsonObject, path: string): readonly FieldError[] {
  const volumes = new Set(asObjects(spec.volumes).map((volume) => asString(volume.name)));
  return asObjects(spec.containers).flatMap((container, c) =>
    asObjects(container.volumeMounts).flatMap((mount, m) => {
      const name = asString(mount.name);
      if (volumes.has(name)) return [];
      return [
        {
          reason: "FieldValueNotFound" as const,
          field: `${path}.containers[${c}].volumeMounts[${m}].name`,
          message: `Not found: ${JSON.stringify(name)}`,
        },
      ];
    }),
  );
}
