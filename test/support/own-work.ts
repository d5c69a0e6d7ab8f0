// How long something takes of this thread's own work.

/** Milliseconds, the best of five: other work on the machine and the first run do not count. */
export function ownWorkMs(what: () => unknown): number {
  const runs = Array.from({ length: 5 }, () => {
    const before = process.threadCpuUsage();
    what();
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1_000;
  });
  return Math.min(...runs);
}
