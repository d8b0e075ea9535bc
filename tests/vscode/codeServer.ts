/**
 * One VS Code of its own: started for a test, and gone after it with all that it started.
 *
 * Decisions:
 * - Home, settings and window state are new each time; the extension is installed once and used by all.
 * - Interpreter paths belong to the machine: in a remote window VS Code takes them from Machine/settings.json only.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codeServer, engineCache, extensions, node, vsix } from "./places.ts";

export type Settings = Readonly<Record<string, unknown>>;

export interface Wishes {
  user: Settings;
  machine: Settings;
  workspaceTrust: boolean;
  environment: Readonly<Record<string, string>>;
}

/** A process, and how it was started. */
export interface Process {
  pid: number;
  parent: number;
  command: string;
}

/** Has VS Code take the environment from here, instead of asking a login shell for one. */
const asItIs = { VSCODE_CLI: "1" };
const startDeadline = 30_000;
const endDeadline = 10_000;

export class CodeServer {
  private constructor(
    readonly url: string,
    readonly folder: string,
    private readonly process: ChildProcess,
    readonly settings: Settings,
  ) {
    process.once("exit", this.endAtExit);
  }

  private readonly endAtExit = () => this.process.kill();

  static async start(wishes: Wishes): Promise<CodeServer> {
    const folder = mkdtempSync(join(tmpdir(), "prompt-salience-vscode-"));
    write(join(folder, "data/User/settings.json"), JSON.stringify(wishes.user));
    write(join(folder, "data/Machine/settings.json"), JSON.stringify(wishes.machine));
    const port = await freePort();
    const words = ["--bind-addr", `127.0.0.1:${port}`, "--extensions-dir", installedExtension()];
    const trust = wishes.workspaceTrust ? [] : ["--disable-workspace-trust"];
    const child = spawn(node(), command(folder, ...words, ...trust), {
      env: environment(folder, wishes.environment),
      stdio: "ignore",
    });
    const server = new CodeServer(`http://127.0.0.1:${port}`, folder, child, wishes.user);
    await server.healthy();
    return server;
  }

  /** All processes that it has started, and theirs. */
  descendants(): Process[] {
    const all = processes();
    const found: Process[] = [];
    const parents = new Set([this.process.pid]);
    for (let more = true; more;) {
      const next = all.filter((one) => parents.has(one.parent) && !parents.has(one.pid));
      next.forEach((one) => parents.add(one.pid));
      found.push(...next);
      more = next.length > 0;
    }
    return found;
  }

  /** The processes among them whose command holds a text. */
  running(command: RegExp): number[] {
    return this.descendants().flatMap((one) => (command.test(one.command) ? [one.pid] : []));
  }

  /** Kills those processes; returns which. */
  kill(command: RegExp): number[] {
    const pids = this.running(command);
    pids.forEach((pid) => process.kill(pid, "SIGKILL"));
    return pids;
  }

  /** The files that VS Code and the extension have logged to. */
  logs(): string[] {
    const folder = join(this.folder, "data/logs");
    const names = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }) : [];
    return names.filter((name) => name.endsWith(".log")).map((name) => join(folder, name));
  }

  /** What an output channel of an extension has been told. */
  channel(name: string): string {
    const files = this.logs().filter((path) => path.endsWith(`${name}.log`));
    return files.map((path) => readFileSync(path, "utf8")).join("\n");
  }

  async stop(): Promise<void> {
    process.off("exit", this.endAtExit);
    const all = this.descendants();
    this.process.kill("SIGTERM");
    if (!(await becomes(() => this.process.exitCode !== null || this.process.signalCode !== null, endDeadline))) {
      this.process.kill("SIGKILL");
    }
    if (!(await becomes(() => !all.some((one) => isRunning(one)), endDeadline))) {
      all.filter(isRunning).forEach((one) => process.kill(one.pid, "SIGKILL"));
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async healthy(): Promise<void> {
    const answers = () =>
      fetch(`${this.url}/healthz`).then(
        (response) => response.ok,
        () => false,
      );
    if (!(await becomes(answers, startDeadline))) {
      await this.stop();
      throw new Error("VS Code did not start.");
    }
  }
}

/** The folder of extensions with this one in it. */
function installedExtension(): string {
  if (!existsSync(vsix)) {
    throw new Error(`There is no ${vsix}: make vsix`);
  }
  const folder = join(extensions, createHash("sha256").update(readFileSync(vsix)).digest("hex").slice(0, 16));
  if (!existsSync(join(folder, "extensions.json"))) {
    rmSync(extensions, { recursive: true, force: true });
    const home = mkdtempSync(join(tmpdir(), "prompt-salience-install-"));
    const words = command(home, "--extensions-dir", folder, "--install-extension", vsix);
    execFileSync(node(), words, { env: environment(home, {}), stdio: "pipe" });
    rmSync(home, { recursive: true, force: true });
  }
  return folder;
}

function command(folder: string, ...words: string[]): string[] {
  write(join(folder, "config.yaml"), "auth: none\ncert: false\n");
  const own = ["--config", join(folder, "config.yaml"), "--user-data-dir", join(folder, "data"), "--auth", "none"];
  const quiet = ["--disable-telemetry", "--disable-update-check", "--disable-getting-started-override"];
  return [codeServer, ...own, ...quiet, "--reconnection-grace-time", "5", ...words];
}

function environment(folder: string, more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const home = join(folder, "home");
  mkdirSync(home, { recursive: true });
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(XDG_|VSCODE_|NODE_OPTIONS|PLAYWRIGHT_|PW_|FORCE_COLOR|DEBUG)/.test(name),
  );
  return { ...Object.fromEntries(kept), ...asItIs, HOME: home, PROMPT_SALIENCE_CACHE: engineCache, ...more };
}

function write(path: string, text: string): void {
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}

function processes(): Process[] {
  const lines = execFileSync("ps", ["-A", "-ww", "-o", "pid=,ppid=,args="], { encoding: "utf8" }).trim().split("\n");
  return lines.map((line) => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return { pid: Number(pid), parent: Number(parent), command: command ?? "" };
  });
}

function isRunning(one: Process): boolean {
  try {
    return process.kill(one.pid, 0);
  } catch {
    return false;
  }
}

async function becomes(condition: () => boolean | Promise<boolean>, deadline: number): Promise<boolean> {
  const end = Date.now() + deadline;
  while (!(await condition())) {
    if (Date.now() > end) {
      return false;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return true;
}
