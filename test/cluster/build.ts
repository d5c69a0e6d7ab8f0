// Builds the test bed's programs that are missing, one after another, into a cache named by version and pins.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { access, constants, mkdir, rename, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import {
  type ClusterComponent,
  type Component,
  type ComponentName,
  components,
  type PinnedComponent,
  pinned,
} from "./components.ts";
import { withLock } from "./lock.ts";
import { findToolchain, isAtLeast, type Toolchain } from "./toolchain.ts";

/** Where each program of the test bed stands on this machine. */
export type Binaries = Readonly<Record<ClusterComponent, string>>;

export type BuildSettings = {
  readonly environment: NodeJS.ProcessEnv;
  /** Takes one line about what is being done; building for minutes without a word looks like hanging. */
  readonly say: (line: string) => void;
};

const everyProgram = components.map((component) => component.name).filter((name) => name !== "helm");

/**
 * Every program of a cluster, ready to run: from KUBEBUILDER_ASSETS where that directory holds it, else from the cache,
 * else built now (about ten minutes on two idle cores the first time). A program appears under its name only when it
 * is whole. Doing it twice, also at the same time, builds once. Throws when Go is missing or a build fails.
 */
export async function binariesFor(settings: BuildSettings): Promise<Binaries> {
  return Object.fromEntries(await programsFor(settings, everyProgram)) as Binaries;
}

/** As `binariesFor`, for some of the programs only. */
export async function programsFor(
  settings: BuildSettings,
  names: readonly ComponentName[],
): Promise<ReadonlyMap<ComponentName, string>> {
  const places = await placesOf(names, settings.environment);
  if (places.some((place) => !place.exists)) {
    const cache = cacheRoot(settings.environment);
    await mkdir(cache, { recursive: true });
    await withLock(join(cache, "building"), settings.say, () => buildMissing(settings, names));
  }
  return new Map(places.map((place) => [place.component.name, place.path]));
}

/** The directory that holds all caches of the test bed: COUNTERSIGN_TEST_BED_CACHE, or one below the user's cache. */
export function cacheRoot(environment: NodeJS.ProcessEnv): string {
  const chosen = environment.COUNTERSIGN_TEST_BED_CACHE;
  if (chosen !== undefined && chosen !== "") return chosen;
  return join(environment.XDG_CACHE_HOME || join(homedir(), ".cache"), "countersign-test-bed");
}

type Place = { readonly component: PinnedComponent; readonly path: string; readonly exists: boolean };

function placesOf(names: readonly ComponentName[], environment: NodeJS.ProcessEnv): Promise<readonly Place[]> {
  const wanted = components.filter((component) => names.includes(component.name));
  return Promise.all(wanted.map((component) => placeOf(component, environment)));
}

async function placeOf(component: Component, environment: NodeJS.ProcessEnv): Promise<Place> {
  const exact = await pinned(component);
  const assets = environment.KUBEBUILDER_ASSETS;
  if (assets !== undefined && assets !== "") {
    const given = join(assets, component.name);
    if (await isExecutable(given)) return { component: exact, path: given, exists: true };
  }
  const directory = `${exact.module}-${exact.version}-${exact.pin}-${process.platform}-${process.arch}`;
  const path = join(cacheRoot(environment), directory, exact.name);
  return { component: exact, path, exists: await isExecutable(path) };
}

async function buildMissing(settings: BuildSettings, names: readonly ComponentName[]): Promise<void> {
  const places = await placesOf(names, settings.environment);
  const missing = places.filter((place) => !place.exists);
  if (missing.length === 0) return;
  const needed = missing.map((place) => place.component.goVersion).reduce((a, b) => (isAtLeast(a, b) ? a : b));
  const programs = missing.map((place) => place.component.name);
  const toolchain = await findToolchain(needed, programs, settings.environment);
  settings.say(
    `building ${programs.join(", ")} with ${toolchain.version} for ${toolchain.platform}; kept for the next run`,
  );
  for (const place of missing) await build(place, toolchain, settings);
}

async function build(place: Place, toolchain: Toolchain, settings: BuildSettings): Promise<void> {
  const { component, path } = place;
  const began = performance.now();
  settings.say(`building ${component.name} ${component.version} …`);
  const partial = `${path}.partial-${randomUUID()}`;
  await mkdir(join(path, ".."), { recursive: true });
  const flags = ["-s", "-w", ...component.stamp(component.version)].join(" ");
  try {
    // -mod=readonly: what go.mod and go.sum pin is what is built, or the build fails.
    await runGo(
      toolchain,
      ["build", "-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags", flags, "-o", partial, component.package],
      component,
      settings,
    );
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
  const seconds = Math.round((performance.now() - began) / 1000);
  const megabytes = Math.round((await stat(path)).size / 1e6);
  settings.say(`built ${component.name} in ${seconds} s, ${megabytes} MB: ${path}`);
}

function runGo(
  toolchain: Toolchain,
  args: readonly string[],
  component: PinnedComponent,
  settings: BuildSettings,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(toolchain.command, args, {
      cwd: component.moduleDirectory,
      env: { ...settings.environment, CGO_ENABLED: "0", GOTOOLCHAIN: "local", GOWORK: "off" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const tail: string[] = [];
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      tail.push(text);
      if (tail.length > 200) tail.shift();
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0) return resolve();
      const said = tail.join("").trim().split("\n").slice(-20).join("\n");
      reject(
        new Error(`building ${component.name} ${component.version} ended with ${signal ?? `code ${code}`}:\n${said}`),
      );
    });
  });
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

if (import.meta.main) {
  const say = (line: string) => process.stderr.write(`test bed: ${line}\n`);
  for (const [name, path] of Object.entries(await binariesFor({ environment: process.env, say }))) {
    process.stdout.write(`${name} ${path}\n`);
  }
}
