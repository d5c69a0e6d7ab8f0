// A Dockerfile taken apart, as far as ours goes: stages, their bases, and each instruction in order.

export interface Instruction {
  readonly name: string;
  /** For COPY, RUN and the like without flags. */
  readonly words: readonly string[];
  readonly flags: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface Stage {
  readonly name: string | null;
  readonly base: string;
  readonly instructions: readonly Instruction[];
}

/** Throws for what it does not understand, so that nothing goes by unread. */
export function stagesOf(text: string): readonly Stage[] {
  const args = new Map<string, string>();
  const stages: { name: string | null; base: string; instructions: Instruction[] }[] = [];
  for (const line of linesOf(text)) {
    const instruction = instructionOf(line);
    const current = stages.at(-1);
    if (instruction.name === "FROM") {
      const [base = "", as, name = null] = instruction.words;
      if (as !== undefined && as !== "AS") throw new Error(`not understood: ${line}`);
      stages.push({
        name,
        base: base.replace(/\$\{(\w+)\}/g, (_, arg: string) => args.get(arg) ?? ""),
        instructions: [],
      });
    } else if (current !== undefined) current.instructions.push(instruction);
    else if (instruction.name === "ARG") {
      const [name = "", value = ""] = instruction.text.split("=", 2);
      args.set(name, value);
    } else throw new Error(`before the first stage: ${line}`);
  }
  return stages;
}

function linesOf(text: string): readonly string[] {
  return text
    .replace(/\\\n/g, " ")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

function instructionOf(line: string): Instruction {
  const found = /^([A-Z]+)\s+(.*)$/.exec(line);
  if (found === null) throw new Error(`not an instruction: ${line}`);
  const [, name = "", rest = ""] = found;
  const flags: Record<string, string> = {};
  let text = rest;
  for (let flag = /^--([a-z]+)=(\S+)\s+/.exec(text); flag !== null; flag = /^--([a-z]+)=(\S+)\s+/.exec(text)) {
    flags[flag[1] ?? ""] = flag[2] ?? "";
    text = text.slice(flag[0].length);
  }
  const words = text.startsWith("[") ? (JSON.parse(text) as string[]) : text.split(/\s+/);
  return { name, words, flags, text };
}
