/** The response as flowing text, whose parts can be chosen as the target. */

import { button, element, write } from "./elements";
import type { PageData, Span } from "./pageData";
import { sameCut } from "./pieces";
import { partsOf, partSpan, targetName, targetOf } from "./targets";
import { UnitText } from "./unitText";

export interface ResponseEvents {
  choose: (part: number, extend: boolean) => void;
  /** The whole response shall be explained. */
  clear: () => void;
}

export class ResponseView {
  readonly element: HTMLElement;
  readonly #ending = element("span", { class: "aside" });
  readonly #text: UnitText;
  readonly #target = element("p", { class: "target" });
  readonly #note = element("p", { class: "note" });
  readonly #clear: HTMLButtonElement;
  #shown: { response: string; parts: { start: number; end: number }[] } | null = null;

  constructor({ choose, clear }: ResponseEvents) {
    this.#text = new UnitText({ choose, point: () => undefined });
    this.#text.element.ariaMultiSelectable = "true";
    this.#text.element.ariaLabel = "Response, its parts. Enter chooses the target, shift extends it.";
    this.#clear = button("Whole response", { class: "link" }, clear);
    this.element = element(
      "section",
      { class: "response", "aria-label": "Response" },
      element("h2", {}, "Response ", this.#ending),
      this.#text.element,
      this.#target,
      this.#note,
    );
  }

  show(data: PageData): void {
    const parts = data.parts.map((_, part) => partSpan(data, part)).map(([start, end]) => ({ start, end }));
    if (this.#shown?.response !== data.response || !sameCut(this.#shown.parts, parts)) {
      const hadFocus = this.#text.holdsFocus;
      this.#text.build(data.response, parts);
      if (hadFocus) {
        this.#text.focus(0);
      }
    }
    this.#shown = { response: data.response, parts };
    write(this.#ending, data.ending);
  }

  /** Marks the target, and says what is to be said of it. */
  mark(data: PageData, span: Span | null, note: string): void {
    const chosen = new Set(partsOf(data, span));
    this.#text.each((part, index) => {
      part.ariaSelected = String(chosen.has(index));
      part.classList.toggle("first", chosen.has(index) && !chosen.has(index - 1));
      part.classList.toggle("last", chosen.has(index) && !chosen.has(index + 1));
    });
    this.#target.replaceChildren(...this.#targetWords(data, span));
    write(this.#note, note);
  }

  #targetWords(data: PageData, span: Span | null): Node[] {
    if (data.response === "") {
      return [document.createTextNode("The response is empty.")];
    }
    const probability = data.targets[targetOf(data, span) ?? -1]?.probability ?? "";
    const words = element("span", {}, "Target: ", element("strong", {}, targetName(data, span)));
    const facts = probability ? [element("span", { class: "aside" }, probability)] : [];
    const choices = span ? [this.#clear] : data.parts.length > 1 ? [element("span", { class: "aside hint" }, HOW)] : [];
    return [words, ...facts, ...choices];
  }
}

const HOW = "Click a part to ask about it alone, shift-click to extend.";
