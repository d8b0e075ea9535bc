/** A ranked list of shares: each row a number, a bar and the text it is the share of. */

import { element } from "./elements";
import { percent, spokenShare } from "./wording";

export interface Row {
  /** What is handed back when the row is pressed. */
  key: number;
  share: number;
  /** From 0 to 1. */
  length: number;
  text: string;
  /** What stands before and after it, where the text alone says little. */
  around?: readonly [before: string, after: string] | null;
  chosen: boolean;
}

export class BarList {
  readonly element: HTMLOListElement;

  constructor(label: string, press: (key: number) => void) {
    this.element = element("ol", { class: "bars", "aria-label": label });
    this.element.addEventListener("click", (event) => {
      const row = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-key]") : null;
      if (row) {
        press(Number(row.dataset.key));
      }
    });
  }

  /** Shows the rows; the element that has the focus keeps it if its row is still there. */
  show(rows: readonly Row[], signed: boolean): void {
    const focused = this.#focusedKey();
    this.element.replaceChildren(...rows.map((row) => element("li", {}, rowElement(row, signed))));
    if (focused !== undefined) {
      this.element.querySelector<HTMLElement>(`[data-key="${focused}"]`)?.focus({ preventScroll: true });
    }
  }

  #focusedKey(): string | undefined {
    const active = document.activeElement;
    return active instanceof HTMLElement && this.element.contains(active) ? active.dataset.key : undefined;
  }
}

function rowElement({ key, share, length, text, around, chosen }: Row, signed: boolean): HTMLElement {
  const bar = element("span", { class: "bar", "aria-hidden": "true" });
  bar.style.setProperty("--length", length.toFixed(3));
  bar.dataset.sign = signed ? (share < 0 ? "against" : "for") : "";
  return element(
    "button",
    {
      type: "button",
      class: "row",
      "data-key": String(key),
      "aria-current": String(chosen),
      "aria-label": `${text}, ${spokenShare(share, signed)}`,
    },
    element("span", { class: "share" }, percent(share, signed)),
    bar,
    element("span", { class: "excerpt", dir: "auto", title: text }, ...inContext(text, around ?? null)),
  );
}

function inContext(text: string, around: readonly [string, string] | null): (Node | string)[] {
  if (!around) {
    return [text];
  }
  const [before, after] = around.map((words) => element("span", { class: "aside" }, words));
  return [before ?? "", element("b", {}, text), after ?? ""];
}
