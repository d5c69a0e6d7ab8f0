// Runs an image's files as a container engine would: root read-only, as the image's user, first process of its own process tree.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Debian's package tini; the image takes it from there too. */
const tiniPlaces = ["/usr/bin/tini-static"];

/** Gives the image what its base would: an init, and the libraries that Node is linked with. Throws a sentence for what is missing. */
export function addBase(image: string): void {
  const tini = process.env.TINI ?? tiniPlaces.find((place) => existsSync(place));
  if (tini === undefined || !existsSync(tini))
    throw new Error(
      "The image starts under tini, and there is none: apt-get install tini, or name tini-static in the variable TINI.",
    );
  copyFileSync(tini, join(image, "usr/bin/tini"));
  const linked = execFileSync("ldd", [join(image, "usr/bin/node")], { encoding: "utf8" });
  for (const [library] of linked.matchAll(/\/\S+\.so\S*/g)) {
    mkdirSync(dirname(join(image, library)), { recursive: true });
    copyFileSync(library, join(image, library));
  }
  for (const place of ["proc", "dev", "tmp", "state"]) mkdirSync(join(image, place), { recursive: true });
}

export interface Container {
  /** Everything it has printed so far. */
  output(): string;
  /** As `docker stop`: to its first process. */
  signal(name: NodeJS.Signals): void;
  readonly ended: Promise<number | null>;
}

export interface Started {
  readonly image: string;
  /** On the host; writable inside as /state. */
  readonly state: string;
  readonly user: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** What is mounted goes with the namespace, that is with its first process. */
const script = `set -e
mount --make-rprivate /
mount --bind "$IMAGE" "$IMAGE"
mount -t proc proc "$IMAGE/proc"
mount -t tmpfs -o mode=1777 tmp "$IMAGE/tmp"
mount --rbind /dev "$IMAGE/dev"
mount --bind "$STATE" "$IMAGE/state"
mount -o remount,bind,ro "$IMAGE"
exec env -i -C / $GIVEN /usr/sbin/chroot --userspec="$RUN_AS" "$IMAGE" "$@"`;

/** Needs root, for namespaces and mounts; says so. */
export function startContainer({ image, state, user, command, env }: Started): Container {
  if (process.getuid?.() !== 0)
    throw new Error("To run an image's files as a container would needs root, for namespaces and mounts of its own.");
  const given = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const child = spawn("unshare", ["--mount", "--pid", "--fork", "--kill-child", "sh", "-c", script, "sh", ...command], {
    env: { PATH: process.env.PATH, IMAGE: image, STATE: state, RUN_AS: user, GIVEN: given.join(" ") },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
  return {
    output: () => printed,
    signal: (name) => process.kill(firstIn(child), name),
    ended: new Promise((resolve) => child.once("close", (status) => resolve(status))),
  };
}

/** The first process of the new tree, as the host numbers it. */
function firstIn({ pid }: ChildProcess): number {
  const [first] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
  if (first === undefined || first === "") throw new Error("the container has no process");
  return Number(first);
}
