/** The panel with a unit's numbers beside the unit that is pointed at. */

import { element } from "./elements";
import { item, type PageData, type Scores } from "./pageData";
import { unitAt, type UnitOf } from "./pieces";
import { placement, type Box } from "./placement";
import { rank } from "./scores";
import { countOf, number, ordinal, percent, place } from "./wording";

export interface TipWords {
  heading: string;
  lines: string[];
}

/** What is said of a unit in short. */
export function tipWords(data: PageData, one: UnitOf, scores: Scores, signed: boolean): TipWords {
  const { granularity, noun, units } = item(data.divisions, one.division);
  const unit = unitAt(data, one);
  const share = percent(item(scores.influence, one.unit), signed);
  const kind = unit.kind === granularity ? "" : ` · ${unit.kind}`;
  const written = place(data, unit);
  return {
    heading: `${share} · ${ordinal(rank(scores, one.unit))} of ${countOf(units.length, noun)}`,
    lines: [`raw score ${number(item(scores.score, one.unit))}${kind}`, ...(written === null ? [] : [written])],
  };
}

export class Tip {
  readonly element = element("div", { class: "tip", "aria-hidden": "true" });

  constructor() {
    this.element.hidden = true;
    addEventListener(
      "scroll",
      () => {
        this.hide();
      },
      { passive: true, capture: true },
    );
  }

  /** Shows words beside a box of the window. */
  show({ heading, lines }: TipWords, about: Box): void {
    this.element.replaceChildren(
      element("strong", {}, heading),
      ...lines.map((line) => element("span", { dir: "auto" }, line)),
    );
    this.element.hidden = false;
    const { width, height } = this.element.getBoundingClientRect();
    const view = { width: document.documentElement.clientWidth, height: innerHeight };
    const { left, top } = placement(about, { width, height }, view);
    this.element.style.setProperty("left", `${left}px`);
    this.element.style.setProperty("top", `${top}px`);
  }

  hide(): void {
    this.element.hidden = true;
  }
}
