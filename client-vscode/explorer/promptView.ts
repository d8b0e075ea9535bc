/** The prompt as flowing text, tinted by influence. */

import { element, write } from "./elements";
import { item, type Division, type PageData, type Scores, type Span } from "./pageData";
import { sameCut } from "./pieces";
import { rank } from "./scores";
import { tint } from "./tint";
import { paint, set, UnitText, type UnitEvents } from "./unitText";
import { countOf, ordinal, plural, spokenShare } from "./wording";

export interface Colouring {
  scores: Scores | null;
  signed: boolean;
  intensity: number;
  /** Whether other scores are on their way. */
  waiting: boolean;
}

export class PromptView {
  readonly element: HTMLElement;
  readonly #count = element("span", { class: "aside" });
  readonly #text: UnitText;
  #shown: { prompt: string; division: Division } | null = null;

  constructor(events: UnitEvents) {
    this.#text = new UnitText(events);
    const heading = element("h2", {}, "Prompt ", this.#count);
    this.element = element("section", { class: "prompt", "aria-label": "Prompt" }, heading, this.#text.element);
  }

  /** Shows a division of the prompt, built anew only if it is cut differently. */
  show({ prompt }: PageData, division: Division): void {
    if (this.#shown?.prompt !== prompt || !sameCut(this.#shown.division.units, division.units)) {
      this.#build(prompt, division);
    }
    this.#shown = { prompt, division };
    write(this.#count, countOf(division.units.length, division.noun));
    this.#text.element.ariaLabel = `Prompt, its ${plural(division.noun)}`;
  }

  #build(prompt: string, division: Division): void {
    const hadFocus = this.#text.holdsFocus;
    this.#text.build(prompt, division.units);
    if (hadFocus) {
      this.#text.focus(0);
    }
  }

  paint({ scores, signed, intensity, waiting }: Colouring): void {
    this.element.classList.toggle("waiting", waiting);
    this.#text.each((span, unit) => {
      const influence = scores?.influence[unit] ?? 0;
      const colour = tint(influence, scores?.reference ?? 0, intensity);
      paint(span, colour, signed);
      const label = scores && colour.level > 0 ? spoken(span, unit, scores, signed) : null;
      if (span.ariaLabel !== label) {
        span.ariaLabel = label;
      }
    });
  }

  /** Marks the unit that is looked at, and a piece in it. */
  mark(unit: number | null, piece: Span | null): void {
    this.#text.each((span, index) => {
      set(span, "aria-selected", String(index === unit));
    });
    if ("highlights" in CSS) {
      CSS.highlights.set("piece", new Highlight(...(piece ? [this.#text.range(piece[0], piece[1])] : [])));
    }
  }

  focus(unit: number): void {
    this.#text.focus(unit);
  }

  keepClearOf(unit: number, box: DOMRect): void {
    this.#text.keepClearOf(unit, box);
  }

  reveal(unit: number): void {
    this.#text.reveal(unit);
  }
}

function spoken(span: HTMLElement, unit: number, scores: Scores, signed: boolean): string {
  const share = spokenShare(item(scores.influence, unit), signed);
  return `${span.textContent}, ${share}, ${ordinal(rank(scores, unit))}`;
}
