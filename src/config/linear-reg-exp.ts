// Patterns of the schema in the linear engine, in ajv's form: they never reach the native one (T18).
import { RE2JS } from "re2js";

/** Each is compiled when a text first meets it: most files use few of them. */
export const linearRegExp = Object.assign(
  (pattern: string) => {
    let re2: RE2JS | undefined;
    const test = (text: string): boolean => {
      re2 ??= RE2JS.compile(pattern);
      return re2.matcher(text).find();
    };
    // ajv keeps patterns by their text, so each needs its own.
    return { test, toString: () => pattern };
  },
  { code: "linearRegExp" },
);
