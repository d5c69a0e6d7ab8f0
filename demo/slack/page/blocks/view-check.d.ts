// Types of view-check.js, for tests.
import type { Answers, Loose } from "./view-state.js";

export function checkAnswers(blocks: readonly Loose[], answers: Answers): Record<string, string>;
