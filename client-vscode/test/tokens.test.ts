import assert from "node:assert/strict";
import { test } from "node:test";
import { inCodePoints } from "../src/codePoints";
import { bucketName, piecesByBucket } from "../src/tokens";

const LEGEND = {
  tokenTypes: ["keyword", "salience", "supporting", "opposing"],
  tokenModifiers: ["level1", "level2", "level3", "level4", "level5", "stale"],
};
const STALE = 32;

function found(data: number[]): Record<string, (readonly number[])[]> {
  const buckets = piecesByBucket(data, LEGEND).map(({ bucket, pieces }): [string, number[][]] => [
    bucketName(bucket),
    pieces.map(({ line, start, end }) => [line, start, end]),
  ]);
  return Object.fromEntries(buckets);
}

test("places are relative to the piece before: on the same line to its start, else to the line", () => {
  const data = [2, 4, 5, 1, 1, 0, 6, 3, 1, 1, 1, 2, 7, 1, 1];
  assert.deepEqual(found(data), {
    salience1: [
      [2, 4, 9],
      [2, 10, 13],
      [3, 2, 9],
    ],
  });
});

test("pieces are sorted by kind, level and whether they are stale", () => {
  const data = [0, 0, 1, 1, 1, 1, 0, 1, 1, 16, 1, 0, 1, 2, 16, 1, 0, 1, 3, 4 + STALE, 1, 0, 1, 3, 4];
  assert.deepEqual(found(data), {
    salience1: [[0, 0, 1]],
    salience5: [[1, 0, 1]],
    supporting5: [[2, 0, 1]],
    "opposing3 stale": [[3, 0, 1]],
    opposing3: [[4, 0, 1]],
  });
});

test("what is no influence is left out, and moves what follows all the same", () => {
  assert.deepEqual(found([1, 3, 2, 0, 0, 0, 4, 2, 1, 2]), { salience2: [[1, 7, 9]] });
  assert.deepEqual(found([1, 3, 2, 1, STALE]), {});
});

test("types and modifiers have the numbers that the legend gives them", () => {
  const legend = { tokenTypes: ["opposing"], tokenModifiers: ["stale", "level4"] };
  assert.deepEqual(
    piecesByBucket([0, 0, 1, 0, 3], legend).map(({ bucket }) => bucket),
    [{ kind: "opposing", level: 4, stale: true }],
  );
});

test("nothing and a broken end are no pieces", () => {
  assert.deepEqual(found([]), {});
  assert.deepEqual(found([0, 0, 1, 1]), {});
});

test("offsets in code units become offsets in code points", () => {
  const text = "a😀b";
  assert.deepEqual(
    [0, 1, 2, 3, 4, 9].map((offset) => inCodePoints(text, offset)),
    [0, 1, 1, 2, 3, 3],
  );
});
