/**
 * The part of the response that is explained, as a reader chooses it by its parts.
 *
 * Decisions:
 * - A click chooses a part, a click on what is chosen gives it up again, and a shift-click stretches from the part that
 *   was chosen first. All parts together are the whole response, which is the same as choosing nothing.
 */

import { item, type PageData, type Span } from "./pageData";

/** What is chosen: a span of the response (null: the whole) and the part at which choosing began. */
export interface Choice {
  span: Span | null;
  anchor: number | null;
}

export const WHOLE: Choice = { span: null, anchor: null };

/** What is chosen after a click on a part. */
export function clicked(data: PageData, choice: Choice, part: number, extend: boolean): Choice {
  if (extend && choice.span) {
    return stretched(data, choice.anchor ?? partsOf(data, choice.span)[0] ?? part, part);
  }
  return isOnly(data, choice.span, part) ? WHOLE : stretched(data, part, part);
}

function stretched(data: PageData, anchor: number, part: number): Choice {
  const [first, last] = [Math.min(anchor, part), Math.max(anchor, part)];
  if (data.parts.length > 1 && last - first + 1 === data.parts.length) {
    return WHOLE;
  }
  return { span: [partSpan(data, first)[0], partSpan(data, last)[1]], anchor };
}

function isOnly(data: PageData, span: Span | null, part: number): boolean {
  return sameSpan(span, partSpan(data, part));
}

/** The span of a part of the response. */
export function partSpan(data: PageData, part: number): Span {
  const target = item(data.targets, item(data.parts, part));
  return [target.start, target.end];
}

/** The parts of the response that a span touches. */
export function partsOf(data: PageData, span: Span | null): number[] {
  if (!span) {
    return [];
  }
  return data.parts.flatMap((_, part) => {
    const [start, end] = partSpan(data, part);
    return start < span[1] && end > span[0] ? [part] : [];
  });
}

/** The target that a span is, but for blanks at its ends, or null; of several in one place, the one that is shown. */
export function targetOf(data: PageData, span: Span | null): number | null {
  if (!span) {
    return 0;
  }
  const wanted = trimmed(data.response, span);
  const alike = data.targets.flatMap(({ start, end }, target) =>
    sameSpan(trimmed(data.response, [start, end]), wanted) ? [target] : [],
  );
  return alike.find((target) => target === data.shown.target) ?? alike[0] ?? null;
}

/** The span of a target; null for the whole response. */
export function spanOf(data: PageData, target: number): Span | null {
  const found = data.targets[target];
  return target === 0 || !found ? null : [found.start, found.end];
}

/** A span without the blanks at its ends. */
export function trimmed(text: string, [start, end]: Span): Span {
  const inside = text.slice(start, end);
  const lead = inside.length - inside.trimStart().length;
  return lead === inside.length ? [start, end] : [start + lead, start + inside.trimEnd().length];
}

export function sameSpan(one: Span | null, other: Span | null): boolean {
  return one === null || other === null ? one === other : one[0] === other[0] && one[1] === other[1];
}

/** A span of the response in words. */
export function targetName(data: PageData, span: Span | null): string {
  const target = targetOf(data, span);
  if (target !== null) {
    return data.targets[target]?.name ?? "the whole response";
  }
  const parts = partsOf(data, span);
  const [first, last] = [parts[0] ?? 0, parts.at(-1) ?? 0];
  return first === last ? "the marked text of the response" : `parts ${first + 1} to ${last + 1} of the response`;
}
