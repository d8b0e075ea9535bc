/**
 * The prompts that are open: what the server last said of each, and which of them is at hand.
 *
 * Decisions:
 * - At hand is the prompt that was last in the active editor, itself or by its response, as long as it is open: a panel
 *   or another file in front of it does not change what a command is about.
 * - The keys that menus ask for are set here, and only when they change.
 */
import { commands, Disposable, EventEmitter, window, workspace, type TextDocument } from "vscode";
import { isPrompt, isResponse } from "./documents";
import type { PromptMessage } from "./protocol";

export class Prompts implements Disposable {
  private readonly known = new Map<string, PromptMessage>();
  private readonly keys = new Map<string, boolean>();
  private readonly changed = new EventEmitter<void>();
  private readonly subscription: Disposable;
  private last: string | undefined;

  /** Something is known anew, or another prompt is at hand. */
  readonly onDidChange = this.changed.event;

  constructor() {
    this.subscription = Disposable.from(
      this.changed,
      window.onDidChangeActiveTextEditor(() => {
        this.look();
      }),
      window.onDidChangeVisibleTextEditors(() => {
        this.changed.fire();
      }),
      workspace.onDidOpenTextDocument(() => {
        this.look();
      }),
      workspace.onDidCloseTextDocument((document) => {
        this.forget(document);
      }),
    );
    this.look();
  }

  dispose(): void {
    this.subscription.dispose();
  }

  /** The URI of the prompt at hand. */
  get atHand(): string | undefined {
    return this.last;
  }

  /** What is known of the prompt at hand. */
  get stateAtHand(): PromptMessage | undefined {
    return this.last === undefined ? undefined : this.known.get(this.last);
  }

  /** Whether an editor shows the prompt at hand or its response. */
  get inSight(): boolean {
    return (
      this.last !== undefined && window.visibleTextEditors.some(({ document }) => this.promptOf(document) === this.last)
    );
  }

  /** The prompt that a document is, or is the response of. */
  promptOf(document: TextDocument): string | undefined {
    return isPrompt(document) ? document.uri.toString() : this.ofResponse(document.uri.toString())?.uri;
  }

  of(uri: string): PromptMessage | undefined {
    return this.known.get(uri);
  }

  /** What is known of the prompt that has this response. */
  ofResponse(uri: string): PromptMessage | undefined {
    return [...this.known.values()].find((state) => state.response === uri);
  }

  take(state: PromptMessage): void {
    this.known.set(state.uri, state);
    this.look();
  }

  /** The server that said all this is gone. */
  clear(): void {
    this.known.clear();
    this.look();
  }

  private forget(document: TextDocument): void {
    const uri = document.uri.toString();
    this.known.delete(uri);
    if (this.last === uri && document.isClosed) {
      this.last = undefined;
    }
    this.look();
  }

  private look(): void {
    const active = window.activeTextEditor?.document;
    this.last = (active && this.promptOf(active)) ?? this.last;
    this.setKey("isPrompt", active !== undefined && isPrompt(active));
    this.setKey("isResponse", active !== undefined && isResponse(active));
    this.setKey("busy", Boolean(this.stateAtHand?.activity));
    this.setKey("explained", this.stateAtHand?.explained === true);
    this.changed.fire();
  }

  private setKey(name: string, value: boolean): void {
    if (this.keys.get(name) !== value) {
      this.keys.set(name, value);
      void commands.executeCommand("setContext", `promptSalience.${name}`, value);
    }
  }
}
