/**
 * A flowing text whose units can be pointed at, walked through and chosen: the prompt, and the response.
 *
 * Decisions:
 * - The text is a list box, so that screen readers hand the arrow keys to the page, and one tab stop, however many
 *   units there are. Its plain text is exactly the text that was given.
 * - The elements are made once for each division. What changes after that are custom properties and attributes.
 */

import { element } from "./elements";
import type { Box } from "./placement";
import { cut } from "./pieces";
import type { Tint } from "./tint";

export interface UnitEvents {
  /** A click, or Enter; `extend` with the shift key. */
  choose(unit: number, extend: boolean): void;
  /** The pointer or the keyboard is at a unit, or (null) has left. */
  point(unit: number | null, box: Box): void;
}

type Step = (rects: { from: DOMRect; to: DOMRect }) => boolean;

const STEPS: Record<string, 1 | -1> = { ArrowRight: 1, ArrowLeft: -1 };
const LINES: Record<string, { direction: 1 | -1; beyond: Step }> = {
  ArrowDown: { direction: 1, beyond: ({ from, to }) => to.top >= from.bottom - from.height / 3 },
  ArrowUp: { direction: -1, beyond: ({ from, to }) => to.bottom <= from.top + from.height / 3 },
};

export class UnitText {
  readonly element = element("div", { role: "listbox", class: "text", dir: "auto" });
  /** By unit; a unit without text of its own has no element. */
  #spans = new Map<number, HTMLElement>();
  #order: number[] = [];
  #current = 0;

  constructor(private readonly events: UnitEvents) {
    this.element.addEventListener("click", (event) => {
      this.#click(event);
    });
    this.element.addEventListener("mousedown", (event) => {
      if (event.shiftKey && this.element.ariaMultiSelectable === "true") {
        event.preventDefault();
      }
    });
    this.element.addEventListener("pointerover", (event) => {
      this.#hover(event);
    });
    this.element.addEventListener("pointerleave", () => {
      this.events.point(null, NOWHERE);
    });
    this.element.addEventListener("keydown", (event) => {
      this.#key(event);
    });
    this.element.addEventListener("focusin", (event) => {
      this.#focused(event.target);
    });
    this.element.addEventListener("focusout", () => {
      this.events.point(null, NOWHERE);
    });
  }

  /** Shows a text cut into units. */
  build(text: string, units: readonly { start: number; end: number }[]): void {
    this.#spans.clear();
    const nodes = cut(text, units).map((piece, index) => {
      if (piece.unit === null) {
        return index === 0 && /^ +$/.test(piece.text) ? element("span", { class: "lead" }, piece.text) : piece.text;
      }
      const span = unitElement(piece.unit, piece.text);
      this.#spans.set(piece.unit, span);
      return span;
    });
    this.#order = [...this.#spans.keys()];
    this.element.replaceChildren(...nodes);
    this.#rove(this.#order[0] ?? 0);
  }

  /** Calls back with each unit's element. */
  each(visit: (span: HTMLElement, unit: number) => void): void {
    this.#spans.forEach(visit);
  }

  get holdsFocus(): boolean {
    return this.element.contains(document.activeElement);
  }

  focus(unit: number): void {
    this.#rove(unit);
    this.#spans.get(unit)?.focus({ preventScroll: true });
  }

  /** Makes a unit the one that the tab key leads to, and brings it into view. */
  reveal(unit: number): void {
    this.#rove(unit);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#spans.get(unit)?.scrollIntoView({ block: "center", behavior: calm ? "instant" : "smooth" });
  }

  /** Scrolls a unit away from under a box of the window. */
  keepClearOf(unit: number, box: DOMRect): void {
    const span = this.#spans.get(unit);
    const rect = span?.getBoundingClientRect();
    if (rect && rect.bottom > box.top && rect.right > box.left && rect.left < box.right) {
      span?.scrollIntoView({ block: "nearest" });
    }
  }

  /** The text from one offset to another as the document's range. */
  range(start: number, end: number): Range {
    const range = document.createRange();
    let before = 0;
    for (const child of this.element.childNodes) {
      const node = child.firstChild ?? child;
      const length = node.textContent?.length ?? 0;
      if (start >= before && start <= before + length) {
        range.setStart(node, start - before);
      }
      if (end <= before + length) {
        range.setEnd(node, end - before);
        break;
      }
      before += length;
    }
    return range;
  }

  #rove(unit: number): void {
    this.#spans.get(this.#current)?.setAttribute("tabindex", "-1");
    this.#spans.get(unit)?.setAttribute("tabindex", "0");
    this.#current = unit;
  }

  #click(event: MouseEvent): void {
    const unit = unitOf(event.target);
    const hasMarkedText = getSelection()?.isCollapsed === false;
    if (unit !== null && (event.shiftKey || !hasMarkedText)) {
      this.events.choose(unit, event.shiftKey);
    }
  }

  #hover(event: PointerEvent): void {
    const unit = unitOf(event.target);
    const rects = [...(this.#spans.get(unit ?? -1)?.getClientRects() ?? [])];
    const under = rects.find((rect) => event.clientY >= rect.top && event.clientY <= rect.bottom) ?? rects[0];
    this.events.point(unit, under ?? NOWHERE);
  }

  #focused(target: EventTarget | null): void {
    const unit = unitOf(target);
    const span = this.#spans.get(unit ?? -1);
    if (unit !== null && span) {
      this.#rove(unit);
      if (span.matches(":focus-visible")) {
        this.events.point(unit, span.getClientRects()[0] ?? NOWHERE);
      }
    }
  }

  #key(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.events.choose(this.#current, event.shiftKey);
      return;
    }
    const next = this.#goal(event.key);
    if (next !== undefined) {
      event.preventDefault();
      this.#go(next, event.shiftKey && this.element.ariaMultiSelectable === "true");
    }
  }

  #go(unit: number, extend: boolean): void {
    const span = this.#spans.get(unit);
    span?.scrollIntoView({ block: "nearest" });
    span?.focus({ preventScroll: true });
    if (extend) {
      this.events.choose(unit, true);
    }
  }

  #goal(key: string): number | undefined {
    const at = this.#order.indexOf(this.#current);
    const [step, line] = [STEPS[key], LINES[key]];
    if (step) {
      return this.#order[at + step];
    }
    if (line) {
      return this.#nextLine(at, line.direction, line.beyond);
    }
    return key === "Home" ? this.#order[0] : key === "End" ? this.#order.at(-1) : undefined;
  }

  /** The unit on the neighbouring line that is nearest to this one's left edge. */
  #nextLine(at: number, direction: 1 | -1, beyond: Step): number | undefined {
    const from = this.#rect(at, direction);
    let best: { unit: number | undefined; rect: DOMRect } | null = null;
    for (let next = at + direction; from && this.#order[next] !== undefined; next += direction) {
      const to = this.#rect(next, 1);
      if (!to || !beyond({ from, to })) {
        continue;
      }
      if (best && Math.abs(best.rect.top - to.top) > to.height / 2) {
        break;
      }
      if (!best || Math.abs(to.left - from.left) < Math.abs(best.rect.left - from.left)) {
        best = { unit: this.#order[next], rect: to };
      }
    }
    return best?.unit;
  }

  #rect(at: number, direction: 1 | -1): DOMRect | undefined {
    const rects = this.#spans.get(this.#order[at] ?? -1)?.getClientRects();
    return rects?.[direction === 1 ? rects.length - 1 : 0];
  }
}

const NOWHERE: Box = { left: 0, top: 0, width: 0, height: 0 };

function unitElement(unit: number, text: string): HTMLElement {
  const attributes = { role: "option", class: "unit", tabindex: "-1", "aria-selected": "false" };
  return element("span", { ...attributes, "data-unit": String(unit) }, text);
}

function unitOf(target: EventTarget | null): number | null {
  const span = target instanceof Element ? target.closest<HTMLElement>("[data-unit]") : null;
  return span ? Number(span.dataset.unit) : null;
}

/** Gives an element a tint. Attributes are written only where they change: of thousands of units, few do. */
export function paint(target: HTMLElement, { opacity, level, against }: Tint, signed: boolean): void {
  target.style.setProperty("--opacity", opacity.toFixed(2));
  set(target, "data-level", String(level));
  set(target, "data-sign", signed ? (against ? "against" : "for") : "");
}

/** Sets an attribute, unless it is so already. */
export function set(target: HTMLElement, name: string, value: string): void {
  if (target.getAttribute(name) !== value) {
    target.setAttribute(name, value);
  }
}
