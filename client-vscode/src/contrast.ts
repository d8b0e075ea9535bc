/** The words with which another text is asked for, to explain why a part of a response stands there rather than that. */

const MOST = 60;

export const NOT_EMPTY = "A text that might have stood there.";

/** A range as commands carry it, with nothing of the editor's own. */
export interface PlainRange {
  readonly start: PlainPosition;
  readonly end: PlainPosition;
}

interface PlainPosition {
  readonly line: number;
  readonly character: number;
}

/** What the input box asks about a part of a response; a part that has no text yet is the sentence at the cursor. */
export function promptFor(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, " ");
  return `Why not …? Another text for: ${line === "" ? "the sentence at the cursor" : inShort(line)}`;
}

/** Whether something that a command was given is a range. */
export function isPlainRange(given: unknown): given is PlainRange {
  const { start, end } = (given ?? {}) as Partial<Record<keyof PlainRange, unknown>>;
  return isPosition(start) && isPosition(end);
}

function isPosition(given: unknown): given is PlainPosition {
  const { line, character } = (given ?? {}) as Partial<Record<keyof PlainPosition, unknown>>;
  return typeof line === "number" && typeof character === "number";
}

/** A text as it is or, where it is long, its beginning; no character of it is cut in two. */
function inShort(text: string): string {
  const characters = Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
  return characters.length > MOST
    ? `${characters
        .slice(0, MOST - 1)
        .join("")
        .trimEnd()}…`
    : text;
}
