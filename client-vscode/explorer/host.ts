/** Where the page lives: in VS Code, with which it talks, or in a file that holds its data. */

import type { FromPage, PageData, ToPage } from "./pageData";
import type { Saved } from "./picture";

export interface Host {
  /** Whether there is somebody who can explain more than the data hold. */
  readonly live: boolean;
  post(message: FromPage): void;
  save(state: Saved): void;
  saved(): Saved;
  /** Hands over what the page is to show, now and later. */
  listen(receive: (message: ToPage) => void): void;
}

interface VsCode {
  postMessage(message: FromPage): void;
  setState(state: Saved): void;
  getState(): Saved | undefined;
}

declare global {
  interface Window {
    acquireVsCodeApi?: () => VsCode;
  }
}

export function host(): Host {
  return window.acquireVsCodeApi ? inVsCode(window.acquireVsCodeApi()) : inFile();
}

function inVsCode(vscode: VsCode): Host {
  return {
    live: true,
    post: (message) => {
      vscode.postMessage(message);
    },
    save: (state) => {
      vscode.setState(state);
    },
    saved: () => vscode.getState() ?? {},
    listen: (receive) => {
      window.addEventListener("message", (event: MessageEvent<ToPage>) => {
        receive(event.data);
      });
      vscode.postMessage({ type: "ready" });
    },
  };
}

function inFile(): Host {
  return {
    live: false,
    post: () => undefined,
    save: () => undefined,
    saved: () => ({}),
    listen: (receive) => {
      const text = document.getElementById("explanation")?.textContent;
      receive({ type: "data", data: text ? (JSON.parse(text) as PageData) : null });
    },
  };
}
