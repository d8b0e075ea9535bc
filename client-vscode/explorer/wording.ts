/** Numbers, places and texts as the page words them. */

import { item, type PageData, type Unit } from "./pageData";

const MINUS = "\u2212";
const SMALLEST_SHARE = 0.0005;

/** A share such as `34%`, `3.4%` or `<0.1%`, with its sign if the method has one: `+34%`. */
export function percent(share: number, signed: boolean): string {
  const size = Math.abs(share);
  if (size < SMALLEST_SHARE) {
    return size > 0 ? "<0.1%" : "0%";
  }
  const sign = signed ? (share < 0 ? MINUS : "+") : "";
  return `${sign}${(size * 100).toFixed(size < 0.0995 ? 1 : 0)}%`;
}

/** A share as it is read aloud: `34% for`. */
export function spokenShare(share: number, signed: boolean): string {
  const size = percent(Math.abs(share), false);
  return signed && share !== 0 ? `${size} ${share < 0 ? "against" : "for"}` : size;
}

/** A raw score to three digits. */
export function number(value: number): string {
  return String(Number(value.toPrecision(3))).replace("-", MINUS);
}

/** `1st`, `2nd`, `11th`. */
export function ordinal(value: number): string {
  const teen = Math.floor((value % 100) / 10) === 1;
  const ending = teen ? "th" : (["th", "st", "nd", "rd"][value % 10] ?? "th");
  return `${counted(value)}${ending}`;
}

/** A count with its digits in groups. */
export function counted(value: number): string {
  return value.toLocaleString("en");
}

/** `1 line`, `2 lines`. */
export function countOf(value: number, noun: string): string {
  return `${counted(value)} ${value === 1 ? noun : plural(noun)}`;
}

export function plural(noun: string): string {
  return `${noun}s`;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Where a unit was written, such as `menu.j2:23:14`, or null. */
export function place(data: PageData, { source }: Unit): string | null {
  if (!source) {
    return null;
  }
  const [document, line, character] = source;
  return `${item(data.documents, document).name}:${line + 1}:${character + 1}`;
}

/** A text in one line, cut after so many characters; blanks alone are made visible. */
export function excerpt(text: string, most = 120): string {
  if (text === "") {
    return "(part of a character)";
  }
  if (text.trim() === "") {
    return text.replaceAll("\n", "⏎").replaceAll("\t", "⇥").replaceAll(/\s/g, "␣");
  }
  const line = text.trim().replaceAll(/\s+/g, " ");
  return line.length > most ? `${shortened(line, most - 1)}…` : line;
}

/** The beginning of a text; no character that people see as one is cut through. */
function shortened(text: string, most: number): string {
  let kept = "";
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (kept.length + segment.length > most) {
      break;
    }
    kept += segment;
  }
  return kept.trimEnd();
}

/** A sentence that ends in a full stop. */
export function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
