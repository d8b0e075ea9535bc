import assert from "node:assert/strict";
import { existsSync, promises, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, test } from "node:test";
import {
  EnvironmentError,
  findEnvironment,
  makeEnvironment,
  removeEnvironments,
  removeUnused,
  wordsForLog,
  type Making,
  type Place,
} from "../src/python/environment";
import { locked } from "../src/python/lock";
import { run } from "../src/python/run";
import { Bench, INSTALLS, type Behaviour } from "./pythonFake";

const DAY_MS = 86_400_000;
let bench: Bench;
let told: { fraction: number; text: string }[];
beforeEach(() => {
  bench = new Bench();
  told = [];
});
afterEach(() => {
  bench.remove();
});

const place = (changes: Partial<Place> = {}): Place => {
  const { storage, requirements } = bench;
  return { storage, requirements, packageSource: "", interpreter: "", ...changes };
};

const making = (behaviour: Behaviour = {}, signal = new AbortController().signal): Making => ({
  findInterpreter: () => Promise.resolve(bench.interpreter(behaviour)),
  progress: (fraction, text) => told.push({ fraction, text }),
  run,
  signal,
  log: () => undefined,
});

const environments = () => (existsSync(bench.storage) ? readdirSync(bench.storage) : []);

const failureOf = async (behaviour: Behaviour): Promise<EnvironmentError> => {
  const error: unknown = await makeEnvironment(place(), making(behaviour)).catch((reason: unknown) => reason);
  assert.ok(error instanceof EnvironmentError, String(error));
  assert.deepEqual(environments(), []);
  return error;
};

void test("an environment is made, and its server started without Python's variables", async () => {
  const { command, args, options } = await makeEnvironment(place(), making());
  assert.match(command, /storage\/[0-9a-f]{12}-python3\.12-\w+\/bin\/prompt-salience$/);
  assert.deepEqual([args, options?.env.PYTHONPATH], [["server"], ""]);
  const [venv, pip, ...rest] = bench.calls();
  assert.deepEqual([venv, ...rest], ["venv", "version"]);
  assert.match(pip ?? "", /--no-deps --require-hashes --only-binary :all: --requirement/);
});

void test("progress rises from beginning to end", async () => {
  await makeEnvironment(place(), making());
  const fractions = told.map(({ fraction }) => fraction);
  assert.deepEqual(
    fractions,
    fractions.toSorted((one, other) => one - other),
  );
  assert.ok(told.some(({ text }) => text === "Getting keras, 1.5 MB (1 of 2)"));
});

void test("an environment that is complete is used again, by one process", async () => {
  const made = await makeEnvironment(place(), making());
  bench.calls();
  assert.deepEqual(await findEnvironment(place(), run), made);
  assert.deepEqual(bench.calls(), ["version"]);
});

void test("nothing is found before anything was made, and no process is run", async () => {
  assert.equal(await findEnvironment(place(), run), undefined);
  assert.deepEqual(bench.calls(), []);
});

void test("an environment that is not complete is neither used nor kept", async () => {
  const { command } = await makeEnvironment(place(), making());
  rmSync(join(command, "..", "..", "complete.json"));
  assert.equal(await findEnvironment(place(), run), undefined);
  assert.notEqual((await makeEnvironment(place(), making())).command, command);
  assert.equal(environments().length, 1);
});

void test("an environment that is removed is made anew", async () => {
  await makeEnvironment(place(), making());
  await removeEnvironments(place());
  assert.deepEqual(environments(), []);
  await makeEnvironment(place(), making());
  assert.equal(environments().length, 1);
});

void test("an environment whose Python is gone is not used", async () => {
  const { command } = await makeEnvironment(place(), making());
  writeFileSync(command, "#!/nowhere/python\n");
  assert.equal(await findEnvironment(place(), run), undefined);
});

void test("another Python in the setting needs another environment, no setting takes any", async () => {
  const made = await makeEnvironment(place(), making());
  const python = join(bench.folder, "python3.12");
  assert.deepEqual(await findEnvironment(place({ interpreter: python }), run), made);
  assert.equal(await findEnvironment(place({ interpreter: "/other/python" }), run), undefined);
});

void test("other packages need another environment; the old one goes when nobody has started it for a week", async () => {
  await makeEnvironment(place(), making());
  bench.lock("two");
  assert.equal(await findEnvironment(place(), run), undefined);
  const { command } = await makeEnvironment(place(), making());
  await removeUnused(bench.storage);
  assert.equal(environments().length, 2);
  const old = environments().find((name) => !command.includes(name)) ?? "";
  const longAgo = new Date(Date.now() - 8 * DAY_MS);
  utimesSync(join(bench.storage, old, "complete.json"), longAgo, longAgo);
  await removeUnused(bench.storage);
  assert.deepEqual(environments(), [command.split("/").at(-3)]);
});

void test("a named source of packages is tried alone first, then together with the index", async () => {
  const pip = `case "$*" in *--no-index*) echo "ERROR: No matching distribution found for keras" >&2; exit 1;; esac\n${INSTALLS}`;
  await makeEnvironment(place({ packageSource: "/wheels" }), making({ pip }));
  const attempts = bench.calls().filter((call) => call.startsWith("pip"));
  assert.deepEqual(
    attempts.map((call) => [call.includes("--no-index"), call.includes("--find-links /wheels")]),
    [
      [true, true],
      [false, true],
    ],
  );
});

void test("a complete source of packages is enough", async () => {
  await makeEnvironment(place({ packageSource: "/wheels" }), making());
  assert.equal(bench.calls().filter((call) => call.startsWith("pip")).length, 1);
});

for (const [name, behaviour, says] of [
  ["venv is missing", { venv: "echo 'ensurepip is not available' >&2; exit 1" }, /python3\.12-venv/],
  ["there is no network", { pip: "echo 'x [Errno -2] Name or service not known' >&2; exit 1" }, /cannot be reached/],
  ["the disk becomes full", { pip: "echo '[Errno 28] No space left on device' >&2; exit 1" }, /disk became full/],
  [
    "a file is not the right one",
    { pip: "printf 'DO NOT MATCH THE HASHES\\n    keras==3.15.1 from https://index.example/k.whl\\n' >&2; exit 1" },
    /keras 3\.15\.1 from index\.example is not the file/,
  ],
  ["pip is killed", { pip: "kill -9 $$" }, /could not be made/],
  ["the server does not work", { pip: "true" }, /could not be made/],
] as const) {
  void test(`nothing is left behind when ${name}`, async () => {
    assert.match((await failureOf(behaviour)).message, says);
  });
}

void test("the disk is looked at before anything is run", async (context) => {
  const full = { bavail: 3, bsize: 100_000_000 };
  context.mock.method(promises, "statfs", () => Promise.resolve(full));
  assert.match((await failureOf({})).message, /need 1\.0 GB of disk space, and 0\.3 GB are free where .*storage lies/);
  assert.deepEqual(bench.calls(), []);
});

void test("calling it off in the middle leaves no file and no process", async () => {
  const calling = new AbortController();
  const pip = `sleep 100 & echo $! > "${bench.folder}/pid"; echo "Collecting keras==3.15.1"; wait`;
  const work = makeEnvironment(place(), {
    ...making({ pip }, calling.signal),
    progress: (_fraction, text) => {
      if (text.startsWith("Getting keras")) {
        calling.abort();
      }
    },
  });
  await assert.rejects(work, { name: "AbortError" });
  assert.deepEqual(environments(), []);
  const pid = readFileSync(join(bench.folder, "pid"), "utf8").trim();
  const { stdout } = await run(["ps", "-o", "stat=", "-p", pid]);
  assert.match(stdout, /^(Z.*)?$/m);
});

void test("of two windows one makes the environment, and the other waits for it", async () => {
  const pip = `sleep 0.3\n${INSTALLS}`;
  const [one, other] = await Promise.all([
    makeEnvironment(place(), making({ pip })),
    makeEnvironment(place(), making({ pip })),
  ]);
  assert.deepEqual(one, other);
  assert.equal(bench.calls().filter((call) => call === "venv").length, 1);
  assert.ok(told.some(({ text }) => text === "Another window is installing the Python packages"));
  assert.equal(environments().length, 1);
});

void test("a window that waits can be called off", async () => {
  const first = makeEnvironment(place(), making({ pip: `sleep 0.5\n${INSTALLS}` }));
  await delay(100);
  await assert.rejects(makeEnvironment(place(), making({}, AbortSignal.timeout(50))), /abort/i);
  await first;
});

void test("a lock whose holder died is taken, one whose holder lives is not", async () => {
  const path = join(bench.folder, "lock");
  const waiting = {
    signal: new AbortController().signal,
    begins: () => undefined,
    pace: { beatMs: 20, silenceMs: 200 },
  };
  writeFileSync(path, "");
  assert.equal(await locked(path, waiting, () => Promise.resolve("taken")), "taken");
  const order: string[] = [];
  const long = locked(path, waiting, () => delay(600).then(() => order.push("first")));
  await delay(10);
  await locked(path, waiting, () => Promise.resolve(order.push("second")));
  await long;
  assert.deepEqual(order, ["first", "second"]);
  assert.ok(!existsSync(path));
});

void test("the log is told what was foreseen in a sentence, and all of what was not", async () => {
  const noDisk = await failureOf({ pip: "echo 'OSError: [Errno 28] No space left on device' >&2; exit 2" });
  assert.equal(wordsForLog(noDisk), noDisk.message);
  const surprise = new TypeError("unforeseen");
  assert.equal(wordsForLog(surprise), surprise);
  assert.equal(wordsForLog("no error at all"), "no error at all");
});

void test("a place that is no folder of ours is foreseen only where the disk refuses it", async () => {
  const refused = Object.assign(new Error("EACCES: permission denied"), { code: "EACCES", path: bench.storage });
  const failing = (error: Error): Making => ({ ...making(), findInterpreter: () => Promise.reject(error) });
  await assert.rejects(makeEnvironment(place(), failing(refused)), {
    name: "EnvironmentError",
    message: `${bench.storage} cannot be written. Mend the permissions of this folder, and try again.`,
  });
  const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  await assert.rejects(makeEnvironment(place(), failing(full)), /^EnvironmentError: The disk became full\./);
  const other = Object.assign(new Error("EMFILE: too many open files"), { code: "EMFILE" });
  await assert.rejects(makeEnvironment(place(), failing(other)), other);
  assert.deepEqual(environments(), []);
});
