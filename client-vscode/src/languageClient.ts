/**
 * The language client: one connection to one process of the server.
 *
 * Decisions:
 * - This is the only module that needs the client's library, and it is loaded when a server is first started.
 * - The client says nothing to the user by itself, and does not start the server again: whoever made it does.
 * - Commands are registered by the extension, so that they are there before the server is.
 * - A question of the server with several answers is asked as a quick pick; a message about a fault, with what can be
 *   done about it, is a notification.
 */
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { Uri, window, type LogOutputChannel } from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  MessageType,
  RevealOutputChannelOn,
  ShowMessageRequest,
  type ClientCapabilities,
  type LanguageClientOptions,
  type MessageActionItem,
  type ServerCapabilities,
  type ShowMessageRequestParams,
  type StaticFeature,
} from "vscode-languageclient/node";
import { RESPONSE_SCHEME, filtersForServer } from "./documents";
import type { EngineMessage, PromptMessage, TintsMessage } from "./protocol";
import type { ServerCommand } from "./python/environment";
import type { Legend } from "./tokens";

/** Whom a client tells what it hears. */
export interface Hearer {
  tints(message: TintsMessage, legend: Legend): void;
  prompt(message: PromptMessage): void;
  engine(message: EngineMessage): void;
  /** The server wants a response to be seen. */
  showResponse(uri: Uri): Promise<void>;
  /** The connection is lost, though nobody ended it. */
  ended(): void;
}

/** A client that is not started yet. */
export function clientFor(command: ServerCommand, log: LogOutputChannel, hearer: Hearer): LanguageClient {
  const options = { env: { ...process.env, ...command.options?.env } };
  const executable = { command: command.command, args: command.args, options };
  const client = new QuietClient("promptSalience", "Prompt Salience", executable, clientOptions(log, hearer));
  client.registerFeature(TINTS_AND_NO_COMMANDS);
  client.onRequest(ShowMessageRequest.type, ask);
  client.onNotification("$/promptSalience/tints", (message: TintsMessage) => {
    hearer.tints({ ...message, uri: normalised(message.uri) }, legendOf(client));
  });
  client.onNotification("$/promptSalience/prompt", (message: PromptMessage) => {
    const response = message.response === null ? null : normalised(message.response);
    hearer.prompt({ ...message, uri: normalised(message.uri), response });
  });
  client.onNotification("$/promptSalience/engineStatus", (message: EngineMessage) => {
    hearer.engine(message);
  });
  return client;
}

/** A URI as VS Code writes it, so that two of the same document are equal. */
function normalised(uri: string): string {
  return Uri.parse(uri).toString();
}

/** A client whose accidents are only logged. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

const TINTS_AND_NO_COMMANDS: StaticFeature = {
  fillClientCapabilities(capabilities: ClientCapabilities): void {
    capabilities.experimental = { promptSalience: { tints: true } };
  },
  preInitialize(capabilities: ServerCapabilities): void {
    delete capabilities.executeCommandProvider;
  },
  initialize: () => undefined,
  getState: () => ({ kind: "static" }),
  clear: () => undefined,
};

function clientOptions(log: LogOutputChannel, hearer: Hearer): LanguageClientOptions {
  return {
    documentSelector: filtersForServer(),
    outputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationFailedHandler: () => false,
    stdioOptions: { stdout: readLog, stderr: readLog },
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => {
        hearer.ended();
        return { action: CloseAction.DoNotRestart, handled: true, message: "The server has ended." };
      },
    },
    middleware: {
      window: {
        showDocument: async (params, token, next) => {
          if (!params.uri.startsWith(`${RESPONSE_SCHEME}:`)) {
            return next(params, token);
          }
          await hearer.showResponse(Uri.parse(params.uri));
          return { success: true };
        },
      },
    },
  };
}

/** Puts the lines that the server logs into our log, at the level that each one names; what names none is an error. */
function readLog(lines: Readable, log: LogOutputChannel): void {
  createInterface({ input: lines }).on("line", (line) => {
    const [, level, message] = /^[-\d]+ [:,\d]+ (DEBUG|INFO|WARNING) (.*)$/.exec(line) ?? [];
    switch (level) {
      case "DEBUG":
        log.debug(message ?? "");
        break;
      case "INFO":
        log.info(message ?? "");
        break;
      case "WARNING":
        log.warn(message ?? "");
        break;
      default:
        log.error(line);
    }
  });
}

async function ask(params: ShowMessageRequestParams): Promise<MessageActionItem | null> {
  const actions = params.actions ?? [];
  if (params.type === MessageType.Info) {
    const picks = actions.map((action) => ({ label: action.title, action }));
    return (await window.showQuickPick(picks, { title: params.message }))?.action ?? null;
  }
  const show = params.type === MessageType.Error ? window.showErrorMessage : window.showWarningMessage;
  return (await show(params.message, ...actions)) ?? null;
}

function legendOf(client: LanguageClient): Legend {
  return client.initializeResult?.capabilities.semanticTokensProvider?.legend ?? { tokenTypes: [], tokenModifiers: [] };
}
