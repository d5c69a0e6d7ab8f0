// Names with stars, as policies write them.
export { covers, fits, fitsAny } from "../core/glob.ts";
