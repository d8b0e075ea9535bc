/** One unit in full: its text and numbers, its pieces, and where it was written. */

import { BarList, type Row } from "./barList";
import { button, element } from "./elements";
import { item, type PageData, type Scores } from "./pageData";
import { finer, surroundings, textOf, unitAt, type UnitOf } from "./pieces";
import { byStrength, rank } from "./scores";
import { strength } from "./tint";
import { partSpan, type Choice } from "./targets";
import { capital, countOf, excerpt, number, ordinal, percent, place, plural } from "./wording";

/** What the pane is about: the units from the one in the text down to the one shown. */
export interface Detail {
  data: PageData;
  path: readonly UnitOf[];
  signed: boolean;
  /** The target's scores for each division. */
  scores: readonly Scores[];
  /** The unit's scores for each part of the response, as far as they are known. */
  parts: readonly { part: number; scores: Scores; chosen: boolean }[];
}

export interface DetailEvents {
  close(): void;
  /** Shows a unit further down or up. */
  open(path: UnitOf[]): void;
  target(choice: Choice): void;
  /** Opens the place where the unit was written, in VS Code. */
  reveal(place: UnitOf): void;
}

const MOST_PIECES = 12;

export class Details {
  readonly element = element("section", { class: "details", "aria-label": "Details" });
  readonly #pieces: BarList;
  readonly #parts: BarList;
  readonly #heading = element("nav", { class: "crumbs", "aria-label": "Where this is", tabindex: "-1" });
  #detail: Detail | null = null;
  #found: UnitOf[] = [];
  #all = false;

  constructor(private readonly events: DetailEvents) {
    this.#pieces = new BarList("Its pieces, the strongest first", (key) => {
      this.#open(key);
    });
    this.#parts = new BarList("Its share in each part of the response", (key) => {
      if (this.#detail) {
        this.events.target({ span: partSpan(this.#detail.data, key), anchor: key });
      }
    });
    this.element.hidden = true;
  }

  hide(): void {
    this.element.hidden = true;
    this.#detail = null;
  }

  /** Shows a unit. The focus, if it was in the pane, stays in the pane. */
  show(detail: Detail): void {
    const before = this.#detail && item(this.#detail.path, this.#detail.path.length - 1);
    const place = item(detail.path, detail.path.length - 1);
    const isOther = before?.division !== place.division || before.unit !== place.unit;
    const hadFocus = this.element.contains(document.activeElement);
    this.#all &&= !isOther;
    this.#detail = detail;
    this.element.hidden = false;
    this.element.replaceChildren(...this.#content(detail, place));
    if (hadFocus && !this.element.contains(document.activeElement)) {
      this.#heading.focus({ preventScroll: true });
    }
  }

  #content(detail: Detail, place: UnitOf): Node[] {
    const text = textOf(detail.data, place);
    this.#heading.replaceChildren(...this.#crumbs(detail));
    const close = button("×", { class: "close", "aria-label": "Close the details" }, () => {
      this.events.close();
    });
    return [
      element("div", { class: "top" }, this.#heading, close),
      element("blockquote", { dir: "auto" }, text.trim() ? text.trim() : excerpt(text)),
      numbers(detail, place),
      this.#place(detail.data, place),
      ...this.#pieceList(detail, place),
      ...this.#partList(detail, place),
    ];
  }

  #crumbs({ data, path }: Detail): Node[] {
    return path.flatMap((one, index) => {
      const { noun } = item(data.divisions, one.division);
      const name = `${capital(noun)} ${one.unit + 1}`;
      const isLast = index === path.length - 1;
      const open = (): void => {
        this.events.open(path.slice(0, index + 1));
      };
      const crumb = isLast ? element("h2", {}, name) : button(name, { class: "link" }, open);
      return index > 0 ? [element("span", { "aria-hidden": "true" }, "›"), crumb] : [crumb];
    });
  }

  #place(data: PageData, one: UnitOf): HTMLElement {
    const unit = unitAt(data, one);
    const name = place(data, unit);
    if (name === null) {
      return element("p", { class: "place" }, "Stands in no file: it was added when the prompt was rendered.");
    }
    const uri = unit.source && item(data.documents, unit.source[0]).uri;
    const open = button("Open in template", { class: "link" }, () => {
      this.events.reveal(one);
    });
    return element("p", { class: "place" }, name, ...(uri ? [" · ", open] : []));
  }

  #pieceList(detail: Detail, place: UnitOf): Node[] {
    this.#found = finer(detail.data, place);
    const first = this.#found[0];
    if (!first) {
      return [];
    }
    const scores = item(detail.scores, first.division);
    const rows = pieceRows(detail, this.#found, scores);
    this.#pieces.show(this.#all ? rows : rows.slice(0, MOST_PIECES), detail.signed);
    const noun = item(detail.data.divisions, first.division).noun;
    return [element("h3", {}, `Its ${plural(noun)}`), this.#pieces.element, ...this.#more(rows.length, noun)];
  }

  #more(count: number, noun: string): Node[] {
    if (this.#all || count <= MOST_PIECES) {
      return [];
    }
    const more = button(`and ${countOf(count - MOST_PIECES, `weaker ${noun}`)}`, { class: "link more" }, () => {
      this.#all = true;
      if (this.#detail) {
        this.show(this.#detail);
      }
    });
    return [more];
  }

  #partList({ data, parts, signed }: Detail, { unit }: UnitOf): Node[] {
    if (parts.length < 2) {
      return [];
    }
    const most = Math.max(...parts.map((one) => one.scores.reference));
    const rows = parts.map(({ part, scores, chosen }) => {
      const share = item(scores.influence, unit);
      const [start, end] = partSpan(data, part);
      return {
        key: part,
        share,
        length: strength(share, most),
        text: excerpt(data.response.slice(start, end)),
        chosen,
      };
    });
    this.#parts.show(rows, signed);
    return [element("h3", {}, "Its share in each part of the response"), this.#parts.element];
  }

  #open(key: number): void {
    const piece = this.#found[key];
    if (this.#detail && piece) {
      this.events.open([...this.#detail.path, piece]);
    }
  }
}

function pieceRows({ data }: Detail, pieces: readonly UnitOf[], scores: Scores): Row[] {
  const shares = pieces.map((piece) => item(scores.influence, piece.unit));
  const most = Math.max(...shares.map(Math.abs));
  return shares
    .map((share, key) => ({
      key,
      share,
      length: strength(share, most),
      text: excerpt(textOf(data, item(pieces, key))),
      around: surroundings(data, item(pieces, key)),
      chosen: false,
    }))
    .sort((one, other) => Math.abs(other.share) - Math.abs(one.share));
}

function numbers({ data, scores, signed }: Detail, { division, unit }: UnitOf): HTMLElement {
  const found = item(scores, division);
  const { noun } = item(data.divisions, division);
  const pairs = [
    ["Share", percent(item(found.influence, unit), signed)],
    ["Rank", `${ordinal(rank(found, unit))} of ${countOf(byStrength(found).length, noun)}`],
    ["Raw score", number(item(found.score, unit))],
    ["Kind", unitAt(data, { division, unit }).kind],
  ] as const;
  const entries = pairs.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value)));
  return element("dl", {}, ...entries);
}
