// A progress bar in characters that every phone has.

const cells = 10;

/** `▰▰▰▰▱▱▱▱▱▱ 4/10`; a bar is full only when all is done, and starts only when something is. */
export function progressBar(done: number, total: number): string {
  const whole = Math.max(0, total);
  const part = Math.min(Math.max(0, done), whole);
  const share = whole === 0 ? 0 : (part / whole) * cells;
  const full = part === whole && whole > 0 ? cells : Math.min(cells - 1, part > 0 ? Math.max(1, Math.floor(share)) : 0);
  return `${"▰".repeat(full)}${"▱".repeat(cells - full)} ${part}/${whole}`;
}
