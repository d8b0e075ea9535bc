/**
 * Responses: where they are shown, and that a place in one is chosen by clicking or selecting it.
 *
 * Decisions:
 * - A response opens in the group that holds responses, else in the one after that of its prompt, so that no window
 *   fills with columns.
 * - What a hand selects is explained, what a program selects is not. While something is dragged, or the cursor passes
 *   through with the arrow keys, nothing is asked for.
 */
import {
  Disposable,
  TabInputText,
  TabInputWebview,
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

const EXPLORER = "promptSalience.explorer";
const PAUSE_AFTER_MOUSE_MS = 150;
const PAUSE_AFTER_SELECTING_MS = 300;
const PAUSE_AFTER_MOVING_MS = 600;

/** Shows a response where it is already, or else where responses are, or else beside the prompt. */
export async function showResponse(uri: Uri, prompts: Prompts, preserveFocus: boolean): Promise<void> {
  await window.showTextDocument(await workspace.openTextDocument(uri), {
    viewColumn: groupFor(uri, prompts)?.viewColumn ?? ViewColumn.Beside,
    preserveFocus,
    preview: false,
  });
}

/** Shows a response without being asked to: not where it would cover the explorer, which shows it, too. */
export async function showNewResponse(uri: Uri, prompts: Prompts): Promise<void> {
  const covered = groupFor(uri, prompts)?.activeTab?.input;
  if (!(covered instanceof TabInputWebview && covered.viewType.endsWith(EXPLORER))) {
    await showResponse(uri, prompts, true);
  }
}

function groupFor(uri: Uri, prompts: Prompts): TabGroup | undefined {
  const prompt = prompts.ofResponse(uri.toString())?.uri ?? prompts.atHand;
  const groups = window.tabGroups.all;
  const ofPrompt = groups.findIndex((group) => holds(group, (tab) => tab.toString() === prompt));
  return (
    groups.find((group) => holds(group, (tab) => tab.toString() === uri.toString())) ??
    groups.find((group) => holds(group, (tab) => isResponse({ uri: tab }))) ??
    (ofPrompt < 0 ? undefined : groups[ofPrompt + 1])
  );
}

function holds({ tabs }: TabGroup, wanted: (uri: Uri) => boolean): boolean {
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
