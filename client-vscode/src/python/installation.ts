/**
 * The Python side as the rest of the extension knows it: finds the server's command, or installs it.
 *
 * Decisions:
 * - Only this module and `pythonExtension.ts` know the editor; the others of this folder are told what they need.
 * - Finding must be quick, because it happens when a prompt is opened. So it never searches for a Python.
 */
import { homedir } from "node:os";
import { join } from "node:path";
import {
  workspace,
  type CancellationToken,
  type ExtensionContext,
  type LogOutputChannel,
  type Progress as Display,
} from "vscode";
import { commandAt } from "./command";
import {
  EnvironmentError,
  findEnvironment,
  makeEnvironment,
  removeEnvironments,
  removeUnused,
  type Place,
  type ServerCommand,
} from "./environment";
import { findInterpreter, pathFolders } from "./interpreter";
import type { Progress } from "./pip";
import { chosenInterpreter } from "./pythonExtension";
import { run } from "./run";

type Steps = Display<{ message: string; increment?: number }>;

export class PythonInstallation {
  constructor(
    private readonly context: ExtensionContext,
    private readonly log: LogOutputChannel,
  ) {}

  /** The command of what is installed; none if nothing is. */
  find(): Promise<ServerCommand | undefined> {
    return this.logged(async () => {
      const path = setting("path");
      return path ? commandAt(path, this.version(), run) : this.findOwn();
    });
  }

  /** Installs what is needed; no command if that was called off. */
  install(display: Steps, token: CancellationToken): Promise<ServerCommand | undefined> {
    return this.logged(async () => {
      const calling = new AbortController();
      const callOff = () => {
        calling.abort();
      };
      this.context.subscriptions.push({ dispose: callOff });
      const listening = token.onCancellationRequested(callOff);
      try {
        return await makeEnvironment(this.place(), this.making(display, calling.signal));
      } catch (error) {
        if (calling.signal.aborted) {
          return undefined;
        }
        throw error;
      } finally {
        listening.dispose();
      }
    });
  }

  /** Removes what was installed: it may be broken. */
  discard(): Promise<void> {
    return removeEnvironments(this.place());
  }

  private async findOwn(): Promise<ServerCommand | undefined> {
    const place = this.place();
    const found = await findEnvironment(place, run);
    void removeUnused(place.storage).catch((error: unknown) => {
      this.log.warn("An unused Python environment could not be removed:", error);
    });
    return found;
  }

  private place(): Place {
    return {
      storage: this.context.globalStorageUri.fsPath,
      requirements: join(this.context.extensionPath, "dist", "requirements.txt"),
      packageSource: setting("packageSource"),
      interpreter: setting("interpreter"),
    };
  }

  private making(display: Steps, signal: AbortSignal) {
    const search = async () => {
      const chosen = await chosenInterpreter(this.log);
      return findInterpreter({ setting: setting("interpreter"), chosen, folders: pathFolders() }, run);
    };
    const log = (line: string) => {
      this.log.info(line);
    };
    return { findInterpreter: search, progress: shownBy(display), run, signal, log };
  }

  private version(): string {
    return String((this.context.extension.packageJSON as { version: unknown }).version);
  }

  /** What is found out about a failure, and does not fit into its message, is for the log. */
  private async logged<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof EnvironmentError && error.details) {
        this.log.error(error.details);
      }
      throw error;
    }
  }
}

/** The value of a setting that holds a path; `~` is the home folder, `${workspaceFolder}` the first of the workspace. */
function setting(name: "path" | "interpreter" | "packageSource"): string {
  const value = workspace.getConfiguration("promptSalience").get<string>(name, "").trim();
  return value
    .replace(/^~(?=[/\\]|$)/, homedir())
    .replace("${workspaceFolder}", workspace.workspaceFolders?.[0]?.uri.fsPath ?? "");
}

/** Shows progress as the editor wants it: in steps, which never go back. */
function shownBy(display: Steps): Progress {
  let shown = 0;
  return (fraction, message) => {
    const increment = Math.max(0, 100 * fraction - shown);
    shown += increment;
    display.report({ message, increment });
  };
}
