/** Granularity and method: what can be chosen, what is, and what is waited for. */

import { element, write } from "./elements";
import { labelled } from "./legend";
import type { Division, Method } from "./pageData";
import { capital, sentence } from "./wording";

export class Controls {
  readonly granularity = element("div", { class: "segments", role: "radiogroup", "aria-label": "Granularity" });
  readonly method: HTMLElement;
  readonly about = element("p", { class: "about" });
  readonly #methods = element("select");
  readonly #pending = element("span", { class: "pending", role: "status" });

  constructor(choose: { granularity(division: number): void; method(name: string): void }) {
    this.method = element("div", { class: "method" }, labelled("Method", this.#methods), this.#pending);
    this.granularity.addEventListener("change", (event) => {
      if (event.target instanceof HTMLInputElement) {
        choose.granularity(Number(event.target.value));
      }
    });
    this.#methods.addEventListener("change", () => {
      choose.method(this.#methods.value);
    });
  }

  /** Offers the divisions, one of which is shown. */
  showGranularities(divisions: readonly Division[], shown: number): void {
    if (
      !sameTexts(
        this.granularity.children,
        divisions.map((division) => capital(division.granularity)),
      )
    ) {
      this.granularity.replaceChildren(...divisions.map(segment));
    }
    const chosen = this.granularity.querySelector<HTMLInputElement>(`input[value="${shown}"]`);
    if (chosen) {
      chosen.checked = true;
    }
  }

  /** Offers the methods; `awaited` is one that has been asked for. */
  showMethods(names: readonly string[], shown: Method, awaited: string | null): void {
    if (!sameTexts(this.#methods.children, names)) {
      this.#methods.replaceChildren(...names.map((name) => element("option", { value: name }, name)));
    }
    this.#methods.value = awaited ?? shown.name;
    this.#methods.ariaBusy = String(awaited !== null);
    write(this.#pending, awaited === null ? "" : "being computed …");
    this.about.replaceChildren(element("code", {}, shown.name), `: ${sentence(shown.about)} `, sourceElement(shown));
  }
}

function sameTexts(elements: HTMLCollection, texts: readonly string[]): boolean {
  return elements.length === texts.length && texts.every((text, index) => elements[index]?.textContent === text);
}

function segment(division: Division, index: number): HTMLElement {
  const input = element("input", { type: "radio", name: "granularity", value: String(index) });
  return element("label", {}, input, element("span", {}, capital(division.granularity)));
}

function sourceElement({ source, address }: Method): Node {
  return address ? element("a", { href: address, rel: "noreferrer" }, source) : document.createTextNode(source);
}
