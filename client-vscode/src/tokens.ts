/** Influence as the server encodes it, read into pieces and sorted into the buckets that each have one look. */

export type Kind = "salience" | "supporting" | "opposing";
export type Level = 1 | 2 | 3 | 4 | 5;

/** Everything that the look of a piece depends on. */
export interface Bucket {
  readonly kind: Kind;
  readonly level: Level;
  readonly stale: boolean;
}

/** A stretch of one line, in UTF-16 code units. */
export interface Piece {
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

/** What the numbers for types and modifiers mean. */
export interface Legend {
  readonly tokenTypes: readonly string[];
  readonly tokenModifiers: readonly string[];
}

const KINDS: readonly Kind[] = ["salience", "supporting", "opposing"];
const LEVELS: readonly Level[] = [1, 2, 3, 4, 5];
const NUMBERS_PER_TOKEN = 5;

/** A name for a bucket that no other bucket has. */
export function bucketName({ kind, level, stale }: Bucket): string {
  return `${kind}${level}${stale ? " stale" : ""}`;
}

/** The pieces of each bucket; what is no influence is left out. */
export function piecesByBucket(data: readonly number[], legend: Legend): { bucket: Bucket; pieces: Piece[] }[] {
  const found = new Map<string, { bucket: Bucket; pieces: Piece[] }>();
  for (const { piece, type, modifiers } of decoded(data)) {
    const bucket = bucketOf(type, modifiers, legend);
    if (bucket) {
      const name = bucketName(bucket);
      const entry = found.get(name) ?? { bucket, pieces: [] };
      entry.pieces.push(piece);
      found.set(name, entry);
    }
  }
  return [...found.values()];
}

function* decoded(data: readonly number[]): Generator<{ piece: Piece; type: number; modifiers: number }> {
  let line = 0;
  let start = 0;
  for (let at = 0; at + NUMBERS_PER_TOKEN <= data.length; at += NUMBERS_PER_TOKEN) {
    const [down = 0, right = 0, length = 0, type = 0, modifiers = 0] = data.slice(at, at + NUMBERS_PER_TOKEN);
    line += down;
    start = down === 0 ? start + right : right;
    yield { piece: { line, start, end: start + length }, type, modifiers };
  }
}

function bucketOf(type: number, modifiers: number, legend: Legend): Bucket | undefined {
  const kind = KINDS.find((one) => one === legend.tokenTypes[type]);
  const has = (name: string): boolean => {
    const bit = legend.tokenModifiers.indexOf(name);
    return bit >= 0 && (modifiers & (1 << bit)) !== 0;
  };
  const level = LEVELS.find((one) => has(`level${one}`));
  return kind && level && { kind, level, stale: has("stale") };
}
