// What people without good will send: manifests that explode, and strings that mean something to whoever shows them.
const head = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n";

const lols = ["a: &a [lol,lol,lol,lol,lol,lol,lol,lol,lol]"];
for (let i = 1; i < 10; i += 1) {
  const [before, name] = [String.fromCharCode(96 + i), String.fromCharCode(97 + i)];
  lols.push(`${name}: &${name} [${Array(9).fill(`*${before}`).join(",")}]`);
}
/** Manifests that would take all of a parser's time or memory. */
export const hostileYaml = {
  "a billion laughs": head + lols.join("\n"),
  "an alias of itself": `${head}spec: &a [*a]`,
  "10,000 brackets": `${head}spec: ${"[".repeat(10_000)}${"]".repeat(10_000)}`,
  "10,000 open brackets": `${head}spec: ${"[".repeat(10_000)}`,
  "5,000 levels of lists in a block": `${head}spec:\n  ${"- ".repeat(5_000)}x`,
  "101 levels": `${head}spec: ${"{a: ".repeat(101)}x${"}".repeat(101)}`,
  "300 documents": `${head}---\n`.repeat(300),
  "over a megabyte": `${head}data:\n  a: ${"x".repeat(1_000_001)}`,
  "an open quote before much": `${head}data: "${"\\".repeat(100_001)}`,
  "many colons": `${head}data: ${": ".repeat(20_000)}`,
  "many tags": `${head}data: ${"!a ".repeat(20_000)}`,
} as const;

/** Mentions, mark-up, terminal codes, text that runs backwards, what is nothing, and what is a lot. */
export const hostileStrings = [
  ...["<!channel>", "<@U0ANA0001>", "<https://evil.example|prod dashboard>", "`", "```", "*_~", "&lt;!here&gt;"],
  ...["\u202Eevil", "a\u200Bb", "\u0000", "\u001B[31m", "\r\n", "\uD83D\uDE00".repeat(40), "\u0301".repeat(60)],
  ...["__proto__", "constructor", "toString", "hasOwnProperty", "{}", "[]", '"', "'", "\\", "$(id)", "; rm -rf /"],
  ...["../../etc/passwd", "%00", "%n%s", "-1", "1e999", "NaN", "(a+)+$", "^(([a-z])+.)+[A-Z]([a-z])+$", "--", "-"],
  ...["x".repeat(2_900), "\u2028", "\uFEFF", "٣", "--flag ".repeat(300), "a:b/c".repeat(400), "((((((((((".repeat(200)],
] as const;
