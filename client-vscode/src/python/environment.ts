/**
 * The private Python environment: found if it is there, made if it is not.
 *
 * Decisions:
 * - An environment belongs to one lock of packages, whose hash is in its name; another version of the extension makes
 *   another. One that nobody has started for a week is removed: a window may be open that still runs the old version.
 * - An environment is made under its final name, because it holds that name in its programs. A stamp that is written
 *   last says that it is complete; without the stamp it is never used, and removed by the next window that makes one.
 * - Which Python it was made from does not matter, unless the setting names one: the choice of each workspace would
 *   cost 700 MB. It is tried before it is used, because its Python can be updated or removed.
 * - One window makes it, the others wait for it.
 */
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, readdir, rm, stat, statfs, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { explainFailure, explainFileError, type Failure, type Remedy } from "./failures";
import type { Interpreter } from "./interpreter";
import { locked } from "./lock";
import { install, type Conduct, type Packages, type Progress } from "./pip";
import { runBriefly, type Outcome, type Run } from "./run";

/** The command line that starts the server. */
export interface ServerCommand {
  readonly command: string;
  readonly args: string[];
  readonly options?: { readonly env: Readonly<Record<string, string>> };
}

/** No environment: the message says what is wrong and what to do. */
export class EnvironmentError extends Error {
  override readonly name = "EnvironmentError";

  constructor(
    message: string,
    readonly remedy: Remedy,
    /** More of what was found, for the log. */
    readonly details = "",
  ) {
    super(message);
  }
}

/** What the log is told of a failure: the sentence if it was foreseen, else all there is, the stack included. */
export function wordsForLog(error: unknown): string | Error {
  if (error instanceof EnvironmentError) {
    return error.message;
  }
  return error instanceof Error ? error : String(error);
}

/** Where environments lie, and what they have to hold. */
export interface Place extends Packages {
  /** A folder for them, of the extension's own. */
  readonly storage: string;
  /** The Python that the setting names; "" if any will do. */
  readonly interpreter: string;
}

/** What making one needs besides. */
export interface Making extends Conduct {
  /** Finds a Python; asked only if an environment has to be made. */
  readonly findInterpreter: () => Promise<Interpreter>;
  readonly progress: Progress;
}

interface Environment {
  readonly folder: string;
  /** The Python it was made from; none if it is not complete. */
  readonly interpreter: string | undefined;
  /** When it was last used, in milliseconds. */
  readonly used: number;
}

const STAMP = "complete.json";
const LOCK = "making.lock";
const NAME = /^[0-9a-f]{12}-python/;
const BYTES_NEEDED = 1e9;
const WEEK_MS = 7 * 86_400_000;
const LIMIT_MS = 30_000;

/** The server of the environment, if there is one that works. */
export async function findEnvironment(place: Place, run: Run): Promise<ServerCommand | undefined> {
  const prefix = await prefixFor(place);
  const fitting = (await environmentsIn(place.storage))
    .filter(({ folder, interpreter }) => folder.startsWith(prefix) && suits(interpreter, place.interpreter))
    .sort((one, other) => other.used - one.used);
  for (const { folder } of fitting) {
    const program = programIn(folder, "prompt-salience");
    if ((await runBriefly(run, [program, "--version"], LIMIT_MS)).code === 0) {
      await touch(folder);
      return serverIn(folder);
    }
  }
  return undefined;
}

/** Makes the environment, or waits for the window that does, and returns its server. */
export async function makeEnvironment(place: Place, making: Making): Promise<ServerCommand> {
  making.signal.throwIfAborted();
  try {
    return await makeAlone(place, making);
  } catch (error) {
    const foreseen = explainFileError(error, place.storage);
    throw foreseen ? new EnvironmentError(foreseen.message, foreseen.remedy, String(error)) : error;
  }
}

async function makeAlone(place: Place, making: Making): Promise<ServerCommand> {
  await mkdir(place.storage, { recursive: true });
  const begins = () => {
    making.progress(0, "Another window is installing the Python packages");
  };
  const lock = join(place.storage, LOCK);
  return locked(lock, { signal: making.signal, begins }, async () => {
    return (await findEnvironment(place, making.run)) ?? (await make(place, making));
  });
}

/** Removes the environments for these packages, so that the next one is made anew. */
export async function removeEnvironments(place: Place): Promise<void> {
  const prefix = await prefixFor(place);
  for (const { folder } of await environmentsIn(place.storage)) {
    if (folder.startsWith(prefix)) {
      await remove(folder);
    }
  }
}

/** Removes the environments that nobody has started for a week. */
export async function removeUnused(storage: string): Promise<void> {
  for (const { folder, interpreter, used } of await environmentsIn(storage)) {
    if (interpreter !== undefined && Date.now() - used > WEEK_MS) {
      await rm(join(folder, STAMP), { force: true });
      await remove(folder);
    }
  }
}

async function make(place: Place, making: Making): Promise<ServerCommand> {
  await removeHalfMade(place.storage);
  await demandSpace(place.storage);
  const interpreter = await making.findInterpreter();
  const folder = await mkdtemp(`${await prefixFor(place)}${interpreter.version}-`);
  try {
    await fill(folder, interpreter, place, making);
    return serverIn(folder);
  } catch (error) {
    await remove(folder);
    throw error;
  }
}

async function fill(folder: string, interpreter: Interpreter, place: Place, making: Making): Promise<void> {
  const { progress, run, signal, log } = making;
  const python = programIn(folder, "python");
  const { command, version } = interpreter;
  const attempt = { interpreter: command.join(" "), version, storage: place.storage };
  const demand = (outcome: Outcome) => {
    demandSuccess(outcome, (output) => explainFailure(output, attempt));
  };
  progress(0, `Making an environment of Python ${version}`);
  demand(await run([...command, "-I", "-m", "venv", folder], { signal, hear: log }));
  demand(
    await install(
      folder,
      python,
      place,
      (done, text) => {
        progress(0.1 + 0.9 * done, text);
      },
      making,
    ),
  );
  demand(await run([programIn(folder, "prompt-salience"), "--version"], { signal, hear: log }));
  await writeFile(join(folder, STAMP), JSON.stringify({ interpreter: attempt.interpreter }));
}

function demandSuccess({ code, stdout, stderr }: Outcome, explain: (output: string) => Failure): void {
  if (code !== 0) {
    const output = `${stdout}\n${stderr}`;
    const { message, remedy } = explain(output);
    throw new EnvironmentError(message, remedy, output.trim());
  }
}

async function demandSpace(storage: string): Promise<void> {
  const { bavail, bsize } = await statfs(storage);
  const free = bavail * bsize;
  if (free < BYTES_NEEDED) {
    const numbers = `${gigabytes(BYTES_NEEDED)} of disk space, and ${gigabytes(free)} are free where ${storage} lies`;
    throw new EnvironmentError(`The Python packages need ${numbers}. Make room, and try again.`, "try-again");
  }
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

/** What the names of the environments for these packages begin with. */
async function prefixFor({ storage, requirements }: Place): Promise<string> {
  const hash = createHash("sha256")
    .update(await readFile(requirements))
    .digest("hex");
  return join(storage, `${hash.slice(0, 12)}-python`);
}

/** A folder that is not there holds none. */
async function environmentsIn(storage: string): Promise<Environment[]> {
  const names = await readdir(storage).catch(() => []);
  return Promise.all(names.filter((name) => NAME.test(name)).map((name) => look(join(storage, name))));
}

async function look(folder: string): Promise<Environment> {
  try {
    const stamp = join(folder, STAMP);
    const { interpreter } = JSON.parse(await readFile(stamp, "utf8")) as { interpreter: string };
    return { folder, interpreter, used: (await stat(stamp)).mtimeMs };
  } catch {
    return { folder, interpreter: undefined, used: 0 };
  }
}

function suits(interpreter: string | undefined, wanted: string): boolean {
  return interpreter !== undefined && (wanted === "" || interpreter === wanted);
}

async function touch(folder: string): Promise<void> {
  const now = new Date();
  await utimes(join(folder, STAMP), now, now);
}

/** What a window left behind that ended while it made an environment; only for who holds the lock. */
async function removeHalfMade(storage: string): Promise<void> {
  for (const { folder, interpreter } of await environmentsIn(storage)) {
    if (interpreter === undefined) {
      await remove(folder);
    }
  }
}

async function remove(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** Variables that are meant for other Pythons are emptied; this one shall find its own packages, and keep their byte code. */
function serverIn(folder: string): ServerCommand {
  const env = { PYTHONPATH: "", PYTHONHOME: "", PYTHONDONTWRITEBYTECODE: "", PYTHONPYCACHEPREFIX: "" };
  return { command: programIn(folder, "prompt-salience"), args: ["server"], options: { env } };
}

function programIn(folder: string, name: string): string {
  return process.platform === "win32" ? join(folder, "Scripts", `${name}.exe`) : join(folder, "bin", name);
}
