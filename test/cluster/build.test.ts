// The build of the test bed: what is missing is built once, whole, and a machine without Go is told what to do.
import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { cacheRoot, programsFor } from "./build.ts";
import { components, pinned } from "./components.ts";
import { isAtLeast } from "./toolchain.ts";

describe("the build of the test bed", () => {
  let directory = "";
  let said: string[] = [];
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "build-test-"));
    said = [];
    await mkdir(join(directory, "path"));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const environment = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
    PATH: `${join(directory, "path")}:/usr/bin:/bin`,
    COUNTERSIGN_TEST_BED_CACHE: join(directory, "cache"),
    ...more,
  });
  const settings = (more: NodeJS.ProcessEnv = {}) => ({
    environment: environment(more),
    say: (line: string) => void said.push(line),
  });
  const executable = async (path: string, text: string) => {
    await writeFile(path, text);
    await chmod(path, 0o755);
  };

  /** A `go` that says it is `version` and whose build writes the package's name to the file after -o, then does `then`. */
  const fakeGo = (version: string, then = "exit 0") =>
    executable(
      join(directory, "path", "go"),
      `#!/bin/sh
if [ "$1" = env ]; then printf '%s\\nlinux\\namd64\\n' ${version}; exit 0; fi
echo "$@" >> ${join(directory, "calls")}
while [ $# -gt 0 ]; do [ "$1" = -o ] && out=$2; shift; done
echo built > "$out"; chmod 755 "$out"
${then}
`,
    );
  const calls = async () => (await readFile(join(directory, "calls"), "utf8")).trimEnd().split("\n");

  test("what is missing is built, and the next time it is taken as it is", async () => {
    await fakeGo("go1.26.8");
    const first = await programsFor(settings(), ["etcd", "kwok"]);
    assert.deepEqual([...first.keys()], ["etcd", "kwok"]);
    assert.equal((await calls()).length, 2);
    assert.deepEqual(await programsFor(settings(), ["etcd", "kwok"]), first);
    assert.equal((await calls()).length, 2);
    assert.match(said.join("\n"), /building etcd v3\.6\.8 …\nbuilt etcd in \d+ s/);
  });

  test("only what go.mod and go.sum pin is built, without C and with the release's version in it", async () => {
    await fakeGo("go1.26.8");
    await programsFor(settings(), ["kubectl"]);
    const [call = ""] = await calls();
    assert.match(call, /^build -mod=readonly -trimpath /);
    assert.match(call, /-X k8s\.io\/component-base\/version\.gitVersion=v1\.36\.3 /);
    assert.match(call, / k8s\.io\/kubernetes\/cmd\/kubectl$/);
  });

  test("a build that fails leaves nothing to be used, and says what Go said", async () => {
    await fakeGo("go1.26.8", "echo 'go: checksum mismatch' >&2; exit 1");
    await assert.rejects(programsFor(settings(), ["etcd"]), {
      message: "building etcd v3.6.8 ended with code 1:\ngo: checksum mismatch",
    });
    const left = await readdir(join(directory, "cache"), { recursive: true, withFileTypes: true });
    assert.deepEqual(
      left.filter((entry) => entry.isFile()).map((entry) => entry.name),
      [],
    );
  });

  test("two that start together build once", async () => {
    await fakeGo("go1.26.8");
    const [a, b] = await Promise.all([programsFor(settings(), ["etcd"]), programsFor(settings(), ["etcd"])]);
    assert.deepEqual(a, b);
    assert.equal((await calls()).length, 1);
  });

  test("the lock of a process that died holds nobody up", async () => {
    await fakeGo("go1.26.8");
    await mkdir(join(directory, "cache"));
    await writeFile(join(directory, "cache", "building"), "4194305\n"); // above the largest process id of Linux
    await programsFor(settings(), ["etcd"]);
    assert.equal((await calls()).length, 1);
  });

  test("programs in KUBEBUILDER_ASSETS are used instead of building", async () => {
    const assets = join(directory, "assets");
    await mkdir(assets);
    await executable(join(assets, "etcd"), "#!/bin/sh\n");
    const found = await programsFor(settings({ KUBEBUILDER_ASSETS: assets }), ["etcd"]);
    assert.equal(found.get("etcd"), join(assets, "etcd"));
    assert.deepEqual(said, []);
  });

  test("without Go the message names what is missing and the three ways to get it", async () => {
    const nothing = settings({ PATH: join(directory, "path") });
    await assert.rejects(programsFor(nothing, ["etcd", "metrics-server"]), {
      message:
        "The test bed needs etcd, metrics-server, not built yet on this machine. Building takes Go 1.26.4 or newer, " +
        'and there is no "go" on the PATH. Install Go from https://go.dev/dl/ (or your system\'s packages) and run the ' +
        "command again, or set KUBEBUILDER_ASSETS to a directory that holds these programs, or set TEST_KUBECONFIG to " +
        "the kubeconfig of a running test cluster (see test/cluster/README.md).",
    });
  });

  test("a Go that is too old is named with its version", async () => {
    await fakeGo("go1.19.8");
    await assert.rejects(
      programsFor(settings(), ["etcd"]),
      /Go 1\.26\.0 or newer, and the "go" on the PATH is go1\.19\.8\. /,
    );
  });

  test("the cache is below the user's cache directory unless said otherwise", () => {
    assert.equal(cacheRoot({ COUNTERSIGN_TEST_BED_CACHE: "/a", XDG_CACHE_HOME: "/b" }), "/a");
    assert.equal(cacheRoot({ XDG_CACHE_HOME: "/b" }), "/b/countersign-test-bed");
  });

  test("versions compare by number, not by letter", () => {
    assert.equal(isAtLeast("1.26.8", "1.26.4"), true);
    assert.equal(isAtLeast("1.26", "1.26.0"), true);
    assert.equal(isAtLeast("1.9.9", "1.26.0"), false);
    assert.equal(isAtLeast("1.100", "1.26.4"), true);
    assert.equal(isAtLeast("1.27rc1", "1.26.4"), true);
  });

  test("every part of Kubernetes is pinned to the same release, with a checksum", async () => {
    for (const component of components) {
      const { moduleDirectory, version } = await pinned(component);
      const sums = await readFile(join(moduleDirectory, "go.sum"), "utf8");
      assert.ok(sums.includes(`${component.requires} ${version} h1:`), `${component.name} ${version}`);
    }
    const goMod = await readFile(join(import.meta.dirname, "go", "k8s", "go.mod"), "utf8");
    const replaced = [...goMod.matchAll(/^\tk8s\.io\/(\S+) => k8s\.io\/(\S+) v0\.(\S+)$/gm)];
    assert.equal(replaced.length, 33);
    for (const [line, from, to, release] of replaced) {
      assert.equal(from, to, line);
      assert.ok(goMod.includes(`k8s.io/kubernetes v1.${release}`), line);
    }
  });
});
