/**
 * What the page is fed with, and what it and VS Code say to each other.
 *
 * Decisions:
 * - All offsets are JavaScript's own (UTF-16 code units), of the prompt or of the response; lines and characters count
 *   from zero.
 */

export type Span = readonly [start: number, end: number];
export type Source = readonly [
  document: number,
  line: number,
  character: number,
  endLine: number,
  endCharacter: number,
];

/** A piece of the prompt. */
export interface Unit {
  start: number;
  end: number;
  kind: string;
  source: Source | null;
}

/** The prompt cut at one granularity; `noun` is what one unit is called. */
export interface Division {
  granularity: string;
  noun: string;
  units: Unit[];
}

/** A span of the response that can be explained. */
export interface Target {
  start: number;
  end: number;
  name: string;
  probability: string;
}

export interface Method {
  name: string;
  signed: boolean;
  additive: boolean;
  about: string;
  source: string;
  address: string | null;
}

/** One number a unit; `reference` is the influence, without its sign, that counts as full strength. */
export interface Scores {
  influence: number[];
  score: number[];
  reference: number;
}

export interface PageData {
  format: "prompt-salience/explorer";
  version: 1;
  title: string;
  case: string;
  model: string;
  ending: string;
  hint: string;
  prompt: string;
  response: string;
  documents: { name: string; uri: string | null }[];
  /** From coarse to fine. */
  divisions: Division[];
  /** The first is the whole response. */
  targets: Target[];
  /** Indices of the targets that divide the response for clicking, in order. */
  parts: number[];
  methods: Method[];
  /** By method, division and target. */
  scores: Scores[][][];
  shown: { method: number; division: number; target: number };
  allMethods: string[];
}

export type FromPage =
  | { type: "ready" }
  | { type: "target"; span: Span | null }
  | { type: "method"; name: string }
  | { type: "granularity"; name: string }
  | { type: "reveal"; document: number; source: [number, number, number, number] }
  | { type: "run" };

export type ToPage = { type: "data"; data: PageData | null } | { type: "busy"; text: string };

/** An item that the format promises. */
export function item<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) {
    throw new RangeError(`The explanation has no item ${index} in a list of ${list.length}.`);
  }
  return found;
}
