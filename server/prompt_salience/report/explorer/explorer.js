"use strict";
(() => {
  // explorer/elements.ts
  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  }
  function button(text, attributes, press) {
    const made = element("button", { type: "button", ...attributes }, text);
    made.addEventListener("click", press);
    return made;
  }
  function write(target, text) {
    if (target.textContent !== text) {
      target.textContent = text;
    }
    target.hidden = text === "";
  }

  // explorer/tint.ts
  var MOST_INTENSE = 3;
  var MOST_OPAQUE = 0.8;
  var THRESHOLDS = [0.05, 0.2, 0.4, 0.6, 0.8];
  function tint(influence, reference, intensity) {
    const shown = shaped(strength(influence, reference), intensity);
    return { opacity: MOST_OPAQUE * shown, level: level(shown), against: influence < 0 };
  }
  function strength(influence, reference) {
    return reference > 0 ? Math.min(1, Math.abs(influence) / reference) : 0;
  }
  function shaped(value, intensity) {
    return intensity === 0 ? value : 1 - (1 - value) ** 2 ** intensity;
  }
  function level(value) {
    return THRESHOLDS.filter((threshold) => value >= threshold).length;
  }

  // explorer/pageData.ts
  function item(list, index) {
    const found = list[index];
    if (found === void 0) {
      throw new RangeError(`The explanation has no item ${index} in a list of ${list.length}.`);
    }
    return found;
  }

  // explorer/targets.ts
  var WHOLE = { span: null, anchor: null };
  function clicked(data, choice, part, extend) {
    if (extend && choice.span) {
      return stretched(data, choice.anchor ?? partsOf(data, choice.span)[0] ?? part, part);
    }
    return isOnly(data, choice.span, part) ? WHOLE : stretched(data, part, part);
  }
  function stretched(data, anchor, part) {
    const [first, last] = [Math.min(anchor, part), Math.max(anchor, part)];
    if (data.parts.length > 1 && last - first + 1 === data.parts.length) {
      return WHOLE;
    }
    return { span: [partSpan(data, first)[0], partSpan(data, last)[1]], anchor };
  }
  function isOnly(data, span, part) {
    return sameSpan(span, partSpan(data, part));
  }
  function partSpan(data, part) {
    const target = item(data.targets, item(data.parts, part));
    return [target.start, target.end];
  }
  function partsOf(data, span) {
    if (!span) {
      return [];
    }
    return data.parts.flatMap((_, part) => {
      const [start, end] = partSpan(data, part);
      return start < span[1] && end > span[0] ? [part] : [];
    });
  }
  function targetOf(data, span) {
    if (!span) {
      return 0;
    }
    const wanted = trimmed(data.response, span);
    const alike = data.targets.flatMap(
      ({ start, end }, target) => sameSpan(trimmed(data.response, [start, end]), wanted) ? [target] : []
    );
    return alike.find((target) => target === data.shown.target) ?? alike[0] ?? null;
  }
  function spanOf(data, target) {
    const found = data.targets[target];
    return target === 0 || !found ? null : [found.start, found.end];
  }
  function trimmed(text, [start, end]) {
    const inside2 = text.slice(start, end);
    const lead = inside2.length - inside2.trimStart().length;
    return lead === inside2.length ? [start, end] : [start + lead, start + inside2.trimEnd().length];
  }
  function sameSpan(one, other) {
    return one === null || other === null ? one === other : one[0] === other[0] && one[1] === other[1];
  }
  function targetName(data, span) {
    const target = targetOf(data, span);
    if (target !== null) {
      return data.targets[target]?.name ?? "the whole response";
    }
    const parts = partsOf(data, span);
    const [first, last] = [parts[0] ?? 0, parts.at(-1) ?? 0];
    return first === last ? "the marked text of the response" : `parts ${first + 1} to ${last + 1} of the response`;
  }

  // explorer/pieces.ts
  function cut(text, units) {
    const order = units.map((_, unit) => unit).sort((one, other) => item(units, one).start - item(units, other).start);
    const pieces = [];
    let done = 0;
    const add = (end, unit) => {
      if (end > done) {
        pieces.push({ text: text.slice(done, end), unit });
        done = end;
      }
    };
    for (const unit of order) {
      const { start, end } = item(units, unit);
      const inside2 = trimmed(text, [start, end]);
      add(inside2[0], null);
      add(inside2[1], unit);
    }
    add(text.length, null);
    return pieces;
  }
  function unitAt(data, { division, unit }) {
    return item(item(data.divisions, division).units, unit);
  }
  function textOf(data, place2) {
    const { start, end } = unitAt(data, place2);
    return data.prompt.slice(start, end);
  }
  var SHORT = 16;
  var BEFORE = 18;
  var AFTER = 60;
  function surroundings(data, place2) {
    const { start, end } = unitAt(data, place2);
    const text = data.prompt.slice(start, end);
    const [left, right] = [text.length - text.trimStart().length, text.length - text.trimEnd().length];
    if (text.trim() === "" || text.length > SHORT) {
      return null;
    }
    const line = data.prompt.slice(data.prompt.lastIndexOf("\n", start + left - 1) + 1, start + left);
    const after = data.prompt.slice(end - right, end - right + AFTER).split("\n")[0] ?? "";
    const before = line.length > BEFORE ? `\u2026${line.slice(-BEFORE).replace(/^\S*\s/, "")}` : line;
    return before.trim() || after.trim() ? [before, after] : null;
  }
  function finer(data, place2) {
    for (const division of finerDivisions(data, place2.division)) {
      const found = inside(data.prompt, unitAt(data, place2), item(data.divisions, division));
      if (found) {
        return found.map((unit) => ({ division, unit }));
      }
    }
    return [];
  }
  var FINENESS = ["message", "example", "paragraph", "line", "sentence", "word", "token"];
  var BETWEEN_SENTENCE_AND_WORD = FINENESS.indexOf("sentence") + 0.5;
  function fineness({ granularity }) {
    const place2 = FINENESS.indexOf(granularity);
    return place2 < 0 ? BETWEEN_SENTENCE_AND_WORD : place2;
  }
  function finerDivisions(data, division) {
    const from = fineness(item(data.divisions, division));
    return data.divisions.map((one, index) => ({ index, fineness: fineness(one) })).filter((one) => one.fineness > from && Number.isInteger(one.fineness)).sort((one, other) => one.fineness - other.fineness).map((one) => one.index);
  }
  function inside(text, outer, division) {
    const whole = trimmed(text, [outer.start, outer.end]);
    const found = [];
    for (const [index, unit] of division.units.entries()) {
      const span = trimmed(text, [unit.start, unit.end]);
      if (span[0] >= whole[1] || span[1] <= whole[0]) {
        continue;
      }
      if (sticksOut(span, whole) || sameSpan(span, whole)) {
        return null;
      }
      found.push(index);
    }
    return found.length > 0 ? found : null;
  }
  function sticksOut(span, whole) {
    return span[0] < whole[0] || span[1] > whole[1];
  }
  function remembered(data, place2) {
    const { granularity } = item(data.divisions, place2.division);
    return { granularity, start: unitAt(data, place2).start, text: textOf(data, place2) };
  }
  function foundAgain(data, wanted) {
    const division = data.divisions.findIndex((one) => one.granularity === wanted.granularity);
    const units = data.divisions[division]?.units ?? [];
    const distance = (unit) => Math.abs(item(units, unit).start - wanted.start);
    const same = units.map((_, unit) => unit).filter((unit) => textOf(data, { division, unit }) === wanted.text).sort((one, other) => distance(one) - distance(other));
    return same[0] === void 0 ? null : { division, unit: same[0] };
  }
  function foundPath(data, path) {
    const found = [];
    for (const one of path) {
      const place2 = foundAgain(data, one);
      if (!place2) {
        break;
      }
      found.push(place2);
    }
    return found;
  }
  function sameCut(one, other) {
    return one.length === other.length && one.every((unit, index) => unit.start === other[index]?.start && unit.end === other[index].end);
  }

  // explorer/unitText.ts
  var STEPS = { ArrowRight: 1, ArrowLeft: -1 };
  var LINES = {
    ArrowDown: { direction: 1, beyond: ({ from, to }) => to.top >= from.bottom - from.height / 3 },
    ArrowUp: { direction: -1, beyond: ({ from, to }) => to.bottom <= from.top + from.height / 3 }
  };
  var UnitText = class {
    constructor(events) {
      this.events = events;
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
    events;
    element = element("div", { role: "listbox", class: "text", dir: "auto" });
    /** By unit; a unit without text of its own has no element. */
    #spans = /* @__PURE__ */ new Map();
    #order = [];
    #current = 0;
    /** Shows a text cut into units. */
    build(text, units) {
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
    each(visit) {
      this.#spans.forEach(visit);
    }
    get holdsFocus() {
      return this.element.contains(document.activeElement);
    }
    focus(unit) {
      this.#rove(unit);
      this.#spans.get(unit)?.focus({ preventScroll: true });
    }
    /** Makes a unit the one that the tab key leads to, and brings it into view. */
    reveal(unit) {
      this.#rove(unit);
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      this.#spans.get(unit)?.scrollIntoView({ block: "center", behavior: calm ? "instant" : "smooth" });
    }
    /** Scrolls a unit away from under a box of the window. */
    keepClearOf(unit, box) {
      const span = this.#spans.get(unit);
      const rect = span?.getBoundingClientRect();
      if (rect && rect.bottom > box.top && rect.right > box.left && rect.left < box.right) {
        span?.scrollIntoView({ block: "nearest" });
      }
    }
    /** The text from one offset to another as the document's range. */
    range(start, end) {
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
    #rove(unit) {
      this.#spans.get(this.#current)?.setAttribute("tabindex", "-1");
      this.#spans.get(unit)?.setAttribute("tabindex", "0");
      this.#current = unit;
    }
    #click(event) {
      const unit = unitOf(event.target);
      const hasMarkedText = getSelection()?.isCollapsed === false;
      if (unit !== null && (event.shiftKey || !hasMarkedText)) {
        this.events.choose(unit, event.shiftKey);
      }
    }
    #hover(event) {
      const unit = unitOf(event.target);
      const rects = [...this.#spans.get(unit ?? -1)?.getClientRects() ?? []];
      const under = rects.find((rect) => event.clientY >= rect.top && event.clientY <= rect.bottom) ?? rects[0];
      this.events.point(unit, under ?? NOWHERE);
    }
    #focused(target) {
      const unit = unitOf(target);
      const span = this.#spans.get(unit ?? -1);
      if (unit !== null && span) {
        this.#rove(unit);
        if (span.matches(":focus-visible")) {
          this.events.point(unit, span.getClientRects()[0] ?? NOWHERE);
        }
      }
    }
    #key(event) {
      if (event.altKey || event.ctrlKey || event.metaKey) {
        return;
      }
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        this.events.choose(this.#current, event.shiftKey);
        return;
      }
      const next = this.#goal(event.key);
      if (next !== void 0) {
        event.preventDefault();
        this.#go(next, event.shiftKey && this.element.ariaMultiSelectable === "true");
      }
    }
    #go(unit, extend) {
      const span = this.#spans.get(unit);
      span?.scrollIntoView({ block: "nearest" });
      span?.focus({ preventScroll: true });
      if (extend) {
        this.events.choose(unit, true);
      }
    }
    #goal(key) {
      const at = this.#order.indexOf(this.#current);
      const [step, line] = [STEPS[key], LINES[key]];
      if (step) {
        return this.#order[at + step];
      }
      if (line) {
        return this.#nextLine(at, line.direction, line.beyond);
      }
      return key === "Home" ? this.#order[0] : key === "End" ? this.#order.at(-1) : void 0;
    }
    /** The unit on the neighbouring line that is nearest to this one's left edge. */
    #nextLine(at, direction, beyond) {
      const from = this.#rect(at, direction);
      let best = null;
      for (let next = at + direction; from && this.#order[next] !== void 0; next += direction) {
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
    #rect(at, direction) {
      const rects = this.#spans.get(this.#order[at] ?? -1)?.getClientRects();
      return rects?.[direction === 1 ? rects.length - 1 : 0];
    }
  };
  var NOWHERE = { left: 0, top: 0, width: 0, height: 0 };
  function unitElement(unit, text) {
    const attributes = { role: "option", class: "unit", tabindex: "-1", "aria-selected": "false" };
    return element("span", { ...attributes, "data-unit": String(unit) }, text);
  }
  function unitOf(target) {
    const span = target instanceof Element ? target.closest("[data-unit]") : null;
    return span ? Number(span.dataset.unit) : null;
  }
  function paint(target, { opacity, level: level2, against }, signed) {
    target.style.setProperty("--opacity", opacity.toFixed(2));
    set(target, "data-level", String(level2));
    set(target, "data-sign", signed ? against ? "against" : "for" : "");
  }
  function set(target, name, value) {
    if (target.getAttribute(name) !== value) {
      target.setAttribute(name, value);
    }
  }

  // explorer/wording.ts
  var MINUS = "\u2212";
  var SMALLEST_SHARE = 5e-4;
  function percent(share, signed) {
    const size = Math.abs(share);
    if (size < SMALLEST_SHARE) {
      return size > 0 ? "<0.1%" : "0%";
    }
    const sign = signed ? share < 0 ? MINUS : "+" : "";
    return `${sign}${(size * 100).toFixed(size < 0.0995 ? 1 : 0)}%`;
  }
  function spokenShare(share, signed) {
    const size = percent(Math.abs(share), false);
    return signed && share !== 0 ? `${size} ${share < 0 ? "against" : "for"}` : size;
  }
  function number(value) {
    return String(Number(value.toPrecision(3))).replace("-", MINUS);
  }
  function ordinal(value) {
    const teen = Math.floor(value % 100 / 10) === 1;
    const ending = teen ? "th" : ["th", "st", "nd", "rd"][value % 10] ?? "th";
    return `${counted(value)}${ending}`;
  }
  function counted(value) {
    return value.toLocaleString("en");
  }
  function countOf(value, noun) {
    return `${counted(value)} ${value === 1 ? noun : plural(noun)}`;
  }
  function plural(noun) {
    return `${noun}s`;
  }
  function capital(text) {
    return text.charAt(0).toUpperCase() + text.slice(1);
  }
  function place(data, { source }) {
    if (!source) {
      return null;
    }
    const [document2, line, character] = source;
    return `${item(data.documents, document2).name}:${line + 1}:${character + 1}`;
  }
  function excerpt(text, most = 120) {
    if (text === "") {
      return "(part of a character)";
    }
    if (text.trim() === "") {
      return text.replaceAll("\n", "\u23CE").replaceAll("	", "\u21E5").replaceAll(/\s/g, "\u2423");
    }
    const line = text.trim().replaceAll(/\s+/g, " ");
    return line.length > most ? `${shortened(line, most - 1)}\u2026` : line;
  }
  function shortened(text, most) {
    let kept = "";
    for (const { segment: segment2 } of new Intl.Segmenter().segment(text)) {
      if (kept.length + segment2.length > most) {
        break;
      }
      kept += segment2;
    }
    return kept.trimEnd();
  }
  function sentence(text) {
    return /[.!?]$/.test(text) ? text : `${text}.`;
  }

  // explorer/legend.ts
  var STEPS2 = 20;
  var NEARLY = 0.99;
  var Legend = class {
    element;
    #scale = element("span", { class: "cells" });
    #picture = element("div", { class: "scale", role: "img" });
    #slider = element("input", {
      type: "range",
      min: String(-MOST_INTENSE),
      max: String(MOST_INTENSE),
      step: "0.5",
      title: "How strongly weak influence is tinted"
    });
    constructor(change) {
      this.element = element("div", { class: "legend" }, this.#picture, labelled("Intensity", this.#slider));
      this.#slider.addEventListener("input", () => {
        change(this.#slider.valueAsNumber);
      });
    }
    /** Draws the scale for the scores that are shown. */
    show(scores, signed, intensity) {
      const first = signed ? -STEPS2 : 0;
      const cells = Array.from({ length: STEPS2 - first + 1 }, (_, step) => (first + step) / STEPS2);
      this.#scale.classList.toggle("signed", signed);
      this.#scale.replaceChildren(...cells.map((value) => cell(value, signed, intensity)));
      const [left, right] = signed ? ["against", "for"] : ["no influence", isReached(scores) ? "strongest" : "strong"];
      const full = percent(scores?.reference ?? 1, false);
      const share = element("span", { class: "full" }, scores ? ` \xB7 ${full}` : "");
      this.#picture.replaceChildren(element("span", {}, left), this.#scale, element("span", {}, right, share));
      this.#picture.ariaLabel = `Colour scale: from ${left} to ${right}, full at ${full}`;
      this.#slider.valueAsNumber = intensity;
      this.#slider.ariaValueText = intensityWords(intensity);
    }
  };
  function isReached(scores) {
    return scores?.influence.some((influence) => Math.abs(influence) > NEARLY * scores.reference) ?? false;
  }
  function cell(value, signed, intensity) {
    const made = element("span", { class: "unit" });
    paint(made, tint(value, 1, intensity), signed);
    return made;
  }
  function intensityWords(intensity) {
    if (intensity === 0) {
      return "even";
    }
    return `weak influence ${intensity > 0 ? "stronger" : "fainter"} by ${Math.abs(intensity)}`;
  }
  function labelled(label, control) {
    return element("label", { class: "control" }, element("span", {}, label), control);
  }

  // explorer/controls.ts
  var Controls = class {
    granularity = element("div", { class: "segments", role: "radiogroup", "aria-label": "Granularity" });
    method;
    about = element("p", { class: "about" });
    #methods = element("select");
    #pending = element("span", { class: "pending", role: "status" });
    constructor(choose) {
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
    showGranularities(divisions, shown) {
      if (!sameTexts(
        this.granularity.children,
        divisions.map((division) => capital(division.granularity))
      )) {
        this.granularity.replaceChildren(...divisions.map(segment));
      }
      const chosen = this.granularity.querySelector(`input[value="${shown}"]`);
      if (chosen) {
        chosen.checked = true;
      }
    }
    /** Offers the methods; `awaited` is one that has been asked for. */
    showMethods(names, shown, awaited) {
      if (!sameTexts(this.#methods.children, names)) {
        this.#methods.replaceChildren(...names.map((name) => element("option", { value: name }, name)));
      }
      this.#methods.value = awaited ?? shown.name;
      this.#methods.ariaBusy = String(awaited !== null);
      write(this.#pending, awaited === null ? "" : "being computed \u2026");
      this.about.replaceChildren(element("code", {}, shown.name), `: ${sentence(shown.about)} `, sourceElement(shown));
    }
  };
  function sameTexts(elements, texts) {
    return elements.length === texts.length && texts.every((text, index) => elements[index]?.textContent === text);
  }
  function segment(division, index) {
    const input = element("input", { type: "radio", name: "granularity", value: String(index) });
    return element("label", {}, input, element("span", {}, capital(division.granularity)));
  }
  function sourceElement({ source, address }) {
    return address ? element("a", { href: address, rel: "noreferrer" }, source) : document.createTextNode(source);
  }

  // explorer/barList.ts
  var BarList = class {
    element;
    constructor(label, press) {
      this.element = element("ol", { class: "bars", "aria-label": label });
      this.element.addEventListener("click", (event) => {
        const row = event.target instanceof Element ? event.target.closest("[data-key]") : null;
        if (row) {
          press(Number(row.dataset.key));
        }
      });
    }
    /** Shows the rows; the element that has the focus keeps it if its row is still there. */
    show(rows, signed) {
      const focused = this.#focusedKey();
      this.element.replaceChildren(...rows.map((row) => element("li", {}, rowElement(row, signed))));
      if (focused !== void 0) {
        this.element.querySelector(`[data-key="${focused}"]`)?.focus({ preventScroll: true });
      }
    }
    #focusedKey() {
      const active = document.activeElement;
      return active instanceof HTMLElement && this.element.contains(active) ? active.dataset.key : void 0;
    }
  };
  function rowElement({ key, share, length, text, around, chosen }, signed) {
    const bar = element("span", { class: "bar", "aria-hidden": "true" });
    bar.style.setProperty("--length", length.toFixed(3));
    bar.dataset.sign = signed ? share < 0 ? "against" : "for" : "";
    return element(
      "button",
      {
        type: "button",
        class: "row",
        "data-key": String(key),
        "aria-current": String(chosen),
        "aria-label": `${text}, ${spokenShare(share, signed)}`
      },
      element("span", { class: "share" }, percent(share, signed)),
      bar,
      element("span", { class: "excerpt", dir: "auto", title: text }, ...inContext(text, around ?? null))
    );
  }
  function inContext(text, around) {
    if (!around) {
      return [text];
    }
    const [before, after] = around.map((words) => element("span", { class: "aside" }, words));
    return [before ?? "", element("b", {}, text), after ?? ""];
  }

  // explorer/scores.ts
  function held(data, method, division, span) {
    const target = targetOf(data, span);
    const scores = target === null ? void 0 : data.scores[method]?.[division]?.[target];
    return scores ? { scores, summed: false } : null;
  }
  function heldOrSummed(data, method, division, span) {
    const found = held(data, method, division, span);
    if (found || !span || !item(data.methods, method).additive) {
      return found;
    }
    const parts = partsThatMakeUp(data, span);
    const known = parts.flatMap((part) => data.scores[method]?.[division]?.[item(data.parts, part)] ?? []);
    return known.length > 0 && known.length === parts.length ? { scores: sum(known), summed: true } : null;
  }
  function partsThatMakeUp(data, span) {
    const parts = partsOf(data, span);
    const [first, last] = [parts[0], parts.at(-1)];
    if (first === void 0 || last === void 0) {
      return [];
    }
    const covered = [partSpan(data, first)[0], partSpan(data, last)[1]];
    return sameSpan(trimmed(data.response, covered), trimmed(data.response, span)) ? parts : [];
  }
  function sum(parts) {
    const score = item(parts, 0).score.map((_, unit) => parts.reduce((total2, part) => total2 + item(part.score, unit), 0));
    const total = score.reduce((size, value) => size + Math.abs(value), 0);
    const influence = score.map((value) => total > 0 ? value / total : 0);
    const strongestOne = influence.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return { score, influence, reference: Math.max(strongestOne, Math.min(2 / Math.max(score.length, 1), 1)) };
  }
  var orders = /* @__PURE__ */ new WeakMap();
  var allRanks = /* @__PURE__ */ new WeakMap();
  function byStrength(scores) {
    let order = orders.get(scores);
    if (!order) {
      const size = scores.influence.map(Math.abs);
      order = size.map((_, unit) => unit).sort((one, other) => item(size, other) - item(size, one));
      orders.set(scores, order);
    }
    return order;
  }
  function rank(scores, unit) {
    let ranks = allRanks.get(scores);
    if (!ranks) {
      ranks = [];
      for (const [place2, one] of byStrength(scores).entries()) {
        ranks[one] = place2 + 1;
      }
      allRanks.set(scores, ranks);
    }
    return item(ranks, unit);
  }
  function strongest(scores, count) {
    return byStrength(scores).slice(0, count).filter((unit) => scores.influence[unit] !== 0);
  }

  // explorer/details.ts
  var MOST_PIECES = 12;
  var Details = class {
    constructor(events) {
      this.events = events;
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
    events;
    element = element("section", { class: "details", "aria-label": "Details" });
    #pieces;
    #parts;
    #heading = element("nav", { class: "crumbs", "aria-label": "Where this is", tabindex: "-1" });
    #detail = null;
    #found = [];
    #all = false;
    hide() {
      this.element.hidden = true;
      this.#detail = null;
    }
    /** Shows a unit. The focus, if it was in the pane, stays in the pane. */
    show(detail) {
      const before = this.#detail && item(this.#detail.path, this.#detail.path.length - 1);
      const place2 = item(detail.path, detail.path.length - 1);
      const isOther = before?.division !== place2.division || before.unit !== place2.unit;
      const hadFocus = this.element.contains(document.activeElement);
      this.#all &&= !isOther;
      this.#detail = detail;
      this.element.hidden = false;
      this.element.replaceChildren(...this.#content(detail, place2));
      if (hadFocus && !this.element.contains(document.activeElement)) {
        this.#heading.focus({ preventScroll: true });
      }
    }
    #content(detail, place2) {
      const text = textOf(detail.data, place2);
      this.#heading.replaceChildren(...this.#crumbs(detail));
      const close = button("\xD7", { class: "close", "aria-label": "Close the details" }, () => {
        this.events.close();
      });
      return [
        element("div", { class: "top" }, this.#heading, close),
        element("blockquote", { dir: "auto" }, text.trim() ? text.trim() : excerpt(text)),
        numbers(detail, place2),
        this.#place(detail.data, place2),
        ...this.#pieceList(detail, place2),
        ...this.#partList(detail, place2)
      ];
    }
    #crumbs({ data, path }) {
      return path.flatMap((one, index) => {
        const { noun } = item(data.divisions, one.division);
        const name = `${capital(noun)} ${one.unit + 1}`;
        const isLast = index === path.length - 1;
        const open = () => {
          this.events.open(path.slice(0, index + 1));
        };
        const crumb = isLast ? element("h2", {}, name) : button(name, { class: "link" }, open);
        return index > 0 ? [element("span", { "aria-hidden": "true" }, "\u203A"), crumb] : [crumb];
      });
    }
    #place(data, one) {
      const unit = unitAt(data, one);
      const name = place(data, unit);
      if (name === null) {
        return element("p", { class: "place" }, "Stands in no file: it was added when the prompt was rendered.");
      }
      const uri = unit.source && item(data.documents, unit.source[0]).uri;
      const open = button("Open in template", { class: "link" }, () => {
        this.events.reveal(one);
      });
      return element("p", { class: "place" }, name, ...uri ? [" \xB7 ", open] : []);
    }
    #pieceList(detail, place2) {
      this.#found = finer(detail.data, place2);
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
    #more(count, noun) {
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
    #partList({ data, parts, signed }, { unit }) {
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
          chosen
        };
      });
      this.#parts.show(rows, signed);
      return [element("h3", {}, "Its share in each part of the response"), this.#parts.element];
    }
    #open(key) {
      const piece = this.#found[key];
      if (this.#detail && piece) {
        this.events.open([...this.#detail.path, piece]);
      }
    }
  };
  function pieceRows({ data }, pieces, scores) {
    const shares = pieces.map((piece) => item(scores.influence, piece.unit));
    const most = Math.max(...shares.map(Math.abs));
    return shares.map((share, key) => ({
      key,
      share,
      length: strength(share, most),
      text: excerpt(textOf(data, item(pieces, key))),
      around: surroundings(data, item(pieces, key)),
      chosen: false
    })).sort((one, other) => Math.abs(other.share) - Math.abs(one.share));
  }
  function numbers({ data, scores, signed }, { division, unit }) {
    const found = item(scores, division);
    const { noun } = item(data.divisions, division);
    const pairs = [
      ["Share", percent(item(found.influence, unit), signed)],
      ["Rank", `${ordinal(rank(found, unit))} of ${countOf(byStrength(found).length, noun)}`],
      ["Raw score", number(item(found.score, unit))],
      ["Kind", unitAt(data, { division, unit }).kind]
    ];
    const entries = pairs.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value)));
    return element("dl", {}, ...entries);
  }

  // explorer/wish.ts
  var PATIENCE = 2e3;
  var Wish = class {
    constructor(same, now) {
      this.same = same;
      this.now = now;
    }
    same;
    now;
    #wanted = null;
    /** The reader chooses; `isHeld` is whether the data hold it. */
    make(value, isHeld) {
      this.#wanted = { value, until: isHeld ? this.now() + PATIENCE : Infinity };
    }
    /** What is to be shown of data that come with `shown`. */
    pick(shown, isHeld) {
      const wanted = this.#wanted;
      if (!wanted || this.now() > wanted.until || this.same(wanted.value, shown)) {
        this.#wanted = null;
        return shown;
      }
      if (!isHeld(wanted.value)) {
        return shown;
      }
      wanted.until = Math.min(wanted.until, this.now() + PATIENCE);
      return wanted.value;
    }
    /** What is waited for, or null. */
    get awaited() {
      return this.#wanted?.until === Infinity ? this.#wanted : null;
    }
    drop() {
      this.#wanted = null;
    }
  };

  // explorer/picture.ts
  var Picture = class {
    constructor(data, live, saved, now) {
      this.live = live;
      const sameText = (one, other) => one === other;
      this.#methodWish = new Wish(sameText, now);
      this.#granularityWish = new Wish(sameText, now);
      this.#targetWish = new Wish(sameSpan, now);
      this.data = data;
      this.#restore(data, saved);
      this.#adopt(data);
      this.path = foundPath(data, saved.path ?? []);
    }
    live;
    data;
    /** The units in the details, from the one in the text down to the one shown. */
    path = [];
    #method = 0;
    #division = 0;
    #choice = WHOLE;
    /** The last target whose scores were known. */
    #settled = null;
    #methodWish;
    #granularityWish;
    #targetWish;
    /** Takes newer data of the same prompt. */
    update(data) {
      const path = this.path.map((one) => remembered(this.data, one));
      if (this.data.response !== data.response) {
        this.#targetWish.drop();
      }
      this.data = data;
      this.#adopt(data);
      this.path = foundPath(data, path);
    }
    get method() {
      return item(this.data.methods, this.#method);
    }
    get division() {
      return this.#division;
    }
    get shownDivision() {
      return item(this.data.divisions, this.#division);
    }
    get choice() {
      return this.#choice;
    }
    /** The method that is waited for, or null. */
    get awaitedMethod() {
      return this.#methodWish.awaited?.value ?? null;
    }
    get waits() {
      return this.#methodWish.awaited !== null || this.#targetWish.awaited !== null;
    }
    /** The unit of the text that is looked at, or null. */
    get chosenUnit() {
      const first = this.path[0];
      return first?.division === this.#division ? first.unit : null;
    }
    /** The piece that is looked at, if it is not a unit of the text. */
    get chosenPiece() {
      const last = this.path.at(-1);
      if (!last || last.division === this.#division && last.unit === this.chosenUnit) {
        return null;
      }
      const { start, end } = unitAt(this.data, last);
      return [start, end];
    }
    /** The scores of the target, if they are known. */
    get found() {
      return this.#find(this.#division, this.#choice.span);
    }
    /** The scores to show of a division: those of the target or, while VS Code works on them, those of the one before. */
    scores(division) {
      const found = this.#find(division, this.#choice.span) ?? (this.live ? this.#find(division, this.#settled) : null);
      return found?.scores ?? null;
    }
    /** The scores of each part of the response that the data hold. */
    partScores(division) {
      return this.data.parts.flatMap((target, part) => {
        const scores = this.data.scores[this.#method]?.[division]?.[target];
        return scores ? [{ part, scores, chosen: sameSpan(spanOf(this.data, target), this.#choice.span) }] : [];
      });
    }
    chooseDivision(division) {
      this.#division = division;
      this.#granularityWish.make(this.shownDivision.granularity, true);
    }
    chooseMethod(name) {
      const method = methodOf(this.data, name);
      this.#methodWish.make(name, method >= 0);
      this.#method = method >= 0 ? method : this.#method;
    }
    chooseTarget(choice) {
      this.#choice = choice;
      const isHeld = this.found !== null;
      this.#targetWish.make(choice.span, isHeld || !this.live);
      this.#settled = isHeld ? choice.span : this.#settled;
    }
    /** VS Code has been idle for a while: what is still waited for will not come. */
    giveUp() {
      if (this.#targetWish.awaited) {
        this.#choice = { span: this.#settled, anchor: null };
        this.#targetWish.drop();
      }
      if (this.#methodWish.awaited) {
        this.#methodWish.drop();
      }
    }
    /** What is to survive a reload. */
    saved() {
      const { data } = this;
      return {
        granularity: this.shownDivision.granularity,
        method: this.method.name,
        told: told(data),
        path: this.path.map((one) => remembered(data, one))
      };
    }
    /** What the reader had chosen before a reload holds, unless VS Code was told otherwise since. */
    #restore(data, saved) {
      const { granularity, method } = told(data);
      if (saved.granularity !== void 0 && saved.told?.granularity === granularity) {
        this.#granularityWish.make(saved.granularity, true);
      }
      if (saved.method !== void 0 && saved.told?.method === method) {
        this.#methodWish.make(saved.method, true);
      }
    }
    #adopt(data) {
      const { granularity, method } = told(data);
      this.#method = methodOf(
        data,
        this.#methodWish.pick(method, (name) => methodOf(data, name) >= 0)
      );
      this.#division = divisionOf(
        data,
        this.#granularityWish.pick(granularity, (name) => divisionOf(data, name) >= 0)
      );
      this.#adoptTarget(data);
    }
    #adoptTarget(data) {
      const isHeld = (span) => this.#find(this.#division, span) !== null;
      this.#settled = this.#targetWish.pick(spanOf(data, data.shown.target), isHeld);
      if (!this.#targetWish.awaited && !sameSpan(this.#settled, this.#choice.span)) {
        this.#choice = { span: this.#settled, anchor: null };
      }
    }
    #find(division, span) {
      return (this.live ? held : heldOrSummed)(this.data, this.#method, division, span);
    }
  };
  function told({ divisions, methods, shown }) {
    return { granularity: item(divisions, shown.division).granularity, method: item(methods, shown.method).name };
  }
  function methodOf(data, name) {
    return data.methods.findIndex((method) => method.name === name);
  }
  function divisionOf(data, granularity) {
    return data.divisions.findIndex((division) => division.granularity === granularity);
  }

  // explorer/promptView.ts
  var PromptView = class {
    element;
    #count = element("span", { class: "aside" });
    #text;
    #shown = null;
    constructor(events) {
      this.#text = new UnitText(events);
      const heading = element("h2", {}, "Prompt ", this.#count);
      this.element = element("section", { class: "prompt", "aria-label": "Prompt" }, heading, this.#text.element);
    }
    /** Shows a division of the prompt, built anew only if it is cut differently. */
    show({ prompt }, division) {
      if (this.#shown?.prompt !== prompt || !sameCut(this.#shown.division.units, division.units)) {
        this.#build(prompt, division);
      }
      this.#shown = { prompt, division };
      write(this.#count, countOf(division.units.length, division.noun));
      this.#text.element.ariaLabel = `Prompt, its ${plural(division.noun)}`;
    }
    #build(prompt, division) {
      const hadFocus = this.#text.holdsFocus;
      this.#text.build(prompt, division.units);
      if (hadFocus) {
        this.#text.focus(0);
      }
    }
    paint({ scores, signed, intensity, waiting }) {
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
    mark(unit, piece) {
      this.#text.each((span, index) => {
        set(span, "aria-selected", String(index === unit));
      });
      if ("highlights" in CSS) {
        CSS.highlights.set("piece", new Highlight(...piece ? [this.#text.range(piece[0], piece[1])] : []));
      }
    }
    focus(unit) {
      this.#text.focus(unit);
    }
    keepClearOf(unit, box) {
      this.#text.keepClearOf(unit, box);
    }
    reveal(unit) {
      this.#text.reveal(unit);
    }
  };
  function spoken(span, unit, scores, signed) {
    const share = spokenShare(item(scores.influence, unit), signed);
    return `${span.textContent}, ${share}, ${ordinal(rank(scores, unit))}`;
  }

  // explorer/responseView.ts
  var ResponseView = class {
    element;
    #ending = element("span", { class: "aside" });
    #text;
    #target = element("p", { class: "target" });
    #note = element("p", { class: "note" });
    #clear;
    #shown = null;
    constructor({ choose, clear }) {
      this.#text = new UnitText({ choose, point: () => void 0 });
      this.#text.element.ariaMultiSelectable = "true";
      this.#text.element.ariaLabel = "Response, its parts. Enter chooses the target, shift extends it.";
      this.#clear = button("Whole response", { class: "link" }, clear);
      this.element = element(
        "section",
        { class: "response", "aria-label": "Response" },
        element("h2", {}, "Response ", this.#ending),
        this.#text.element,
        this.#target,
        this.#note
      );
    }
    show(data) {
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
    mark(data, span, note) {
      const chosen = new Set(partsOf(data, span));
      this.#text.each((part, index) => {
        part.ariaSelected = String(chosen.has(index));
        part.classList.toggle("first", chosen.has(index) && !chosen.has(index - 1));
        part.classList.toggle("last", chosen.has(index) && !chosen.has(index + 1));
      });
      this.#target.replaceChildren(...this.#targetWords(data, span));
      write(this.#note, note);
    }
    #targetWords(data, span) {
      if (data.response === "") {
        return [document.createTextNode("The response is empty.")];
      }
      const probability = data.targets[targetOf(data, span) ?? -1]?.probability ?? "";
      const words = element("span", {}, "Target: ", element("strong", {}, targetName(data, span)));
      const facts = probability ? [element("span", { class: "aside" }, probability)] : [];
      const choices = span ? [this.#clear] : data.parts.length > 1 ? [element("span", { class: "aside hint" }, HOW)] : [];
      return [words, ...facts, ...choices];
    }
  };
  var HOW = "Click a part to ask about it alone, shift-click to extend.";

  // explorer/strongestList.ts
  var MOST_UNITS = 7;
  var StrongestList = class {
    element;
    #list;
    #rest = element("p", { class: "aside" });
    constructor(choose) {
      this.#list = new BarList("The strongest units of the prompt", choose);
      const heading = element("h2", {}, "What made it say this");
      this.element = element("section", { class: "strongest" }, heading, this.#list.element, this.#rest);
    }
    show({ data, division, scores, signed, chosen }) {
      const units = scores ? strongest(scores, MOST_UNITS) : [];
      const rows = units.map((unit) => ({
        key: unit,
        share: item(scores?.influence ?? [], unit),
        length: strength(item(scores?.influence ?? [], unit), scores?.reference ?? 0),
        text: excerpt(textOf(data, { division, unit })),
        around: surroundings(data, { division, unit }),
        chosen: unit === chosen
      }));
      this.#list.show(rows, signed);
      write(this.#rest, scores ? restWords(data, division, units.length) : "");
      this.element.hidden = scores === null;
    }
  };
  function restWords(data, division, shown) {
    const { units, noun } = item(data.divisions, division);
    if (shown === 0) {
      return "Nothing in the prompt had any influence.";
    }
    return units.length > shown ? `and ${countOf(units.length - shown, `weaker ${noun}`)}` : "";
  }

  // explorer/placement.ts
  var GAP = 6;
  function placement(about, panel, view) {
    const above = about.top - panel.height - GAP;
    const below = about.top + about.height + GAP;
    return {
      left: within(about.left, view.width - panel.width - GAP),
      top: above >= GAP ? above : within(below, view.height - panel.height - GAP)
    };
  }
  function within(wanted, most) {
    return Math.max(GAP, Math.min(wanted, most));
  }

  // explorer/tip.ts
  function tipWords(data, one, scores, signed) {
    const { granularity, noun, units } = item(data.divisions, one.division);
    const unit = unitAt(data, one);
    const share = percent(item(scores.influence, one.unit), signed);
    const kind = unit.kind === granularity ? "" : ` \xB7 ${unit.kind}`;
    const written = place(data, unit);
    return {
      heading: `${share} \xB7 ${ordinal(rank(scores, one.unit))} of ${countOf(units.length, noun)}`,
      lines: [`raw score ${number(item(scores.score, one.unit))}${kind}`, ...written === null ? [] : [written]]
    };
  }
  var Tip = class {
    element = element("div", { class: "tip", "aria-hidden": "true" });
    constructor() {
      this.element.hidden = true;
      addEventListener(
        "scroll",
        () => {
          this.hide();
        },
        { passive: true, capture: true }
      );
    }
    /** Shows words beside a box of the window. */
    show({ heading, lines }, about) {
      this.element.replaceChildren(
        element("strong", {}, heading),
        ...lines.map((line) => element("span", { dir: "auto" }, line))
      );
      this.element.hidden = false;
      const { width, height } = this.element.getBoundingClientRect();
      const view = { width: document.documentElement.clientWidth, height: innerHeight };
      const { left, top } = placement(about, { width, height }, view);
      this.element.style.setProperty("left", `${left}px`);
      this.element.style.setProperty("top", `${top}px`);
    }
    hide() {
      this.element.hidden = true;
    }
  };

  // explorer/explorer.ts
  var SUMMED = "Added up from its parts, which this method allows.";
  var NOT_IN_FILE = "This file holds the parts of the response one by one. To explain several together, open the prompt in the editor.";
  var WAITING = "Being explained \u2026";
  var NO_DATA = "Run and explain a prompt to see what influenced its response.";
  var AFTERWARDS = 1500;
  var Explorer = class {
    constructor(root2, host2) {
      this.root = root2;
      this.host = host2;
      this.#intensity = host2.saved().intensity ?? 0;
      this.#build();
      this.#listen();
    }
    root;
    host;
    #title = element("h1");
    #facts = element("p", { class: "facts" });
    #hint = element("p", { class: "doubt", role: "note" });
    #busy = element("p", { class: "busy", role: "status" });
    #live = element("p", { class: "unseen", "aria-live": "polite" });
    #empty = element("section", { class: "empty" }, element("p", {}, NO_DATA));
    #page = element("div", { class: "page" });
    #toolbar = element("div", { class: "toolbar" });
    #tip = new Tip();
    #controls = new Controls({
      granularity: (division) => {
        this.#chooseDivision(division);
      },
      method: (name) => {
        this.#chooseMethod(name);
      }
    });
    #legend = new Legend((intensity) => {
      this.#intensity = intensity;
      this.#change(this.#colour);
    });
    #prompt = new PromptView({
      choose: (unit) => {
        this.#lookAtUnit(unit);
        this.#uncover(unit);
      },
      point: (unit, box) => {
        this.#point(unit, box);
      }
    });
    #response = new ResponseView({
      choose: (part, extend) => {
        this.#choosePart(part, extend);
      },
      clear: () => {
        this.#chooseTarget(WHOLE);
      }
    });
    #strongest = new StrongestList((unit) => {
      this.#prompt.reveal(unit);
      this.#lookAtUnit(unit);
    });
    #details = new Details({
      close: () => {
        this.#closeDetails();
      },
      open: (path) => {
        this.#lookAt(path);
      },
      target: (choice) => {
        this.#chooseTarget(choice);
      },
      reveal: (place2) => {
        this.#reveal(place2);
      }
    });
    #side = element("aside", {}, this.#response.element, this.#strongest.element, this.#details.element);
    #picture = null;
    #intensity;
    /** Takes what the host says. */
    receive(message) {
      if (message.type === "busy") {
        this.#showBusy(message.text);
      } else {
        this.#show(message.data);
      }
    }
    #build() {
      if (this.host.live) {
        const run = button("Run and explain", { class: "primary" }, () => {
          this.host.post({ type: "run" });
        });
        this.#empty.append(run);
      }
      this.#toolbar.append(this.#controls.granularity, this.#controls.method, this.#legend.element);
      const header = element("header", {}, this.#title, this.#facts, this.#hint);
      const body = element("div", { class: "body" }, this.#prompt.element, this.#side);
      this.#page.append(header, this.#toolbar, this.#controls.about, body);
      for (const part of [this.#busy, this.#empty, this.#page]) {
        part.hidden = true;
      }
      this.root.append(this.#busy, this.#empty, this.#page, this.#tip.element, this.#live);
    }
    #listen() {
      addEventListener("keydown", (event) => {
        if (event.key === "Escape") {
          this.#escape();
        }
      });
      addEventListener("scrollend", () => {
        this.#save();
      });
      new ResizeObserver(() => {
        this.root.style.setProperty("--toolbar", `${this.#toolbar.offsetHeight}px`);
      }).observe(this.#toolbar);
    }
    #showBusy(text) {
      const wasBusy = !this.#busy.hidden;
      write(this.#busy, text);
      if (text === "" && wasBusy) {
        setTimeout(() => {
          this.#giveUp();
        }, AFTERWARDS);
      }
    }
    #giveUp() {
      if (this.#busy.hidden && this.#picture?.waits) {
        this.#picture.giveUp();
        this.#change(this.#render);
      }
    }
    #show(data) {
      this.#page.hidden = data === null;
      this.#empty.hidden = data !== null;
      if (!data) {
        return;
      }
      const scroll = this.#picture ? scrollY : this.host.saved().scroll ?? 0;
      if (this.#picture) {
        this.#picture.update(data);
      } else {
        this.#picture = new Picture(data, this.host.live, this.host.saved(), () => performance.now());
      }
      this.#render(this.#picture);
      scrollTo({ top: scroll, behavior: "instant" });
      this.#save();
    }
    /** Shows a change, and keeps it for a reload. */
    #change(show) {
      if (this.#picture) {
        show.call(this, this.#picture);
        this.#save();
      }
    }
    #save() {
      if (this.#picture) {
        this.host.save({ ...this.#picture.saved(), intensity: this.#intensity, scroll: scrollY });
      }
    }
    #render(picture) {
      const { data } = picture;
      this.#renderHeader(data);
      this.#controls.showGranularities(data.divisions, picture.division);
      this.#controls.showMethods(data.allMethods, picture.method, picture.awaitedMethod);
      this.#prompt.show(data, picture.shownDivision);
      this.#response.show(data);
      this.#response.mark(data, picture.choice.span, this.#note(picture));
      this.#colour(picture);
      this.#renderUnit(picture);
      this.#announce(picture);
    }
    #renderHeader(data) {
      document.title = `${data.title}: what influenced the response`;
      write(this.#title, data.title);
      write(this.#facts, [data.case && `Case ${data.case}`, data.model].filter(Boolean).join(" \xB7 "));
      write(this.#hint, data.hint && `Doubtful: ${data.hint}`);
    }
    /** What is to be said of the target's scores. */
    #note({ found }) {
      if (found) {
        return found.summed ? SUMMED : "";
      }
      return this.host.live ? WAITING : NOT_IN_FILE;
    }
    #colour(picture) {
      const scores = picture.scores(picture.division);
      const { signed } = picture.method;
      this.#prompt.paint({ scores, signed, intensity: this.#intensity, waiting: picture.waits });
      this.#legend.show(scores, signed, this.#intensity);
    }
    /** Shows what is looked at: in the text, in the list and in the details. */
    #renderUnit(picture) {
      const { data, division, chosenUnit } = picture;
      this.#prompt.mark(chosenUnit, picture.chosenPiece);
      this.#strongest.show({
        data,
        division,
        scores: picture.scores(division),
        signed: picture.method.signed,
        chosen: chosenUnit
      });
      this.#renderDetails(picture);
    }
    #renderDetails(picture) {
      const { data, path } = picture;
      const last = path.at(-1);
      const scores = data.divisions.map((_, division) => picture.scores(division)).filter((one) => one !== null);
      if (!last || scores.length < data.divisions.length) {
        this.#details.hide();
        return;
      }
      const parts = picture.partScores(last.division);
      this.#details.show({ data, path, scores, parts, signed: picture.method.signed });
    }
    #announce(picture) {
      const { data, division, found } = picture;
      const unit = found && strongest(found.scores, 1)[0];
      const target = `Target: ${targetName(data, picture.choice.span)}.`;
      if (!found || unit == null) {
        write(this.#live, `${target} ${this.#note(picture)}`);
        return;
      }
      const share = spokenShare(item(found.scores.influence, unit), picture.method.signed);
      write(this.#live, `${target} Strongest: ${excerpt(textOf(data, { division, unit }))}, ${share}.`);
    }
    #announceUnit(picture) {
      const { data, path, method } = picture;
      const last = path.at(-1);
      const found = last && picture.scores(last.division);
      if (last && found) {
        const { heading } = tipWords(data, last, found, method.signed);
        write(this.#live, `Details: ${excerpt(textOf(data, last))}. ${heading}.`);
      }
    }
    #point(unit, box) {
      const scores = this.#picture?.scores(this.#picture.division);
      if (!this.#picture || !scores || unit === null) {
        this.#tip.hide();
        return;
      }
      const { data, division, method } = this.#picture;
      this.#tip.show(tipWords(data, { division, unit }, scores, method.signed), box);
    }
    #chooseDivision(division) {
      if (this.#picture) {
        const { granularity } = item(this.#picture.data.divisions, division);
        this.#tell({ type: "granularity", name: granularity }, (picture) => {
          picture.chooseDivision(division);
        });
      }
    }
    #chooseMethod(name) {
      this.#tell({ type: "method", name }, (picture) => {
        picture.chooseMethod(name);
      });
    }
    #choosePart(part, extend) {
      if (this.#picture) {
        this.#chooseTarget(clicked(this.#picture.data, this.#picture.choice, part, extend));
      }
    }
    #chooseTarget(choice) {
      if (choice.span || this.#picture?.choice.span) {
        this.#tell({ type: "target", span: choice.span }, (picture) => {
          picture.chooseTarget(choice);
        });
      }
    }
    /** Chooses here, tells the host, and shows the outcome. */
    #tell(message, choose) {
      this.host.post(message);
      this.#change((picture) => {
        choose(picture);
        this.#render(picture);
      });
    }
    #lookAtUnit(unit) {
      if (this.#picture) {
        this.#lookAt([{ division: this.#picture.division, unit }]);
      }
    }
    #lookAt(path) {
      this.#tip.hide();
      this.#change((picture) => {
        picture.path = path;
        this.#renderUnit(picture);
        this.#announceUnit(picture);
      });
    }
    /** Scrolls until the details are in view, as far as they fit, or in a narrow window until they cover no chosen unit. */
    #uncover(unit) {
      const [side, details] = [this.#side, this.#details.element].map((one) => one.getBoundingClientRect());
      if (!side || !details) {
        return;
      }
      const hidden = details.bottom - Math.min(side.bottom, innerHeight);
      this.#side.scrollBy(0, Math.max(0, Math.min(hidden, details.top - side.top)));
      this.#prompt.keepClearOf(unit, details);
    }
    #closeDetails() {
      const unit = this.#picture?.chosenUnit ?? null;
      const hadFocus = this.#details.element.contains(document.activeElement);
      this.#lookAt([]);
      if (hadFocus && unit !== null) {
        this.#prompt.focus(unit);
      }
    }
    #escape() {
      this.#tip.hide();
      const isInResponse = this.#response.element.contains(document.activeElement);
      if (this.#picture && this.#picture.path.length > 0 && !isInResponse) {
        this.#closeDetails();
      } else {
        this.#chooseTarget(WHOLE);
      }
    }
    #reveal(place2) {
      const source = this.#picture && unitAt(this.#picture.data, place2).source;
      if (source) {
        const [document2, line, character, endLine, endCharacter] = source;
        this.host.post({ type: "reveal", document: document2, source: [line, character, endLine, endCharacter] });
      }
    }
  };

  // explorer/host.ts
  function host() {
    return window.acquireVsCodeApi ? inVsCode(window.acquireVsCodeApi()) : inFile();
  }
  function inVsCode(vscode) {
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
        window.addEventListener("message", (event) => {
          receive(event.data);
        });
        vscode.postMessage({ type: "ready" });
      }
    };
  }
  function inFile() {
    return {
      live: false,
      post: () => void 0,
      save: () => void 0,
      saved: () => ({}),
      listen: (receive) => {
        const text = document.getElementById("explanation")?.textContent;
        receive({ type: "data", data: text ? JSON.parse(text) : null });
      }
    };
  }

  // explorer/main.ts
  var root = document.getElementById("explorer");
  if (root) {
    const here = host();
    const explorer = new Explorer(root, here);
    here.listen((message) => {
      explorer.receive(message);
    });
  }
})();
