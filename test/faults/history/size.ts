// How much of a part is run: in miniature, as CI does, or whole.

/** `npm run test:faults -- --minutes N`: under five it is the miniature. */
export const isWhole = process.env.FAULT_SIZE === "whole";

export const sized = <T>(whole: T, miniature: T): T => (isWhole ? whole : miniature);
