// Types of view-state.js, for tests and for view-check.js.

/** A block or an element as it came over the wire: the server has checked its shape. */
// biome-ignore lint/suspicious/noExplicitAny: blocks are drawn by their type, field by field; @slack/types has no common shape
export type Loose = Readonly<Record<string, any>>;
export type Answer = string | readonly string[] | readonly Readonly<Record<string, unknown>>[] | null;
export type Answers = Record<string, Record<string, Answer>>;

export function hasState(element: Loose): boolean;
export function isPlural(element: Loose): boolean;
export function optionsOf(element: Loose): readonly Loose[];
export function initialAnswer(element: Loose): Answer;
export function slackValue(element: Loose, answer: Answer): Record<string, unknown>;
export function statefulElements(blocks: readonly Loose[]): { block: Loose; element: Loose }[];
export function collectState(
  blocks: readonly Loose[],
  answers: Answers,
): Record<string, Record<string, Record<string, unknown>>>;
