import assert from "node:assert/strict";
import { test } from "node:test";
import { isPlainRange, promptFor } from "../src/contrast";

void test("what is asked names the part on one line", () => {
  assert.equal(promptFor(" Recommendation:\n Go for it. "), "Why not …? Another text for: Recommendation: Go for it.");
});

void test("a part without a text is the sentence at the cursor", () => {
  assert.equal(promptFor(" \n"), "Why not …? Another text for: the sentence at the cursor");
});

void test("a long part is cut between characters", () => {
  const asked = promptFor("🐟".repeat(70));
  assert.ok(asked.endsWith(`: ${"🐟".repeat(59)}…`), asked);
  assert.ok(promptFor("🐟".repeat(60)).endsWith("🐟".repeat(60)));
  assert.ok(promptFor("👩‍🍳".repeat(61)).endsWith(`: ${"👩‍🍳".repeat(59)}…`));
});

void test("a range is told from all else that a command may be given", () => {
  const position = { line: 1, character: 2 };
  assert.ok(isPlainRange({ start: position, end: position }));
  for (const other of [undefined, null, 2, "text", position, { start: position }, { start: position, end: 3 }]) {
    assert.ok(!isPlainRange(other), JSON.stringify(other));
  }
});
