/** Scores of one target: which are known, their sum over neighbouring parts, and the order of the units. */

import { item, type PageData, type Scores, type Span } from "./pageData";
import { partsOf, partSpan, sameSpan, targetOf, trimmed } from "./targets";

/** The scores of a target, and whether they were added up here. */
export interface Found {
  scores: Scores;
  summed: boolean;
}

/** The scores that the data hold of a span of the response, or null. */
export function held(data: PageData, method: number, division: number, span: Span | null): Found | null {
  const target = targetOf(data, span);
  const scores = target === null ? undefined : data.scores[method]?.[division]?.[target];
  return scores ? { scores, summed: false } : null;
}

/** The same, or where the method is linear in the target the sum of the parts. */
export function heldOrSummed(data: PageData, method: number, division: number, span: Span | null): Found | null {
  const found = held(data, method, division, span);
  if (found || !span || !item(data.methods, method).additive) {
    return found;
  }
  const parts = partsThatMakeUp(data, span);
  const known = parts.flatMap((part) => data.scores[method]?.[division]?.[item(data.parts, part)] ?? []);
  return known.length > 0 && known.length === parts.length ? { scores: sum(known), summed: true } : null;
}

function partsThatMakeUp(data: PageData, span: Span): number[] {
  const parts = partsOf(data, span);
  const [first, last] = [parts[0], parts.at(-1)];
  if (first === undefined || last === undefined) {
    return [];
  }
  const covered: Span = [partSpan(data, first)[0], partSpan(data, last)[1]];
  return sameSpan(trimmed(data.response, covered), trimmed(data.response, span)) ? parts : [];
}

/** Scores of several targets as those of one; influence is shared out anew. */
export function sum(parts: readonly Scores[]): Scores {
  const score = item(parts, 0).score.map((_, unit) => parts.reduce((total, part) => total + item(part.score, unit), 0));
  const total = score.reduce((size, value) => size + Math.abs(value), 0);
  const influence = score.map((value) => (total > 0 ? value / total : 0));
  const strongestOne = influence.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return { score, influence, reference: Math.max(strongestOne, Math.min(2 / Math.max(score.length, 1), 1)) };
}

const orders = new WeakMap<Scores, number[]>();
const allRanks = new WeakMap<Scores, number[]>();

/** All units, the strongest first. */
export function byStrength(scores: Scores): readonly number[] {
  let order = orders.get(scores);
  if (!order) {
    const size = scores.influence.map(Math.abs);
    order = size.map((_, unit) => unit).sort((one, other) => item(size, other) - item(size, one));
    orders.set(scores, order);
  }
  return order;
}

/** The rank of a unit, 1 being the strongest. */
export function rank(scores: Scores, unit: number): number {
  let ranks = allRanks.get(scores);
  if (!ranks) {
    ranks = [];
    for (const [place, one] of byStrength(scores).entries()) {
      ranks[one] = place + 1;
    }
    allRanks.set(scores, ranks);
  }
  return item(ranks, unit);
}

/** The strongest units, at most so many; one without influence is never among them. */
export function strongest(scores: Scores, count: number): number[] {
  return byStrength(scores)
    .slice(0, count)
    .filter((unit) => scores.influence[unit] !== 0);
}
