/**
 * Running a program to its end: the one way in which this folder starts processes, so that tests can script it.
 *
 * Decisions:
 * - A program leads a process group of its own, so that calling it off ends what it started, too.
 * - It is interrupted first, which lets pip clean up; then whatever is left of the group is killed.
 * - Python's own variables are not handed on, nor those of pip that say where to install: they are meant for other
 *   environments. Those for indexes, proxies and certificates are what makes pip work on this machine, and are kept.
 */
import { spawn, type ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";

export interface Outcome {
  /** The exit code; none if the program could not be started or was killed. */
  readonly code: number | null;
  readonly stdout: string;
  /** What it wrote to standard error, or why it could not be started. */
  readonly stderr: string;
}

export interface RunOptions {
  /** Ends the program; what runs it then fails with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Hears each line of its output at once. */
  readonly hear?: (line: string) => void;
  /** Variables to set besides those of this process. */
  readonly variables?: Readonly<Record<string, string>>;
}

export type Run = (command: readonly string[], options?: RunOptions) => Promise<Outcome>;

const WINDOWS = process.platform === "win32";
const PATIENCE_MS = 2000;
const FOR_OTHERS = ["PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_QUIET", "FORCE_COLOR"];

export const run: Run = async ([program = "", ...parameters], { signal, hear, variables } = {}) => {
  signal?.throwIfAborted();
  const child = spawn(program, parameters, {
    detached: !WINDOWS,
    env: { ...ownVariables(), NO_COLOR: "1", ...variables },
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true,
  });
  const [stdout, stderr] = [gather(child.stdout, hear), gather(child.stderr, hear)];
  const ending = ended(child);
  const end = () => {
    void interrupt(child, ending);
  };
  signal?.addEventListener("abort", end);
  const { code, fault } = await ending;
  signal?.removeEventListener("abort", end);
  signal?.throwIfAborted();
  return { code, stdout: stdout(), stderr: fault + stderr() };
};

/** Runs a program that should be quick; one that hangs fails by itself. */
export function runBriefly(run: Run, command: readonly string[], limitMs: number): Promise<Outcome> {
  const signal = AbortSignal.timeout(limitMs);
  return run(command, { signal }).catch((error: unknown) => {
    if (!signal.aborted) {
      throw error;
    }
    return { code: null, stdout: "", stderr: `no answer within ${limitMs / 1000} seconds` };
  });
}

function ownVariables(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !FOR_OTHERS.includes(name)));
}

/** Collects what a stream says, and tells each of its lines; the result says what has come so far. */
function gather(stream: Readable, hear: (line: string) => void = () => undefined): () => string {
  let all = "";
  let told = 0;
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => {
    all += text;
    for (let end = all.indexOf("\n", told); end >= 0; end = all.indexOf("\n", told)) {
      hear(all.slice(told, end).trimEnd());
      told = end + 1;
    }
  });
  return () => all;
}

function ended(child: ChildProcess): Promise<{ code: number | null; fault: string }> {
  return new Promise((resolve) => {
    child.once("error", (error) => {
      resolve({ code: null, fault: error.message });
    });
    child.once("close", (code) => {
      resolve({ code, fault: "" });
    });
  });
}

async function interrupt(child: ChildProcess, ending: Promise<unknown>): Promise<void> {
  signalGroup(child, "SIGINT");
  const late = setTimeout(() => {
    signalGroup(child, "SIGKILL");
  }, PATIENCE_MS);
  await ending;
  clearTimeout(late);
  signalGroup(child, "SIGKILL");
}

function signalGroup({ pid }: ChildProcess, signal: "SIGINT" | "SIGKILL"): void {
  if (pid === undefined) {
    return;
  }
  if (WINDOWS) {
    spawn("taskkill", ["/pid", String(pid), "/T", "/F"], { stdio: "ignore", windowsHide: true });
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!isGone(error)) {
      throw error;
    }
  }
}

/** The process ended before the signal came. */
function isGone(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ESRCH";
}
