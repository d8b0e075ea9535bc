import assert from "node:assert/strict";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { commandAt } from "../src/python/command";
import { EnvironmentError } from "../src/python/environment";
import { findInterpreter, pathFolders, type Candidates } from "../src/python/interpreter";
import { run, runBriefly } from "../src/python/run";
import { Bench } from "./pythonFake";

let bench: Bench;
beforeEach(() => (bench = new Bench()));
afterEach(() => {
  bench.remove();
});

const find = (candidates: Partial<Candidates> = {}) =>
  findInterpreter({ setting: "", chosen: undefined, folders: [bench.folder], ...candidates }, run);

const messageOf = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof EnvironmentError, String(error));
  return error.message;
};

void test("the setting comes before the choice of the Python extension, and that before the PATH", async () => {
  const [set, chosen, found] = [bench.python("set"), bench.python("chosen"), bench.python("python3.12")];
  assert.deepEqual((await find({ setting: set, chosen })).command, [set]);
  assert.deepEqual((await find({ chosen })).command, [chosen]);
  assert.deepEqual(await find(), { command: [found], version: "3.12" });
});

void test("the newest name on the PATH is tried first, and only until one will do", async () => {
  bench.python("python3");
  bench.python("python3.11");
  const newest = bench.python("python3.13");
  assert.deepEqual((await find()).command, [newest]);
  assert.deepEqual(bench.calls(), ["question"]);
});

void test("no Python at all", async () => {
  const message = await messageOf(find());
  assert.match(message, /needs Python 3\.11 to 3\.14, and there is no Python on the PATH\. Install one/);
});

void test("each refused Python is named with the reason", async () => {
  bench.python("python3.14", { nature: { version: [3, 14, 0], threaded: true } });
  bench.python("python3.13", { nature: { lacks: ["ensurepip"], version: [3, 13, 5] } });
  bench.python("python3", { nature: { version: [3, 9, 18] } });
  bench.program("python", "echo 'Unknown option: -I' >&2; exit 2");
  const message = await messageOf(find());
  assert.match(message, /python3\.14 is a free-threaded build; /);
  assert.match(message, /comes without ensurepip \(on Debian and Ubuntu: sudo apt install python3\.13-venv\)/);
  assert.match(message, /python3 is Python 3\.9; and 1 more\. Install one/);
});

for (const [reason, nature] of [
  ["is pypy, not CPython", { name: "pypy" }],
  ["is a build for 32 bits", { bits: 32 }],
  ["is Python 3.15, for which the packages have not been built yet", { version: [3, 15, 0] }],
] as const) {
  void test(`a Python that ${reason}`, async () => {
    const path = bench.python("python3", { nature });
    assert.ok((await messageOf(find())).includes(`${path} ${reason}.`));
  });
}

void test("a shim without a Python behind it is passed over", async () => {
  bench.program("python3.14", "echo 'shim: python3.14: command not found' >&2; exit 127");
  const good = bench.python("python3");
  assert.deepEqual((await find()).command, [good]);
});

void test("nothing takes the place of what the setting names", async () => {
  bench.python("python3.12");
  const missing = join(bench.folder, "nowhere", "python");
  const message = await messageOf(find({ setting: missing }));
  assert.match(
    message,
    /setting promptSalience\.interpreter names will not do: .*nowhere\/python does not run \(.*ENOENT/,
  );
});

void test("folders of the PATH that depend on the workspace are not searched", () => {
  assert.deepEqual(pathFolders("/usr/bin:.::bin:/opt/bin:/usr/bin"), ["/usr/bin", "/opt/bin"]);
});

void test("a program that hangs is given up", async () => {
  const hanging = bench.program("hanging", "exec sleep 100");
  const outcome = await runBriefly(run, [hanging], 100);
  assert.deepEqual([outcome.code, outcome.stderr], [null, "no answer within 0.1 seconds"]);
});

void test("an installed command of the same generation is used", async () => {
  const path = bench.program("prompt-salience", "echo prompt-salience 0.1.7");
  assert.deepEqual(await commandAt(path, "0.1.0", run), { command: path, args: ["server"] });
});

void test("an installed command of another generation is refused", async () => {
  const path = bench.program("prompt-salience", "echo prompt-salience 0.2.0");
  assert.match(
    await messageOf(commandAt(path, "0.1.0", run)),
    /is prompt-salience 0\.2\.0, and this extension needs 0\.1\./,
  );
  assert.equal((await commandAt(bench.program("other", "echo prompt-salience 2.7.0"), "2.1.0", run)).args[0], "server");
});

void test("a command that is none is refused", async () => {
  const wrong = await messageOf(commandAt(bench.program("other", "echo hello"), "0.1.0", run));
  assert.match(wrong, /is not a prompt-salience command that works\. Correct the setting/);
  await messageOf(commandAt(join(bench.folder, "missing"), "0.1.0", run));
});

void test("variables that are meant for other environments are not handed on, those for indexes are", async () => {
  Object.assign(process.env, { PIP_TARGET: "/elsewhere", PIP_INDEX_URL: "https://index.example" });
  const asking = bench.program("asking", 'echo "$PIP_TARGET $PIP_INDEX_URL"');
  assert.equal((await run([asking])).stdout, " https://index.example\n");
});
