/**
 * Every command of the extension, registered before there is a server.
 *
 * Decisions:
 * - A command is about the document that it is given: a menu gives its URI, a lens of the server gives it as text and
 *   may give more. Without one it is about the prompt at hand.
 * - A command that needs the server waits for it, and has it installed if need be. One that only ends something does not.
 */
import {
  commands,
  Disposable,
  env,
  QuickPickItemKind,
  Range,
  Uri,
  version,
  window,
  workspace,
  type ExtensionContext,
  type LogOutputChannel,
  type QuickPickItem,
  type TextEditor,
} from "vscode";
import { choose, take } from "./choices";
import { isPlainRange, NOT_EMPTY, promptFor, type PlainRange } from "./contrast";
import { isResponse } from "./documents";
import type { ExplorerPanel } from "./explorerPanel";
import type { Prompts } from "./prompts";
import type { Choice, Option } from "./protocol";
import { showResponse } from "./response";
import type { Server } from "./server";

/** What commands work with. */
export interface Parts {
  readonly context: ExtensionContext;
  readonly log: LogOutputChannel;
  readonly server: Server;
  readonly prompts: Prompts;
  readonly explorer: ExplorerPanel;
}

type Handler = (parts: Parts, ...given: unknown[]) => unknown;

const HANDLERS: Readonly<Record<string, Handler>> = {
  runAndExplain: onPrompt(({ server }, uri) => server.execute("promptSalience.runAndExplain", uri)),
  explainResponse: onPrompt(explainResponse),
  explainTarget,
  contrastTarget: withServer(contrastTarget),
  checkByRemoving: onPrompt(checkByRemoving),
  chooseTarget: choice("target"),
  chooseCase: choice("case"),
  chooseModel: choice("model"),
  chooseMethod: choice("method"),
  chooseGranularity: choice("granularity"),
  clear: ({ server, prompts }, given) => server.execute("promptSalience.clear", subject(prompts, given)),
  cancel: ({ server, prompts }, given) => server.execute("promptSalience.cancel", subject(prompts, given)),
  restartEngine: withServer(({ server }) => server.execute("promptSalience.restartEngine")),
  showEngineState: withServer(({ server }) => server.execute("promptSalience.showEngineState")),
  restartServer: async ({ server }) => {
    await server.reset();
    await server.ready();
  },
  setUpEnvironment: ({ server }) => server.installAnew(),
  showLog: ({ log }) => {
    log.show(true);
  },
  showDebugInformation,
  showMenu,
  openExplorer: withServer(({ explorer }) => {
    explorer.open();
  }),
  openResponse,
  openSample,
  openWalkthrough: ({ context }) =>
    commands.executeCommand("workbench.action.openWalkthrough", `${context.extension.id}#${WALKTHROUGH}`),
};

const WALKTHROUGH = "start";
const SAMPLE = "1-mistake.j2";

export function registerCommands(parts: Parts): Disposable {
  const registered = Object.entries(HANDLERS).map(([name, handler]) =>
    commands.registerCommand(`promptSalience.${name}`, (...given: unknown[]) => handler(parts, ...given)),
  );
  return Disposable.from(...registered);
}

/** The URI of the prompt that a command is about: that of the document it is given, or of the one at hand. */
function subject(prompts: Prompts, given: unknown): string | undefined {
  const uri = given instanceof Uri ? given.toString() : typeof given === "string" ? given : prompts.atHand;
  return uri && (prompts.ofResponse(uri)?.uri ?? uri);
}

/** What a lens gives besides the document; a menu gives things of its own. */
function further(given: readonly unknown[]): readonly unknown[] {
  return typeof given[0] === "string" ? given.slice(1) : [];
}

function withServer(act: Handler): Handler {
  return async (parts, ...given) => ((await parts.server.ready()) ? act(parts, ...given) : undefined);
}

/** A command that needs a prompt and a server. */
function onPrompt(act: (parts: Parts, uri: string, ...further: readonly unknown[]) => unknown): Handler {
  const ready = withServer((parts, uri, ...more) => act(parts, uri as string, ...more));
  return (parts, ...given) => {
    const uri = subject(parts.prompts, given[0]);
    return uri === undefined ? offerSample() : ready(parts, uri, ...further(given));
  };
}

function choice(what: Choice): Handler {
  return onPrompt(({ server }, uri, value) =>
    isValue(value) ? take(server, uri, what, value) : choose(server, uri, what),
  );
}

function isValue(given: unknown): given is NonNullable<Option["value"]> {
  return typeof given === "string" || typeof given === "number";
}

async function offerSample(): Promise<void> {
  const sample = "Open Sample";
  if ((await window.showInformationMessage("Open a prompt first.", sample)) === sample) {
    await commands.executeCommand("promptSalience.openSample");
  }
}

async function explainResponse({ server }: Parts, uri: string, text: unknown): Promise<void> {
  const response = typeof text === "string" ? text : await askForResponse();
  if (response !== undefined) {
    await server.execute("promptSalience.explainResponse", uri, ...(response === "" ? [] : [response]));
  }
}

function askForResponse(): Thenable<string | undefined> {
  return window.showInputBox({
    title: "Explain a Given Response",
    prompt: "The response to explain in place of the model's own. Left empty, it is the target that the case names.",
  });
}

/** A lens says what to explain; otherwise it is what is selected in a response, or what the user chooses. */
async function explainTarget(parts: Parts, ...given: unknown[]): Promise<unknown> {
  const [uri, target] = given;
  if (typeof uri === "string" && target !== undefined) {
    return (await parts.server.ready()) ? parts.server.execute("promptSalience.explainTarget", uri, target) : undefined;
  }
  const editor = window.activeTextEditor;
  if (editor && isResponse(editor.document)) {
    const { start, end } = editor.selection;
    return parts.server.execute("promptSalience.explainTarget", editor.document.uri.toString(), { start, end });
  }
  return choice("target")(parts, ...given);
}

/** A code action says which part; otherwise it is what is selected, or stands at the cursor, in the response. */
async function contrastTarget({ server }: Parts, ...given: unknown[]): Promise<void> {
  const editor = window.activeTextEditor;
  const here = editor && isResponse(editor.document) ? editor : undefined;
  const [uri, place, text] =
    typeof given[0] === "string" ? given : [here?.document.uri.toString(), here && rangeOf(here.selection)];
  if (typeof uri !== "string" || place === undefined) {
    void window.showInformationMessage("Choose a part of a response first.");
    return;
  }
  const other = typeof text === "string" ? text : await askForContrast(textAt(here, uri, place));
  if (other !== undefined) {
    await server.execute("promptSalience.contrastTarget", uri, place, other);
  }
}

function rangeOf({ start, end }: Range): PlainRange {
  return { start, end };
}

/** The text of a response at a range; none where the range is a number, or of a document that is not shown. */
function textAt(editor: TextEditor | undefined, uri: string, place: unknown): string {
  if (editor?.document.uri.toString() !== uri || !isPlainRange(place)) {
    return "";
  }
  const { start, end } = place;
  return editor.document.getText(new Range(start.line, start.character, end.line, end.character));
}

function askForContrast(text: string): Thenable<string | undefined> {
  return window.showInputBox({
    title: "Why Not …?",
    prompt: promptFor(text),
    validateInput: (given) => (given.trim() === "" ? NOT_EMPTY : undefined),
  });
}

/** A code action says what to take out; otherwise it is what is selected, or stands at the cursor, in the prompt. */
function checkByRemoving({ server }: Parts, uri: string, place: unknown): Promise<unknown> {
  const editor = window.activeTextEditor;
  const here =
    editor?.document.uri.toString() === uri ? { start: editor.selection.start, end: editor.selection.end } : null;
  return server.execute("promptSalience.checkByRemoving", uri, place ?? here);
}

async function openResponse({ prompts }: Parts, given: unknown): Promise<void> {
  const uri = subject(prompts, given);
  const response = uri === undefined ? undefined : prompts.of(uri)?.response;
  const run = "Run and Explain";
  if (response) {
    await showResponse(Uri.parse(response), prompts, false);
  } else if ((await window.showInformationMessage("There is no response yet.", run)) === run) {
    await commands.executeCommand("promptSalience.runAndExplain", uri);
  }
}

/** Opens the sample; it is a copy, which the user may edit and which stays. */
async function openSample({ context }: Parts): Promise<void> {
  const shipped = Uri.joinPath(context.extensionUri, "samples", "menu");
  const own = Uri.joinPath(context.globalStorageUri, "samples", "menu");
  const names = (await workspace.fs.readDirectory(shipped)).map(([name]) => name);
  const there = await namesIn(own);
  for (const name of names.filter((one) => !there.has(one))) {
    await workspace.fs.copy(Uri.joinPath(shipped, name), Uri.joinPath(own, name));
  }
  await window.showTextDocument(Uri.joinPath(own, SAMPLE), { preview: false });
}

async function namesIn(folder: Uri): Promise<Set<string>> {
  await workspace.fs.createDirectory(folder);
  return new Set((await workspace.fs.readDirectory(folder)).map(([name]) => name));
}

async function showDebugInformation({ context, server }: Parts): Promise<void> {
  const { version: extension } = context.extension.packageJSON as { version: string };
  const information = {
    extension,
    editor: `${env.appName} ${version}`,
    state: server.state,
    server: (await server.execute("promptSalience.showDebugInformation")) ?? null,
  };
  await env.clipboard.writeText(JSON.stringify(information, undefined, 2));
  void window.showInformationMessage("The debug information is in the clipboard. It holds nothing of any prompt.");
}

interface MenuItem extends QuickPickItem {
  readonly command?: readonly [name: string, ...given: unknown[]];
}

async function showMenu({ context, prompts }: Parts): Promise<void> {
  const chosen = await window.showQuickPick(menu(prompts, context.extension.id), { placeHolder: "Prompt Salience" });
  if (chosen?.command) {
    await commands.executeCommand(...chosen.command);
  }
}

function menu({ stateAtHand: prompt }: Prompts, extension: string): MenuItem[] {
  return [
    prompt?.activity
      ? { label: "$(stop-circle) Cancel", description: prompt.activity, command: ["promptSalience.cancel"] }
      : { label: "$(play) Run and Explain", command: ["promptSalience.runAndExplain"] },
    { label: "Choose", kind: QuickPickItemKind.Separator },
    { label: "Model", description: prompt?.model ?? "", command: ["promptSalience.chooseModel"] },
    { label: "Method", description: prompt?.method ?? "", command: ["promptSalience.chooseMethod"] },
    { label: "Granularity", description: prompt?.granularity ?? "", command: ["promptSalience.chooseGranularity"] },
    { label: "Case", description: prompt?.case ?? "", command: ["promptSalience.chooseCase"] },
    { label: "Target", description: prompt?.target ?? "", command: ["promptSalience.chooseTarget"] },
    { label: "Show", kind: QuickPickItemKind.Separator },
    { label: "Response", command: ["promptSalience.openResponse"] },
    { label: "Salience Explorer", command: ["promptSalience.openExplorer"] },
    { label: "Log", command: ["promptSalience.showLog"] },
    { label: "Settings", command: ["workbench.action.openSettings", `@ext:${extension}`] },
    { label: "Restart", kind: QuickPickItemKind.Separator },
    { label: "Restart Engine", command: ["promptSalience.restartEngine"] },
    { label: "Restart Server", command: ["promptSalience.restartServer"] },
  ];
}
