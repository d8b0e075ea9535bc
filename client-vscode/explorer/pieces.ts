/**
 * Text cut into pieces: for display, and for looking into a unit at a finer granularity.
 *
 * Decisions:
 * - A unit's pieces are the units of the next finer division that divide it further; divisions that would show the
 *   same text again, or a piece that sticks out, are passed over.
 * - Units are found again in newer data by their text, the one nearest to where it stood.
 */

import { item, type Division, type PageData, type Span, type Unit } from "./pageData";
import { sameSpan, trimmed } from "./targets";

/** A stretch of text; `unit` is null between units. */
export interface Piece {
  text: string;
  unit: number | null;
}

/** A unit of a division, both by their index. */
export interface UnitOf {
  division: number;
  unit: number;
}

/** A unit as it can be found again in other data. */
export interface Remembered {
  granularity: string;
  start: number;
  text: string;
}

/** The whole text in pieces: units without the blanks at their ends. Of units that overlap, the later gets the rest. */
export function cut(text: string, units: readonly { start: number; end: number }[]): Piece[] {
  const order = units.map((_, unit) => unit).sort((one, other) => item(units, one).start - item(units, other).start);
  const pieces: Piece[] = [];
  let done = 0;
  const add = (end: number, unit: number | null): void => {
    if (end > done) {
      pieces.push({ text: text.slice(done, end), unit });
      done = end;
    }
  };
  for (const unit of order) {
    const { start, end } = item(units, unit);
    const inside = trimmed(text, [start, end]);
    add(inside[0], null);
    add(inside[1], unit);
  }
  add(text.length, null);
  return pieces;
}

export function unitAt(data: PageData, { division, unit }: UnitOf): Unit {
  return item(item(data.divisions, division).units, unit);
}

export function textOf(data: PageData, place: UnitOf): string {
  const { start, end } = unitAt(data, place);
  return data.prompt.slice(start, end);
}

const SHORT = 16;
const BEFORE = 18;
const AFTER = 60;

/** What stands before and after a short unit on its line, or null if it is long enough or alone. */
export function surroundings(data: PageData, place: UnitOf): [string, string] | null {
  const { start, end } = unitAt(data, place);
  const text = data.prompt.slice(start, end);
  const [left, right] = [text.length - text.trimStart().length, text.length - text.trimEnd().length];
  if (text.trim() === "" || text.length > SHORT) {
    return null;
  }
  const line = data.prompt.slice(data.prompt.lastIndexOf("\n", start + left - 1) + 1, start + left);
  const after = data.prompt.slice(end - right, end - right + AFTER).split("\n")[0] ?? "";
  const before = line.length > BEFORE ? `…${line.slice(-BEFORE).replace(/^\S*\s/, "")}` : line;
  return before.trim() || after.trim() ? [before, after] : null;
}

/** A unit's pieces at the next finer granularity that divides it; empty if there is none. */
export function finer(data: PageData, place: UnitOf): UnitOf[] {
  for (const division of finerDivisions(data, place.division)) {
    const found = inside(data.prompt, unitAt(data, place), item(data.divisions, division));
    if (found) {
      return found.map((unit) => ({ division, unit }));
    }
  }
  return [];
}

const FINENESS = ["message", "example", "paragraph", "line", "sentence", "word", "token"];
const BETWEEN_SENTENCE_AND_WORD = FINENESS.indexOf("sentence") + 0.5;

function fineness({ granularity }: Division): number {
  const place = FINENESS.indexOf(granularity);
  return place < 0 ? BETWEEN_SENTENCE_AND_WORD : place;
}

function finerDivisions(data: PageData, division: number): number[] {
  const from = fineness(item(data.divisions, division));
  return data.divisions
    .map((one, index) => ({ index, fineness: fineness(one) }))
    .filter((one) => one.fineness > from && Number.isInteger(one.fineness))
    .sort((one, other) => one.fineness - other.fineness)
    .map((one) => one.index);
}

function inside(text: string, outer: Unit, division: Division): number[] | null {
  const whole = trimmed(text, [outer.start, outer.end]);
  const found: number[] = [];
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

function sticksOut(span: Span, whole: Span): boolean {
  return span[0] < whole[0] || span[1] > whole[1];
}

export function remembered(data: PageData, place: UnitOf): Remembered {
  const { granularity } = item(data.divisions, place.division);
  return { granularity, start: unitAt(data, place).start, text: textOf(data, place) };
}

/** Where a unit stands in other data, or null if it is gone. */
export function foundAgain(data: PageData, wanted: Remembered): UnitOf | null {
  const division = data.divisions.findIndex((one) => one.granularity === wanted.granularity);
  const units = data.divisions[division]?.units ?? [];
  const distance = (unit: number): number => Math.abs(item(units, unit).start - wanted.start);
  const same = units
    .map((_, unit) => unit)
    .filter((unit) => textOf(data, { division, unit }) === wanted.text)
    .sort((one, other) => distance(one) - distance(other));
  return same[0] === undefined ? null : { division, unit: same[0] };
}

/** The path that leads to the same units in other data, as far as they still exist. */
export function foundPath(data: PageData, path: readonly Remembered[]): UnitOf[] {
  const found: UnitOf[] = [];
  for (const one of path) {
    const place = foundAgain(data, one);
    if (!place) {
      break;
    }
    found.push(place);
  }
  return found;
}

/** Whether two divisions cut their texts at the same places. */
export function sameCut(one: readonly { start: number; end: number }[], other: typeof one): boolean {
  return (
    one.length === other.length &&
    one.every((unit, index) => unit.start === other[index]?.start && unit.end === other[index].end)
  );
}
