/**
 * Responses: where they are shown, and that a place in one is chosen by clicking or selecting it.
 *
 * Decisions:
 * - What a hand selects is explained, what a program selects is not. While something is dragged, or the cursor passes
 *   through with the arrow keys, nothing is asked for.
 */
import {
  Disposable,
  TabInputText,
  TextEditorSelectionChangeKind,
  ViewColumn,
  window,
  workspace,
  type TabGroup,
  type TextEditor,
  type TextEditorSelectionChangeEvent,
  type Uri,
} from "vscode";
import { isResponse } from "./documents";
import type { Prompts } from "./prompts";
import type { Server } from "./server";

const PAUSE_AFTER_MOUSE_MS = 150;
const PAUSE_AFTER_SELECTING_MS = 300;
const PAUSE_AFTER_MOVING_MS = 600;

/** Shows a response where it is already, or else where responses are, or else beside the prompt. */
export async function showResponse(uri: Uri, prompts: Prompts, preserveFocus: boolean): Promise<boolean> {
  const document = await workspace.openTextDocument(uri);
  const prompt = prompts.ofResponse(uri.toString())?.uri ?? prompts.atHand;
  const viewColumn =
    columnOf((tab) => tab.toString() === uri.toString()) ?? columnOf((tab) => isResponse({ uri: tab }));
  await window.showTextDocument(document, {
    viewColumn: viewColumn ?? columnBeside((tab) => tab.toString() === prompt),
    preserveFocus,
    preview: false,
  });
  return true;
}

type Wanted = (uri: Uri) => boolean;

function columnOf(wanted: Wanted): ViewColumn | undefined {
  return window.tabGroups.all.find((group) => holds(group, wanted))?.viewColumn;
}

function columnBeside(wanted: Wanted): ViewColumn {
  const groups = window.tabGroups.all;
  const index = groups.findIndex((group) => holds(group, wanted));
  return (index < 0 ? undefined : groups[index + 1]?.viewColumn) ?? ViewColumn.Beside;
}

function holds({ tabs }: TabGroup, wanted: Wanted): boolean {
  return tabs.some(({ input }) => input instanceof TabInputText && wanted(input.uri));
}

/** Closes what another window, or this one before it was loaded anew, has left: its server is gone, and the text with it. */
export async function closeLeftOverResponses(): Promise<void> {
  const tabs = window.tabGroups.all.flatMap((group) => group.tabs);
  const leftOver = tabs.filter(({ input }) => input instanceof TabInputText && isResponse(input));
  if (leftOver.length > 0) {
    await window.tabGroups.close(leftOver, true);
  }
}

/** Explains what is selected in responses. */
export class SelectedTargets implements Disposable {
  private readonly subscription: Disposable;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly server: Server,
    private readonly prompts: Prompts,
  ) {
    this.subscription = window.onDidChangeTextEditorSelection((event) => {
      this.selected(event);
    });
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.subscription.dispose();
  }

  private selected(event: TextEditorSelectionChangeEvent): void {
    const pause = pauseAfter(event);
    if (pause !== undefined && isResponse(event.textEditor.document)) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.explain(event.textEditor), pause);
    }
  }

  private async explain({ document, selection }: TextEditor): Promise<void> {
    const uri = document.uri.toString();
    if (this.prompts.ofResponse(uri)?.explained) {
      const { start, end } = selection;
      await this.server.execute("promptSalience.explainTarget", uri, { start, end });
    }
  }
}

function pauseAfter({ kind, textEditor }: TextEditorSelectionChangeEvent): number | undefined {
  switch (kind) {
    case TextEditorSelectionChangeKind.Mouse:
      return PAUSE_AFTER_MOUSE_MS;
    case TextEditorSelectionChangeKind.Keyboard:
      return textEditor.selection.isEmpty ? PAUSE_AFTER_MOVING_MS : PAUSE_AFTER_SELECTING_MS;
    default:
      return undefined;
  }
}
