/**
 * Where VS Code comes in: makes the parts and connects them.
 *
 * Decisions:
 * - Nothing here takes time, because nothing is known yet about whether it will be needed. The server is started, and
 *   what talks to it is loaded, when a prompt is open.
 */
import { window, workspace, type Disposable, type ExtensionContext, type LogOutputChannel, type Uri } from "vscode";
import { registerCommands } from "./commands";
import { isPrompt, Languages } from "./documents";
import { ExplorerPanel } from "./explorerPanel";
import { Prompts } from "./prompts";
import { PythonInstallation } from "./python/installation";
import { closeLeftOverResponses, SelectedTargets, showNewResponse } from "./response";
import { Server } from "./server";
import { Status } from "./status";
import { Tints } from "./tints";

/** Settings that a server has to be started anew for. */
const SETTINGS_OF_SERVER = ["path", "interpreter", "packageSource", "include"];

let server: Server | undefined;

export function activate(context: ExtensionContext): void {
  const log = window.createOutputChannel("Prompt Salience", { log: true });
  const prompts = new Prompts();
  const tints = new Tints();
  server = serverFor(context, log, prompts, tints);
  const explorer = new ExplorerPanel(context, server, prompts);
  const parts = { context, log, server, prompts, explorer };
  context.subscriptions.push(
    log,
    server,
    prompts,
    tints,
    explorer,
    registerCommands(parts),
    new Languages(),
    new SelectedTargets(server, prompts),
    new Status(server, prompts),
    ...startWhenNeeded(server),
  );
  void closeLeftOverResponses();
}

/** The server is told to end in order, and VS Code waits for it. */
export async function deactivate(): Promise<void> {
  await server?.stop();
}

function serverFor(context: ExtensionContext, log: LogOutputChannel, prompts: Prompts, tints: Tints): Server {
  const hearer = {
    tints: tints.take.bind(tints),
    prompt: prompts.take.bind(prompts),
    showResponse: (uri: Uri) => showNewResponse(uri, prompts),
  };
  return new Server(new PythonInstallation(context, log), log, hearer, () => {
    tints.clear();
    prompts.clear();
  });
}

function startWhenNeeded(server: Server): Disposable[] {
  const start = (): void => {
    if (server.state.kind !== "failed" && workspace.textDocuments.some(isPrompt)) {
      void server.start();
    }
  };
  start();
  return [
    workspace.onDidOpenTextDocument(start),
    workspace.onDidGrantWorkspaceTrust(start),
    workspace.onDidChangeConfiguration((event) => {
      if (SETTINGS_OF_SERVER.some((name) => event.affectsConfiguration(`promptSalience.${name}`))) {
        void server.reset().then(start);
      }
    }),
  ];
}
