/**
 * The server as the rest of the extension knows it: started when it is needed, asked, started again when it dies.
 *
 * Decisions:
 * - Opening a prompt starts a server that is installed, and says nothing if that fails; the status item does. Only
 *   what somebody asks for installs one, or explains why there is none.
 * - A process that ends by itself is replaced by another, but not for ever: after the fifth end within three minutes
 *   somebody has to want it.
 * - A request that fails is told once, here. Whoever made it gets no answer, and need not know why.
 */
import {
  commands,
  env,
  EventEmitter,
  ProgressLocation,
  window,
  workspace,
  type CancellationToken,
  type Disposable,
  type LogOutputChannel,
  type Progress,
} from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import type { Hearer } from "./languageClient";
import type { EngineMessage } from "./protocol";
import { EnvironmentError, wordsForLog, type ServerCommand } from "./python/environment";

/** Where the command comes from that starts a server. */
export interface Installation {
  /** The command of what is installed; none if nothing is. */
  find(): Promise<ServerCommand | undefined>;
  /** Installs what is needed; no command if that was called off. */
  install(
    progress: Progress<{ message: string; increment?: number }>,
    token: CancellationToken,
  ): Promise<ServerCommand | undefined>;
  /** Removes what was installed. */
  discard(): Promise<void>;
}

export type ServerState =
  | { readonly kind: "stopped" | "restricted" | "absent" | "installing" | "starting" | "running" }
  | { readonly kind: "failed"; readonly message: string; readonly remedy: EnvironmentError["remedy"] };

const MOST_ENDS = 5;
const WITHIN_MS = 180_000;
/** Requests that were cancelled or outdated, and connections that are being closed. */
const SILENT_CODES: readonly unknown[] = [-32800, -32801, -32802, -32096, -32097, -32098, -32099];

export class Server implements Disposable {
  private readonly changed = new EventEmitter<void>();
  private client: LanguageClient | undefined;
  private starting: Promise<void> | undefined;
  private installing: Promise<void> | undefined;
  private ends: number[] = [];
  private current: ServerState = { kind: "stopped" };
  private engineStatus: EngineMessage | undefined;

  /** Another state of the server, or of its engine. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly installation: Installation,
    private readonly log: LogOutputChannel,
    private readonly hearer: Omit<Hearer, "engine" | "ended">,
    private readonly forget: () => void,
  ) {}

  get state(): ServerState {
    return this.current;
  }

  get engine(): EngineMessage | undefined {
    return this.engineStatus;
  }

  /** Starts the server if it is installed and may be started; says nothing. */
  start(): Promise<void> {
    this.starting ??= this.begin().finally(() => {
      this.starting = undefined;
    });
    return this.starting;
  }

  /** Starts the server, and installs it first if need be; whether it runs. If it does not, the user is told why. */
  async ready(): Promise<boolean> {
    if (this.current.kind !== "running") {
      await window.withProgress({ location: ProgressLocation.Window, title: "Starting Prompt Salience" }, () =>
        this.start(),
      );
    }
    if (this.state.kind === "absent") {
      this.installing ??= this.install().finally(() => {
        this.installing = undefined;
      });
      await this.installing;
    }
    this.explainAbsence();
    return this.state.kind === "running";
  }

  /** Asks a server that runs; undefined where there is no answer. */
  async ask<Answer>(method: string, parameters: object): Promise<Answer | undefined> {
    try {
      return await this.client?.sendRequest<Answer>(method, parameters);
    } catch (error) {
      this.tell(error);
      return undefined;
    }
  }

  /** Has a server that runs execute one of its commands. */
  execute(command: string, ...parameters: readonly unknown[]): Promise<unknown> {
    return this.ask<unknown>("workspace/executeCommand", { command, arguments: parameters });
  }

  /** Ends the server, even one that is being started; it may be started again. */
  async reset(): Promise<void> {
    this.ends = [];
    await this.stop();
    await this.starting;
    await this.stop();
  }

  /** Installs the server anew, where it may be broken, and starts it. */
  async installAnew(): Promise<void> {
    await this.reset();
    await this.attempt(() => this.installation.discard());
    await this.ready();
  }

  async stop(): Promise<void> {
    const client = this.client;
    this.lose();
    this.become({ kind: "stopped" });
    try {
      await client?.dispose();
    } catch (error) {
      this.log.warn("The server did not end in order:", error);
    }
  }

  dispose(): void {
    this.changed.dispose();
  }

  private async begin(): Promise<void> {
    if (this.current.kind === "running") {
      return;
    }
    if (!workspace.isTrusted) {
      this.become({ kind: "restricted" });
      return;
    }
    await this.attempt(async () => {
      const command = await this.installation.find();
      if (command) {
        await this.connect(command);
      } else {
        this.become({ kind: "absent" });
      }
    });
  }

  private async install(): Promise<void> {
    const options = { location: ProgressLocation.Notification, title: "Prompt Salience", cancellable: true };
    await this.attempt(() =>
      window.withProgress(options, async (progress, token) => {
        this.become({ kind: "installing" });
        const command = await this.installation.install(progress, token);
        if (command) {
          await this.connect(command);
        } else {
          this.become({ kind: "absent" });
        }
      }),
    );
  }

  private async connect(command: ServerCommand): Promise<void> {
    this.become({ kind: "starting" });
    const { clientFor } = await import("./languageClient.js");
    const client = clientFor(command, this.log, {
      ...this.hearer,
      engine: (message) => {
        this.engineStatus = message;
        this.changed.fire();
      },
      ended: () => {
        this.ended(client);
      },
    });
    this.client = client;
    await client.start();
    this.become({ kind: "running" });
  }

  /** Does what leads to a server that runs; what goes wrong is the state then. */
  private async attempt(work: () => Thenable<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.log.error(wordsForLog(error));
      this.lose();
      const known = error instanceof EnvironmentError;
      const message = known ? error.message : "The server of Prompt Salience could not be started.";
      this.become({ kind: "failed", message, remedy: known ? error.remedy : "try-again" });
    }
  }

  private ended(client: LanguageClient): void {
    if (this.client !== client || this.current.kind !== "running") {
      return;
    }
    this.lose();
    const now = Date.now();
    this.ends = [...this.ends.filter((end) => now - end < WITHIN_MS), now];
    if (this.ends.length < MOST_ENDS) {
      this.become({ kind: "stopped" });
      void this.start();
    } else {
      this.ends = [];
      const message = "The server of Prompt Salience ended five times within three minutes.";
      this.become({ kind: "failed", message, remedy: "try-again" });
      this.explainAbsence();
    }
  }

  private lose(): void {
    this.client = undefined;
    this.engineStatus = undefined;
    this.forget();
  }

  private become(state: ServerState): void {
    this.current = state;
    this.changed.fire();
  }

  private explainAbsence(): void {
    if (this.current.kind === "restricted") {
      const reason = "Prompt Salience reads files and loads the model that a workspace names, so it needs your trust.";
      void offer(window.showWarningMessage, reason, MANAGE_TRUST);
    } else if (this.current.kind === "failed") {
      void offer(window.showErrorMessage, this.current.message, REMEDIES[this.current.remedy], SHOW_LOG);
    }
  }

  private tell(error: unknown): void {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (!SILENT_CODES.includes(code)) {
      const message = error instanceof Error ? error.message : String(error);
      this.log.error(message);
      void offer(window.showErrorMessage, message, SHOW_LOG);
    }
  }
}

/** A button of a message, and the command behind it. */
interface Offer {
  readonly title: string;
  readonly command: string;
  readonly argument?: object;
}

const SHOW_LOG: Offer = { title: "Show Log", command: "promptSalience.showLog" };
const MANAGE_TRUST: Offer = { title: "Manage Workspace Trust", command: "workbench.trust.manage" };
const REMEDIES: Readonly<Record<EnvironmentError["remedy"], Offer | undefined>> = {
  // A setting of the machine that the extension runs on is not among the user's own where that is a remote one.
  "choose-interpreter": {
    title: "Choose Interpreter",
    command: env.remoteName ? "workbench.action.openRemoteSettings" : "workbench.action.openSettings",
    argument: { query: "promptSalience.interpreter" },
  },
  "try-again": { title: "Try Again", command: "promptSalience.restartServer" },
  "show-log": undefined,
};

async function offer(
  show: (message: string, ...offers: Offer[]) => Thenable<Offer | undefined>,
  message: string,
  ...offers: (Offer | undefined)[]
): Promise<void> {
  const chosen = await show(message, ...offers.filter((one) => one !== undefined));
  if (chosen) {
    await commands.executeCommand(chosen.command, chosen.argument);
  }
}
