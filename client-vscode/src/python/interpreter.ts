/**
 * Finding a Python from which the private environment can be made.
 *
 * Decisions:
 * - A Python is asked what it is instead of being judged by its name: shims, stubs and broken installations answer to
 *   every name. Why each one was refused is kept for the message.
 * - What the setting names is used or refused, but nothing else is taken in its place without a word.
 * - The packages that are locked have been built for CPython 3.11 to 3.14, of 64 bits and with its global lock.
 */
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { EnvironmentError } from "./environment";
import { runBriefly, type Run } from "./run";

/** Where to look, from the most to the least wanted. */
export interface Candidates {
  /** What the setting names; "" if nothing. */
  readonly setting: string;
  /** What the user chose in the Python extension. */
  readonly chosen: string | undefined;
  /** The folders of the PATH. */
  readonly folders: readonly string[];
}

export interface Interpreter {
  /** How it is started: the program, and its first arguments. */
  readonly command: readonly string[];
  /** As in "3.12". */
  readonly version: string;
}

/** What a Python says of itself. */
interface Nature {
  readonly name: string;
  readonly version: readonly [number, number, number];
  readonly bits: number;
  readonly threaded: boolean;
  readonly lacks: readonly string[];
}

const OLDEST = 11;
const NEWEST = 14;
const LIMIT_MS = 15_000;
const SHOWN = 3;
const APPLE_STUB = "/usr/bin/python3";
const QUESTION = `
import importlib.util, json, struct, sys, sysconfig
print(json.dumps({
    "name": sys.implementation.name,
    "version": sys.version_info[:3],
    "bits": 8 * struct.calcsize("P"),
    "threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
    "lacks": [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None],
}))`;

/** The first candidate that will do; an error that tells of all of them if none does. */
export async function findInterpreter(candidates: Candidates, run: Run): Promise<Interpreter> {
  const refusals: string[] = [];
  for await (const command of candidateCommands(candidates)) {
    const found = await examine(command, run);
    if (typeof found !== "string") {
      return found;
    }
    refusals.push(`${command.join(" ")} ${found}`);
  }
  throw noInterpreter(candidates.setting, refusals);
}

/** The folders of this process's PATH. Relative ones are left out: they would be the workspace's. */
export function pathFolders(path = process.env.PATH ?? ""): string[] {
  return [...new Set(path.split(process.platform === "win32" ? ";" : ":"))].filter((folder) => isAbsolute(folder));
}

async function* candidateCommands({ setting, chosen, folders }: Candidates): AsyncGenerator<readonly string[]> {
  if (setting) {
    yield [setting];
    return;
  }
  if (chosen) {
    yield [chosen];
  }
  for (const [name, ...parameters] of wantedNames()) {
    for (const path of folders.map((folder) => join(folder, name))) {
      if (path !== chosen && (await isProgram(path))) {
        yield [path, ...parameters];
      }
    }
  }
}

function wantedNames(): (readonly [string, ...string[]])[] {
  if (process.platform === "win32") {
    return [["py.exe", "-3"], ["python.exe"]];
  }
  const versions = Array.from({ length: NEWEST - OLDEST + 1 }, (_, back) => `python3.${NEWEST - back}`);
  return [...versions, "python3", "python"].map((name) => [name] as const);
}

/** On a Mac, Apple's stub is left alone: it is Python 3.9, or opens a dialogue that offers to install that. */
async function isProgram(path: string): Promise<boolean> {
  if (process.platform === "darwin" && path === APPLE_STUB) {
    return false;
  }
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** The interpreter, or why it will not do: the end of a sentence that begins with its path. */
async function examine(command: readonly string[], run: Run): Promise<Interpreter | string> {
  const { code, stdout, stderr } = await runBriefly(run, [...command, "-I", "-c", QUESTION], LIMIT_MS);
  const nature = code === 0 ? natureFrom(stdout) : undefined;
  if (!nature) {
    return stderr.includes("Unknown option: -I") ? "is Python 2" : `does not run (${firstLine(stderr, code)})`;
  }
  const version = nature.version.slice(0, 2).join(".");
  return objection(nature, version) ?? { command, version };
}

function natureFrom(answer: string): Nature | undefined {
  try {
    const nature: unknown = JSON.parse(answer.trim().split("\n").at(-1) ?? "");
    return isNature(nature) ? nature : undefined;
  } catch {
    return undefined;
  }
}

function isNature(value: unknown): value is Nature {
  return typeof value === "object" && value !== null && "version" in value && Array.isArray(value.version);
}

function objection({ name, version, bits, threaded, lacks }: Nature, shown: string): string | undefined {
  const [major, minor] = version;
  if (major !== 3 || minor < OLDEST) {
    return `is Python ${shown}`;
  }
  if (minor > NEWEST) {
    return `is Python ${shown}, for which the packages have not been built yet`;
  }
  if (name !== "cpython") {
    return `is ${name}, not CPython`;
  }
  if (bits !== 64) {
    return `is a build for ${bits} bits`;
  }
  if (threaded) {
    return "is a free-threaded build";
  }
  return lacks.length > 0
    ? `comes without ${lacks.join(" and ")} (on Debian and Ubuntu: sudo apt install python${shown}-venv)`
    : undefined;
}

function firstLine(text: string, code: number | null): string {
  const [line = ""] = text.trim().split("\n");
  return line === "" ? `exit code ${String(code)}` : line;
}

function noInterpreter(setting: string, refusals: readonly string[]): EnvironmentError {
  const needed = `Prompt Salience needs Python 3.${OLDEST} to 3.${NEWEST}`;
  const way = "name one in the setting promptSalience.interpreter";
  const found = setting
    ? `, but what the setting promptSalience.interpreter names will not do: ${refusals.join()}. Name another there, or empty it to have one found.`
    : refusals.length > 0
      ? `, and found none that will do: ${shortened(refusals)}. Install one, or ${way}.`
      : `, and there is no Python on the PATH. Install one, or ${way}.`;
  return new EnvironmentError(needed + found, "choose-interpreter", refusals.join("\n"));
}

function shortened(refusals: readonly string[]): string {
  const more = refusals.length - SHOWN;
  return [...refusals.slice(0, SHOWN), ...(more > 0 ? [`and ${more} more`] : [])].join("; ");
}
