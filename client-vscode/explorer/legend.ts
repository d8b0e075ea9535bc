/** The colour scale in words and colours, drawn by the same tints as the text, and the slider that bends it. */

import { element } from "./elements";
import type { Scores } from "./pageData";
import { MOST_INTENSE, tint } from "./tint";
import { paint } from "./unitText";
import { percent } from "./wording";

const STEPS = 20;
/** Influence is written with few digits. */
const NEARLY = 0.99;

export class Legend {
  readonly element: HTMLElement;
  readonly #scale = element("span", { class: "cells" });
  readonly #picture = element("div", { class: "scale", role: "img" });
  readonly #slider = element("input", {
    type: "range",
    min: String(-MOST_INTENSE),
    max: String(MOST_INTENSE),
    step: "0.5",
    title: "How strongly weak influence is tinted",
  });

  constructor(change: (intensity: number) => void) {
    this.element = element("div", { class: "legend" }, this.#picture, labelled("Intensity", this.#slider));
    this.#slider.addEventListener("input", () => {
      change(this.#slider.valueAsNumber);
    });
  }

  /** Draws the scale for the scores that are shown. */
  show(scores: Scores | null, signed: boolean, intensity: number): void {
    const first = signed ? -STEPS : 0;
    const cells = Array.from({ length: STEPS - first + 1 }, (_, step) => (first + step) / STEPS);
    this.#scale.classList.toggle("signed", signed);
    this.#scale.replaceChildren(...cells.map((value) => cell(value, signed, intensity)));
    const [left, right] = signed ? ["against", "for"] : ["no influence", isReached(scores) ? "strongest" : "strong"];
    const full = percent(scores?.reference ?? 1, false);
    const share = element("span", { class: "full" }, scores ? ` · ${full}` : "");
    this.#picture.replaceChildren(element("span", {}, left), this.#scale, element("span", {}, right, share));
    this.#picture.ariaLabel = `Colour scale: from ${left} to ${right}, full at ${full}`;
    this.#slider.valueAsNumber = intensity;
    this.#slider.ariaValueText = intensityWords(intensity);
  }
}

/** Whether some unit has the full strength of the scale. */
function isReached(scores: Scores | null): boolean {
  return scores?.influence.some((influence) => Math.abs(influence) > NEARLY * scores.reference) ?? false;
}

function cell(value: number, signed: boolean, intensity: number): HTMLElement {
  const made = element("span", { class: "unit" });
  paint(made, tint(value, 1, intensity), signed);
  return made;
}

function intensityWords(intensity: number): string {
  if (intensity === 0) {
    return "even";
  }
  return `weak influence ${intensity > 0 ? "stronger" : "fainter"} by ${Math.abs(intensity)}`;
}

/** A control under its label. */
export function labelled(label: string, control: HTMLElement): HTMLLabelElement {
  return element("label", { class: "control" }, element("span", {}, label), control);
}
