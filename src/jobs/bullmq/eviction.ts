// That a Redis throws keys away is told to the log: BullMQ would say so on the standard error output, for each connection.

interface Informed {
  info(): Promise<string>;
}

const policyLine = /^maxmemory_policy:(.*)$/m;
const keeping = "noeviction";

/** BullMQ reads INFO for the version, too, and goes on having that. `tell` is called with the policy, each time it is read. */
export function tellEviction(client: Informed, tell: (policy: string) => void): void {
  const info = client.info.bind(client);
  const quiet = async (): Promise<string> => {
    const said = await info();
    const policy = policyLine.exec(said)?.[1]?.trim() ?? keeping;
    if (policy === keeping) return said;
    tell(policy);
    return said.replace(policyLine, `maxmemory_policy:${keeping}`);
  };
  // ioredis asks with a callback while it connects.
  const asked = (...args: readonly unknown[]): unknown =>
    args.length === 0 ? quiet() : Reflect.apply(info, client, args);
  Object.assign(client, { info: asked });
}
