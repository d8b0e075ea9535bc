/** The item in the status bar: which model, what it is doing, and everything that is chosen for the prompt at hand. */
import { Disposable, MarkdownString, StatusBarAlignment, ThemeColor, window, type StatusBarItem } from "vscode";
import type { EngineMessage, PromptMessage } from "./protocol";
import type { Prompts } from "./prompts";
import type { Server, ServerState } from "./server";

/** What the item says. */
interface Face {
  readonly icon: string;
  readonly text: string;
  readonly background?: "error" | "warning";
}

export class Status implements Disposable {
  private readonly item: StatusBarItem;
  private readonly subscription: Disposable;

  constructor(
    private readonly server: Server,
    private readonly prompts: Prompts,
  ) {
    this.item = window.createStatusBarItem("promptSalience.status", StatusBarAlignment.Right, 100);
    this.item.name = "Prompt Salience";
    this.item.command = "promptSalience.showMenu";
    const show = this.show.bind(this);
    this.subscription = Disposable.from(this.item, server.onDidChange(show), prompts.onDidChange(show));
    this.show();
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private show(): void {
    if (!this.prompts.inSight) {
      this.item.hide();
      return;
    }
    const face = faceOf(this.server, this.prompts.stateAtHand);
    this.item.text = `$(${face.icon}) ${face.text}`;
    this.item.tooltip = tooltip(this.server, this.prompts.stateAtHand);
    this.item.backgroundColor = face.background && new ThemeColor(`statusBarItem.${face.background}Background`);
    this.item.show();
  }
}

function faceOf(server: Server, prompt: PromptMessage | undefined): Face {
  switch (server.state.kind) {
    case "failed":
      return { icon: "error", text: "Prompt Salience", background: "error" };
    case "restricted":
      return { icon: "workspace-untrusted", text: "Prompt Salience" };
    case "absent":
      return { icon: "cloud-download", text: "Prompt Salience" };
    case "installing":
    case "starting":
      return { icon: "loading~spin", text: "Prompt Salience" };
    default:
      return faceOfEngine(server, prompt);
  }
}

function faceOfEngine({ engine }: Server, prompt: PromptMessage | undefined): Face {
  const text = prompt ? modelName(prompt) : "Prompt Salience";
  if (engine?.state === "failed") {
    return { icon: "error", text, background: "error" };
  }
  const doing = engine ? BRIEFLY[engine.state] : undefined;
  if (prompt?.activity || engine?.state === "starting" || engine?.state === "loading") {
    return { icon: "loading~spin", text: `${text}: ${doing ?? "working"}` };
  }
  return { icon: "symbol-color", text };
}

const BRIEFLY: Readonly<Partial<Record<EngineMessage["state"], string>>> = {
  starting: "starting",
  loading: "loading",
  generating: "writing",
  explaining: "explaining",
};

const ENGINE_IN_WORDS: Readonly<Record<Exclude<EngineMessage["state"], "failed">, string>> = {
  stopped: "The engine starts with the first run.",
  starting: "The engine is starting.",
  loading: "The model is being loaded.",
  ready: "The model is loaded.",
  generating: "The model is writing.",
  explaining: "The response is being explained.",
};

const SERVER_IN_WORDS: Readonly<Record<Exclude<ServerState["kind"], "failed" | "running">, string>> = {
  stopped: "The server is not started.",
  restricted: "The server is not started, because the workspace is not trusted.",
  absent: "The server is not installed yet. The first run installs it.",
  installing: "The server is being installed.",
  starting: "The server is starting.",
};

const CHOSEN: readonly (readonly [name: string, command: string, value: (prompt: PromptMessage) => string | null])[] = [
  ["Model", "promptSalience.chooseModel", modelName],
  ["Method", "promptSalience.chooseMethod", (prompt) => prompt.method],
  ["Granularity", "promptSalience.chooseGranularity", (prompt) => prompt.granularity],
  ["Case", "promptSalience.chooseCase", (prompt) => prompt.case],
  ["Target", "promptSalience.chooseTarget", (prompt) => prompt.target],
];

function tooltip(server: Server, prompt: PromptMessage | undefined): MarkdownString {
  const text = new MarkdownString("**Prompt Salience**\n\n");
  text.isTrusted = { enabledCommands: CHOSEN.map(([, command]) => command) };
  text.appendText(inWords(server));
  for (const [name, command, value] of CHOSEN) {
    const chosen = prompt && value(prompt);
    if (chosen) {
      text.appendMarkdown(`\n\n${name}: [${escaped(chosen)}](command:${command} "Choose another")`);
    }
  }
  return text;
}

function inWords({ state, engine }: Server): string {
  if (state.kind === "failed") {
    return state.message;
  }
  if (state.kind !== "running") {
    return SERVER_IN_WORDS[state.kind];
  }
  return engine?.state === "failed" ? engine.message : ENGINE_IN_WORDS[engine?.state ?? "stopped"];
}

/** The name of the model, which may be given as a folder. */
function modelName({ model }: PromptMessage): string {
  return /[^/\\]+(?=[/\\]*$)/.exec(model)?.[0] ?? model;
}

function escaped(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]()#+\-.!|<>$~]/g, "\\$&");
}
