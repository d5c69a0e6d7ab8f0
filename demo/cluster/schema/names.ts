// Which names and labels the API server takes: apimachinery's pkg/util/validation.
import type { Kind } from "../kinds.ts";
import { type FieldError, wrongValue } from "../status.ts";

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const OLD_LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const LABEL_NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

const SUBDOMAIN_HELP =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL_HELP =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const OLD_LABEL_HELP =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const VALUE_HELP =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const KEY_HELP =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

export function nameErrors(kind: Kind, name: string): readonly FieldError[] {
  const wrong = (help: string): readonly FieldError[] => [wrongValue("metadata.name", name, help)];
  if (kind.group === "rbac.authorization.k8s.io") {
    if (name === "." || name === "..") return wrong(`may not be '${name}'`);
    return /[/%]/.test(name) ? wrong(name.includes("/") ? "may not contain '/'" : "may not contain '%'") : [];
  }
  if (kind.storedAs === "/namespaces") return LABEL.test(name) && name.length <= 63 ? [] : wrong(LABEL_HELP);
  if (kind.storedAs === "/services")
    return LABEL.test(name) && name.length <= 63 ? [] : wrong(OLD_LABEL.test(name) ? LABEL_HELP : OLD_LABEL_HELP);
  if (name.length > 253) return wrong("must be no more than 253 characters");
  return SUBDOMAIN.test(name) ? [] : wrong(SUBDOMAIN_HELP);
}

export function labelErrors(labels: Readonly<Record<string, string>>, field: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  for (const [key, value] of Object.entries(labels)) {
    const name = key.split("/").at(-1) ?? "";
    if (!LABEL_NAME.test(name) || name.length > 63) errors.push(wrongValue(field, key, KEY_HELP));
    if (value.length > 63) errors.push(wrongValue(field, value, "must be no more than 63 bytes"));
    else if (!LABEL_VALUE.test(value)) errors.push(wrongValue(field, value, VALUE_HELP));
  }
  return errors;
}
