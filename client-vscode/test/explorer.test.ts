/** The pure parts of the explorer's page. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Division, PageData, Scores, Span } from "../explorer/pageData";
import { cut, finer, foundAgain, foundPath, remembered, surroundings, textOf, type UnitOf } from "../explorer/pieces";
import { Picture } from "../explorer/picture";
import { placement } from "../explorer/placement";
import { held, heldOrSummed, rank, strongest, sum } from "../explorer/scores";
import { clicked, partsOf, targetName, targetOf, WHOLE } from "../explorer/targets";
import { tint } from "../explorer/tint";
import { Wish } from "../explorer/wish";
import { countOf, excerpt, number, ordinal, percent, place, spokenShare } from "../explorer/wording";

const PROMPT = "One egg. Two eggs.\n\nThree";
const RESPONSE = " Yes. No. So.";

function division(granularity: string, spans: Span[]): Division {
  const units = spans.map(([start, end]) => ({ start, end, kind: granularity, source: null }));
  return { granularity, noun: granularity, units };
}

function evenly(count: number, score = 1): Scores {
  return { influence: Array<number>(count).fill(1 / count), score: Array<number>(count).fill(score), reference: 1 };
}

/** A prompt in two paragraphs, and a response of three sentences. */
function pageData(change: Partial<PageData> = {}): PageData {
  const divisions = [
    division("paragraph", [
      [0, 18],
      [20, 25],
    ]),
    division("sentence", [
      [0, 8],
      [9, 18],
      [20, 25],
    ]),
    division("word", [
      [0, 3],
      [4, 8],
      [9, 12],
      [13, 18],
      [20, 25],
    ]),
    division("token", [
      [0, 3],
      [3, 7],
      [7, 8],
      [8, 12],
      [12, 17],
      [17, 18],
      [18, 20],
      [20, 25],
    ]),
    division("variable", [[4, 17]]),
  ];
  const targets = [
    [0, 13],
    [1, 5],
    [6, 9],
    [10, 13],
  ].map(([start = 0, end = 0], index) => ({
    start,
    end,
    name: index === 0 ? "the whole response" : `sentence ${index} of the response`,
    probability: "",
  }));
  const methods = [
    { name: "grad_l2", signed: false, additive: false, about: "", source: "", address: null },
    { name: "grad_dot_input", signed: true, additive: true, about: "", source: "", address: null },
  ];
  return {
    format: "prompt-salience/explorer",
    version: 1,
    title: "menu.j2",
    case: "",
    model: "",
    ending: "",
    hint: "",
    prompt: PROMPT,
    response: RESPONSE,
    documents: [{ name: "menu.j2", uri: null }],
    divisions,
    targets,
    parts: [1, 2, 3],
    methods,
    scores: methods.map(() => divisions.map(({ units }) => targets.map(() => evenly(units.length)))),
    shown: { method: 0, division: 1, target: 0 },
    allMethods: ["grad_l2", "grad_dot_input", "integrated_gradients"],
    ...change,
  };
}

function texts(data: PageData, places: readonly UnitOf[]): string[] {
  return places.map((one) => textOf(data, one));
}

test("text is cut into units and what stands between them", () => {
  const pieces = cut("a b. c", [
    { start: 0, end: 4 },
    { start: 4, end: 6 },
  ]);
  assert.deepEqual(pieces, [
    { text: "a b.", unit: 0 },
    { text: " ", unit: null },
    { text: "c", unit: 1 },
  ]);
});

test("whatever the units, the pieces add up to the text", () => {
  const text = "\n 🍳 x  \u05d0\u05d1";
  for (const units of [
    [],
    [
      { start: 2, end: 4 },
      { start: 2, end: 4 },
    ],
    [
      { start: 0, end: 7 },
      { start: 5, end: 9 },
    ],
  ]) {
    const pieces = cut(text, units);
    assert.equal(pieces.map((piece) => piece.text).join(""), text);
  }
});

test("a unit is looked into at the next granularity that divides it", () => {
  const data = pageData();
  assert.deepEqual(texts(data, finer(data, { division: 0, unit: 0 })), ["One egg.", "Two eggs."]);
  assert.deepEqual(texts(data, finer(data, { division: 1, unit: 0 })), ["One", "egg."]);
  assert.deepEqual(texts(data, finer(data, { division: 2, unit: 1 })), [" egg", "."]);
});

test("what a finer granularity would only repeat, or cut across, is passed over", () => {
  const data = pageData();
  assert.deepEqual(finer(data, { division: 0, unit: 1 }), []);
  assert.deepEqual(texts(data, finer(data, { division: 4, unit: 0 })), [" egg", ".", " Two", " eggs"]);
});

test("a token has no pieces", () => {
  assert.deepEqual(finer(pageData(), { division: 3, unit: 0 }), []);
});

test("a unit is found again where its text went", () => {
  const before = remembered(pageData(), { division: 2, unit: 1 });
  const edited = pageData({
    prompt: "egg. egg.",
    divisions: [
      division("word", [
        [0, 4],
        [5, 9],
      ]),
    ],
  });
  assert.deepEqual(foundAgain(edited, before), { division: 0, unit: 1 });
  assert.equal(foundAgain(edited, { ...before, text: "gone" }), null);
  assert.equal(foundAgain(edited, { ...before, granularity: "line" }), null);
});

test("a path ends where a unit is gone", () => {
  const data = pageData();
  const path = [
    { division: 0, unit: 0 },
    { division: 2, unit: 1 },
  ].map((one) => remembered(data, one));
  const edited = pageData({ divisions: data.divisions.slice(0, 2) });
  assert.deepEqual(foundPath(edited, path), [{ division: 0, unit: 0 }]);
});

test("a short unit is shown among its neighbours", () => {
  const data = pageData();
  assert.deepEqual(surroundings(data, { division: 3, unit: 4 }), ["One egg. Two ", "."]);
  assert.equal(surroundings(data, { division: 2, unit: 4 }), null);
});

test("tints grow with influence, and only the scale's middle bends", () => {
  assert.deepEqual(tint(0.3, 0.3, 0), { opacity: 0.8, level: 5, against: false });
  assert.deepEqual(tint(-0.06, 0.3, 0), { opacity: 0.16000000000000003, level: 2, against: true });
  assert.equal(tint(0.9, 0.3, 0).opacity, 0.8);
  for (const intensity of [-3, -1, 0, 1, 3]) {
    assert.equal(tint(0, 0.3, intensity).opacity, 0);
    assert.equal(tint(0.3, 0.3, intensity).opacity, 0.8);
    assert.ok(tint(0.1, 0.3, intensity).opacity < tint(0.2, 0.3, intensity).opacity);
  }
  assert.ok(tint(0.1, 0.3, 2).opacity > tint(0.1, 0.3, 0).opacity);
});

test("where nothing has influence, nothing is tinted", () => {
  assert.deepEqual(tint(0, 0, 0), { opacity: 0, level: 0, against: false });
});

test("a click chooses a part, and a second click gives it up", () => {
  const data = pageData();
  const once = clicked(data, WHOLE, 1, false);
  assert.deepEqual(once, { span: [6, 9], anchor: 1 });
  assert.deepEqual(clicked(data, once, 1, false), WHOLE);
  assert.deepEqual(clicked(data, once, 2, false), { span: [10, 13], anchor: 2 });
});

test("a shift-click stretches from the part that was chosen first", () => {
  const data = pageData();
  const forwards = clicked(data, clicked(data, WHOLE, 1, false), 2, true);
  assert.deepEqual(forwards, { span: [6, 13], anchor: 1 });
  assert.deepEqual(clicked(data, forwards, 0, true), { span: [1, 9], anchor: 1 });
  assert.deepEqual(clicked(data, WHOLE, 2, true), { span: [10, 13], anchor: 2 });
});

test("all parts together are the whole response", () => {
  const data = pageData();
  assert.deepEqual(clicked(data, clicked(data, WHOLE, 0, false), 2, true), WHOLE);
});

test("the only part can be chosen and given up", () => {
  const data = pageData({ parts: [1] });
  const once = clicked(data, WHOLE, 0, false);
  assert.deepEqual(once.span, [1, 5]);
  assert.deepEqual(clicked(data, once, 0, false), WHOLE);
});

test("a span is known by its text, whatever blanks it has around it", () => {
  const data = pageData();
  assert.equal(targetOf(data, [5, 9]), 2);
  assert.equal(targetOf(data, null), 0);
  assert.equal(targetOf(data, [1, 9]), null);
  assert.deepEqual(partsOf(data, [1, 9]), [0, 1]);
});

test("of two targets in one place it is the one that is shown", () => {
  const plain = pageData();
  const contrasted = { ...plain.targets[2], name: "that one, rather than 'No.'" } as (typeof plain.targets)[number];
  const targets = [...plain.targets, contrasted];
  const shown = { ...plain.shown, target: targets.length - 1 };
  const data = pageData({ targets, shown });
  assert.equal(targetName(data, [5, 9]), contrasted.name);
  assert.equal(targetOf(pageData({ targets }), [5, 9]), 2);
  assert.equal(targetOf(data, [1, 5]), 1);
});

test("targets are named", () => {
  const data = pageData();
  assert.equal(targetName(data, null), "the whole response");
  assert.equal(targetName(data, [6, 9]), "sentence 2 of the response");
  assert.equal(targetName(data, [1, 9]), "parts 1 to 2 of the response");
  assert.equal(targetName(data, [2, 3]), "the marked text of the response");
});

test("scores of several parts add up, and influence is shared out anew", () => {
  const one = { influence: [0.5, 0.5], score: [1, 1], reference: 1 };
  const other = { influence: [0.4, -0.6], score: [2, -3], reference: 1 };
  assert.deepEqual(sum([one, other]), { influence: [0.6, -0.4], score: [3, -2], reference: 1 });
});

test("scores that cancel out leave no influence", () => {
  const found = sum([
    { influence: [1], score: [2], reference: 1 },
    { influence: [-1], score: [-2], reference: 1 },
  ]);
  assert.deepEqual(found, { influence: [0], score: [0], reference: 1 });
});

test("only additive methods are added up, whether signed or not", () => {
  const data = pageData();
  assert.equal(heldOrSummed(data, 0, 1, [1, 9]), null);
  assert.equal(heldOrSummed(data, 1, 1, [1, 9])?.summed, true);
  assert.equal(heldOrSummed(data, 1, 1, [1, 5])?.summed, false);
  assert.equal(held(data, 1, 1, [1, 9]), null);
  const methods = data.methods.map((method) => ({ ...method, additive: !method.additive }));
  assert.equal(heldOrSummed({ ...data, methods }, 1, 1, [1, 9]), null);
});

test("a span that cuts through a part is not added up", () => {
  assert.equal(heldOrSummed(pageData(), 1, 1, [1, 8]), null);
});

test("units are ranked by influence, whatever its sign", () => {
  const scores = { influence: [0.1, -0.6, 0, 0.3], score: [1, -6, 0, 3], reference: 0.6 };
  assert.deepEqual(strongest(scores, 5), [1, 3, 0]);
  assert.equal(rank(scores, 1), 1);
  assert.equal(rank(scores, 2), 4);
});

test("numbers are worded", () => {
  assert.equal(percent(0.344, false), "34%");
  assert.equal(percent(0.034, false), "3.4%");
  assert.equal(percent(0.0997, false), "10%");
  assert.equal(percent(-0.344, true), "−34%");
  assert.equal(percent(0.02, true), "+2.0%");
  assert.equal(percent(0.0001, false), "<0.1%");
  assert.equal(percent(0, true), "0%");
  assert.equal(spokenShare(-0.2, true), "20% against");
  assert.equal(number(-0.0123456), "−0.0123");
  assert.deepEqual([1, 2, 3, 4, 11, 12, 21, 112, 1003].map(ordinal), [
    "1st",
    "2nd",
    "3rd",
    "4th",
    "11th",
    "12th",
    "21st",
    "112th",
    "1,003rd",
  ]);
  assert.equal(countOf(1, "line"), "1 line");
  assert.equal(countOf(5477, "token"), "5,477 tokens");
});

test("texts are shortened without cutting through what people see as one character", () => {
  assert.equal(excerpt("  two\n lines "), "two lines");
  assert.equal(excerpt("\n\n"), "⏎⏎");
  assert.equal(excerpt(""), "(part of a character)");
  assert.equal(excerpt("abc 👩‍👩‍👧 defghi", 10), "abc…");
});

test("places count from one", () => {
  const unit = { start: 0, end: 1, kind: "token", source: [0, 22, 13, 22, 14] } as const;
  assert.equal(place(pageData(), unit), "menu.j2:23:14");
  assert.equal(place(pageData(), { ...unit, source: null }), null);
});

test("a panel stays in the window", () => {
  const [panel, view] = [
    { width: 100, height: 50 },
    { width: 400, height: 300 },
  ];
  assert.deepEqual(placement({ left: 40, top: 100, width: 10, height: 20 }, panel, view), { left: 40, top: 44 });
  assert.deepEqual(placement({ left: 390, top: 10, width: 10, height: 20 }, panel, view), { left: 294, top: 36 });
  assert.deepEqual(placement({ left: -5, top: 10, width: 10, height: 500 }, panel, view), { left: 6, top: 244 });
});

test("older data do not undo a choice, and one that is never answered passes away", () => {
  let time = 0;
  const wish = new Wish<string>(
    (one, other) => one === other,
    () => time,
  );
  wish.make("word", true);
  assert.equal(
    wish.pick("sentence", () => true),
    "word",
  );
  time = 5000;
  assert.equal(
    wish.pick("sentence", () => true),
    "sentence",
  );
});

test("what the data do not hold is waited for", () => {
  const wish = new Wish<string>(
    (one, other) => one === other,
    () => 0,
  );
  wish.make("lime", false);
  assert.equal(
    wish.pick("grad_l2", () => false),
    "grad_l2",
  );
  assert.equal(wish.awaited?.value, "lime");
  assert.equal(
    wish.pick("lime", () => true),
    "lime",
  );
  assert.equal(wish.awaited, null);
});

test("in VS Code the picture before stays while a target is explained", () => {
  const picture = new Picture(pageData(), true, {}, () => 0);
  picture.chooseTarget({ span: [1, 5], anchor: 0 });
  picture.chooseTarget({ span: [1, 9], anchor: 0 });
  assert.equal(picture.waits, true);
  assert.equal(picture.found, null);
  assert.notEqual(picture.scores(1), null);
  picture.giveUp();
  assert.deepEqual(picture.choice.span, [1, 5]);
});

test("the target that was waited for is shown when it comes", () => {
  const picture = new Picture(pageData(), true, {}, () => 0);
  picture.chooseTarget({ span: [1, 9], anchor: 0 });
  const data = pageData();
  data.targets.push({ start: 1, end: 9, name: "the marked text", probability: "" });
  data.scores = data.scores.map((byMethod) =>
    byMethod.map((targets) => [...targets, evenly(targets[0]?.score.length ?? 0)]),
  );
  picture.update({ ...data, shown: { ...data.shown, target: 4 } });
  assert.equal(picture.waits, false);
  assert.deepEqual(picture.choice, { span: [1, 9], anchor: 0 });
});

test("in a file nothing is waited for", () => {
  const picture = new Picture(pageData(), false, {}, () => 0);
  picture.chooseTarget({ span: [1, 9], anchor: 0 });
  assert.equal(picture.waits, false);
  assert.equal(picture.scores(1), null);
});

test("what VS Code chooses is shown", () => {
  const picture = new Picture(pageData(), true, {}, () => 0);
  picture.update(pageData({ shown: { method: 1, division: 2, target: 3 } }));
  assert.equal(picture.method.name, "grad_dot_input");
  assert.equal(picture.shownDivision.granularity, "word");
  assert.deepEqual(picture.choice.span, [10, 13]);
});

test("a choice survives a reload, unless VS Code has chosen anew", () => {
  const first = new Picture(pageData(), true, {}, () => 0);
  first.chooseDivision(2);
  first.path = [{ division: 2, unit: 1 }];
  const again = new Picture(pageData(), true, first.saved(), () => 0);
  assert.equal(again.shownDivision.granularity, "word");
  assert.deepEqual(again.path, [{ division: 2, unit: 1 }]);
  const chosenAnew = pageData({ shown: { method: 0, division: 3, target: 0 } });
  assert.equal(new Picture(chosenAnew, true, first.saved(), () => 0).shownDivision.granularity, "token");
});

test("the unit in the details is kept in newer data", () => {
  const picture = new Picture(pageData(), true, {}, () => 0);
  picture.path = [{ division: 1, unit: 1 }];
  picture.update(
    pageData({
      prompt: `Four. ${PROMPT}`,
      divisions: [
        division("sentence", [
          [0, 5],
          [6, 14],
          [15, 24],
        ]),
      ],
      shown: { method: 0, division: 0, target: 0 },
    }),
  );
  assert.deepEqual(picture.path, [{ division: 0, unit: 2 }]);
  assert.equal(picture.chosenUnit, 2);
});
