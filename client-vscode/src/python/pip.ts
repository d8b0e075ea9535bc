/**
 * Installing the locked packages with pip, and reading from its output how far it is.
 *
 * Decisions:
 * - Only what the lock names is installed, file by file with its hash: nothing is resolved and nothing is built.
 * - Where a source of packages is named, pip first tries with that alone: on a machine without a network it would else
 *   wait for the index, package by package. If the source is not complete, pip finds out within a second.
 * - No byte code is made: for all that is installed it would take pip as long again, and a first start makes what it
 *   needs by itself.
 * - pip uses the folder of the environment for what is temporary: its disk has been checked, and the folder goes when
 *   something goes wrong.
 */
import { mkdir, readFile, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Outcome, Run } from "./run";

/** Told how far the work is, from 0 to 1, and what is done now. */
export type Progress = (fraction: number, text: string) => void;

export interface Packages {
  /** The locked requirements, with hashes. */
  readonly requirements: string;
  /** A folder or an address where pip also looks; "" for none. */
  readonly packageSource: string;
}

/** How a program is run for a while: called off, listened to. */
export interface Conduct {
  readonly run: Run;
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
}

const GATHERED = 0.7;

/** Installs the packages into the environment of this Python; the outcome of the last command. */
export async function install(
  folder: string,
  python: string,
  packages: Packages,
  progress: Progress,
  conduct: Conduct,
): Promise<Outcome> {
  const total = countRequirements(await readFile(packages.requirements, "utf8"));
  const temporary = join(folder, "tmp");
  await mkdir(temporary);
  let outcome: Outcome = { code: null, stdout: "", stderr: "" };
  for (const source of sourceOptions(packages.packageSource)) {
    outcome = await conduct.run([python, ...INSTALL, ...source, "--requirement", packages.requirements], {
      signal: conduct.signal,
      hear: both(conduct.log, followPip(total, progress)),
      variables: { PIP_USER: "0", TMPDIR: temporary, TEMP: temporary, TMP: temporary },
    });
    if (outcome.code === 0) {
      break;
    }
  }
  await rm(temporary, { recursive: true });
  return outcome;
}

const INSTALL: readonly string[] = [
  ...["-I", "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--progress-bar", "off"],
  ...["--no-compile", "--no-deps", "--require-hashes", "--only-binary", ":all:"],
];

function sourceOptions(source: string): string[][] {
  return source
    ? [
        ["--no-index", "--find-links", source],
        ["--find-links", source],
      ]
    : [[]];
}

function countRequirements(text: string): number {
  return text.match(/^\w/gm)?.length ?? 0;
}

/** What to call with each line of pip's output. */
export function followPip(requirements: number, progress: Progress): (line: string) => void {
  let expected = requirements;
  let begun = 0;
  let name = "";
  const tell = (size: string) => {
    progress((GATHERED * begun) / Math.max(expected, begun), `Getting ${name}${size} (${begun} of ${expected})`);
  };
  return (line) => {
    const size = /^\s*Downloading \S+\.whl \((.+)\)$/.exec(line)?.[1];
    const next = /^(?:Collecting|Processing) (\S+)/.exec(line)?.[1];
    if (line.startsWith("Ignoring ")) {
      expected -= 1;
    } else if (next) {
      begun += 1;
      name = packageOf(next);
      tell("");
    } else if (size) {
      tell(`, ${size}`);
    } else if (line.startsWith("Installing collected packages")) {
      progress(GATHERED, `Installing ${begun} packages`);
    }
  };
}

/** "keras" of "keras==3.15.1" as well as of "/folder/keras-3.15.1-py3-none-any.whl". */
function packageOf(requirement: string): string {
  return basename(requirement).split(/==|-\d/)[0] ?? requirement;
}

function both<T>(...hearers: ((value: T) => void)[]): (value: T) => void {
  return (value) => {
    hearers.forEach((hear) => {
      hear(value);
    });
  };
}
