/** The strongest units as a short list, so that colour is never the only carrier. */

import { BarList } from "./barList";
import { element, write } from "./elements";
import { item, type PageData, type Scores } from "./pageData";
import { surroundings, textOf } from "./pieces";
import { strongest } from "./scores";
import { strength } from "./tint";
import { countOf, excerpt } from "./wording";

const MOST_UNITS = 7;

export interface Strength {
  data: PageData;
  division: number;
  scores: Scores | null;
  signed: boolean;
  /** The unit that is looked at. */
  chosen: number | null;
}

export class StrongestList {
  readonly element: HTMLElement;
  readonly #list: BarList;
  readonly #rest = element("p", { class: "aside" });

  constructor(choose: (unit: number) => void) {
    this.#list = new BarList("The strongest units of the prompt", choose);
    const heading = element("h2", {}, "What made it say this");
    this.element = element("section", { class: "strongest" }, heading, this.#list.element, this.#rest);
  }

  show({ data, division, scores, signed, chosen }: Strength): void {
    const units = scores ? strongest(scores, MOST_UNITS) : [];
    const rows = units.map((unit) => ({
      key: unit,
      share: item(scores?.influence ?? [], unit),
      length: strength(item(scores?.influence ?? [], unit), scores?.reference ?? 0),
      text: excerpt(textOf(data, { division, unit })),
      around: surroundings(data, { division, unit }),
      chosen: unit === chosen,
    }));
    this.#list.show(rows, signed);
    write(this.#rest, scores ? restWords(data, division, units.length) : "");
    this.element.hidden = scores === null;
  }
}

function restWords(data: PageData, division: number, shown: number): string {
  const { units, noun } = item(data.divisions, division);
  if (shown === 0) {
    return "Nothing in the prompt had any influence.";
  }
  return units.length > shown ? `and ${countOf(units.length - shown, `weaker ${noun}`)}` : "";
}
