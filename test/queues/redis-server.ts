// A Redis server in a directory of its own, on the loopback, that cannot outlive this process and can be killed and started again.
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Started, startProcess, tailsOf } from "../cluster/component-process.ts";
import { freePorts } from "../cluster/ports.ts";

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** As a crash, with all that it held: nothing of it is on a disk. */
  kill(): Promise<void>;
  /** It takes connections, since its machine does, and answers nothing any more. */
  hang(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const readyWithinMs = 15_000;
const asServer = [
  ...["--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction"],
  ...["--enable-debug-command", "local"],
];

/** `REDIS_SERVER` names a program; otherwise the PATH's. Throws with what to install where there is none. */
export function findRedis(environment: NodeJS.ProcessEnv): string {
  const given = environment.REDIS_SERVER;
  const folders = (environment.PATH ?? "").split(":").filter((folder) => folder !== "");
  const files = given === undefined || given === "" ? folders.map((folder) => join(folder, "redis-server")) : [given];
  const file = files.find((one) => existsSync(one));
  if (file !== undefined) return file;
  throw new Error(
    "No Redis server: the program redis-server is missing. On Debian: apt-get install -y redis-server. Elsewhere install Redis 6.2 or newer and name its program in REDIS_SERVER.",
  );
}

export interface Sentinel {
  /** Its configuration, which it rewrites. */
  readonly file: string;
  readonly isSentinel: true;
}

export async function startRedis(
  environment: NodeJS.ProcessEnv,
  more: readonly string[] = [],
  sentinel?: Sentinel,
): Promise<RedisServer> {
  const program = findRedis(environment);
  const directory = await mkdtemp(join(tmpdir(), "countersign-redis-"));
  const [port] = await freePorts(1);
  if (port === undefined) throw new Error("no free port");
  const pidFile = join(directory, "redis.pid");
  const launch = async (): Promise<Started> => {
    const started = await startProcess({
      name: "redis",
      program,
      args: [
        ...(sentinel === undefined ? [] : [sentinel.file, "--sentinel"]),
        ...["--bind", "127.0.0.1", "--port", String(port), "--dir", directory, "--pidfile", pidFile],
        ...(sentinel === undefined ? asServer : []),
        ...more,
      ],
      logFile: join(directory, "redis.log"),
      environment: { PATH: "/usr/bin:/bin" },
    });
    await answering(port, started);
    return started;
  };
  let running = await launch();
  return {
    ...{ url: `redis://127.0.0.1:${port}`, port },
    kill: () => running.stop(),
    hang: async () => void process.kill(Number(await readFile(pidFile, "utf8")), "SIGSTOP"),
    start: async () => {
      running = await launch();
    },
    stop: async () => {
      await running.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function answering(port: number, started: Started): Promise<void> {
  const until = Date.now() + readyWithinMs;
  for (;;) {
    const answer = await ping(port);
    // One that asks for a password answers too.
    if (/^\+PONG|^-NOAUTH/.test(answer)) return;
    if (started.ended() !== undefined || Date.now() > until)
      throw new Error(`Redis did not start: ${answer}\n${await tailsOf([started])}`);
    await pause(30);
  }
}

function ping(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port }, () => socket.write("PING\r\n"));
    const end = (answer: string): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("data", (data) => end(String(data)));
    socket.once("error", (error) => end(error.message));
    socket.setTimeout(1_000, () => end("no answer"));
  });
}
