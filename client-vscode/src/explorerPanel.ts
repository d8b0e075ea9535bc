/**
 * The panel "Salience Explorer": shows the page of the explorer for the prompt at hand.
 *
 * Decisions:
 * - There is one. What it shows is asked for while it is in sight, whenever something else is known; nothing is kept
 *   in it, so that it can be thrown away and made anew.
 * - What the page says is checked: it is made of text that a model wrote.
 */
import { randomBytes } from "node:crypto";
import {
  commands,
  Disposable,
  Range,
  Uri,
  ViewColumn,
  window,
  type ExtensionContext,
  type Webview,
  type WebviewPanel,
} from "vscode";
import type { FromPage, PageData, ToPage } from "../explorer/pageData";
import { take } from "./choices";
import { inCodePoints } from "./codePoints";
import { isResponse } from "./documents";
import type { Prompts } from "./prompts";
import type { Server } from "./server";

const VIEW = "promptSalience.explorer";

export class ExplorerPanel implements Disposable {
  private readonly subscription: Disposable;
  private readonly folder: Uri;
  private panel: WebviewPanel | undefined;
  /** The prompt that the page shows, and what of it. */
  private about = "";
  private shown = "";
  private data: PageData | null = null;

  constructor(
    context: ExtensionContext,
    private readonly server: Server,
    private readonly prompts: Prompts,
  ) {
    this.folder = Uri.joinPath(context.extensionUri, "dist");
    this.subscription = Disposable.from(
      prompts.onDidChange(() => void this.refresh()),
      window.registerWebviewPanelSerializer(VIEW, {
        deserializeWebviewPanel: (panel) => {
          this.fill(panel);
          return Promise.resolve();
        },
      }),
    );
  }

  dispose(): void {
    this.panel?.dispose();
    this.subscription.dispose();
  }

  open(): void {
    if (this.panel) {
      this.panel.reveal(undefined, true);
    } else {
      const inResponse = window.activeTextEditor && isResponse(window.activeTextEditor.document);
      const place = { viewColumn: inResponse ? ViewColumn.Active : ViewColumn.Beside, preserveFocus: true };
      this.fill(window.createWebviewPanel(VIEW, "Salience Explorer", place));
    }
  }

  private fill(panel: WebviewPanel): void {
    this.panel?.dispose();
    this.panel = panel;
    panel.webview.options = { enableScripts: true, localResourceRoots: [this.folder] };
    panel.webview.onDidReceiveMessage((message: unknown) => void this.grant(message));
    panel.onDidChangeViewState(() => void this.refresh());
    panel.onDidDispose(() => {
      this.panel = this.panel === panel ? undefined : this.panel;
    });
    panel.webview.html = this.page(panel.webview);
  }

  private async refresh(): Promise<void> {
    const { atHand = "", stateAtHand: state } = this.prompts;
    if (!this.panel?.visible) {
      return;
    }
    this.post({ type: "busy", text: state?.activity ?? "" });
    const wanted = `${atHand} ${state?.explained ? state.revision : ""}`;
    if (this.shown !== wanted) {
      this.shown = wanted;
      const data = state?.explained
        ? await this.server.ask<PageData | null>("promptSalience/explorer", { uri: atHand })
        : null;
      if (this.shown === wanted) {
        this.about = atHand;
        this.data = data ?? null;
        this.post({ type: "data", data: this.data });
      }
    }
  }

  private post(message: ToPage): void {
    void this.panel?.webview.postMessage(message);
  }

  /** Does what the page wishes. */
  private async grant(wish: unknown): Promise<void> {
    if (!isWish(wish)) {
      return;
    }
    switch (wish.type) {
      case "ready":
        this.shown = "";
        return this.refresh();
      case "run":
        await commands.executeCommand("promptSalience.runAndExplain", this.about || undefined);
        return;
      case "target":
        await this.server.execute("promptSalience.explainTarget", this.about, this.codePoints(wish.span));
        return;
      case "method":
        return take(this.server, this.about, "method", wish.name);
      case "granularity":
        return this.divide(wish.name);
      case "reveal":
        return this.reveal(wish.document, wish.source);
    }
  }

  private codePoints(span: readonly [number, number] | null): number[] | null {
    const text = this.data?.response ?? "";
    return span?.map((offset) => inCodePoints(text, offset)) ?? null;
  }

  /** A pattern that the page shows already need not be asked for. */
  private async divide(granularity: string): Promise<void> {
    if (this.data?.divisions.some((division) => division.granularity === granularity)) {
      await this.server.execute("promptSalience.chooseGranularity", this.about, granularity);
    } else {
      await take(this.server, this.about, "granularity", granularity);
    }
  }

  private async reveal(document: number, source: readonly [number, number, number, number]): Promise<void> {
    const uri = this.data?.documents[document]?.uri;
    if (uri) {
      await window.showTextDocument(Uri.parse(uri), { viewColumn: ViewColumn.One, selection: new Range(...source) });
    }
  }

  private page(webview: Webview): string {
    const nonce = randomBytes(16).toString("base64");
    const script = webview.asWebviewUri(Uri.joinPath(this.folder, "explorer.js")).toString();
    const style = webview.asWebviewUri(Uri.joinPath(this.folder, "explorer.css")).toString();
    const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}';`;
    return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Salience Explorer</title>
    <link rel="stylesheet" nonce="${nonce}" href="${style}">
  </head>
  <body>
    <main id="explorer"></main>
    <script nonce="${nonce}" src="${script}"></script>
  </body>
</html>`;
  }
}

function isWish(message: unknown): message is FromPage {
  if (typeof message !== "object" || message === null || !("type" in message)) {
    return false;
  }
  switch (message.type) {
    case "ready":
    case "run":
      return true;
    case "target":
      return "span" in message && (message.span === null || areNumbers(message.span, 2));
    case "method":
    case "granularity":
      return "name" in message && typeof message.name === "string";
    case "reveal":
      return (
        "document" in message &&
        typeof message.document === "number" &&
        "source" in message &&
        areNumbers(message.source, 4)
      );
    default:
      return false;
  }
}

function areNumbers(given: unknown, count: number): boolean {
  return Array.isArray(given) && given.length === count && given.every((one) => typeof one === "number");
}
