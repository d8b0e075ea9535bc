/** The prompt is edited: known influence moves with its text, looks stale where that changed, and is computed anew. */
import { expect, test } from "../fixtures.ts";
import { strongest } from "../pages/editor.ts";
import { corrected, explained, faulty, isExplained, recommendationExplained } from "../sample.ts";

test("while somebody types, the tint stays with its text, stale and then fresh", async ({ workbench }) => {
  const { prompt } = await recommendationExplained(workbench);
  const stale = async () => (await prompt.line("Try it")).pieces.some((piece) => /dotted|dashed/.test(piece.underline));
  expect(await stale()).toBe(false);

  await prompt.typeAfter("Try it", " really");
  await prompt.shows("Try it really tonight.");
  expect(await prompt.strength("Try it really tonight.")).toBeGreaterThan(0);
  await expect.poll(stale, { intervals: [20] }).toBe(true);
  await workbench.picture("stale");
  await expect.poll(stale).toBe(false);
  await workbench.picture("fresh");

  await prompt.typeAfter("judge dishes on a menu for a guest.", "\n\nBe honest.");
  await prompt.shows("Be honest.");
  expect(strongest(await prompt.line("Try it really tonight."))).toBeGreaterThan(0);
  await expect.poll(() => prompt.strength("Be honest.")).toBeGreaterThan(0);
});

test("what is undone brings the old tint back", async ({ workbench }) => {
  const { prompt } = await recommendationExplained(workbench);
  const before = await prompt.strengths();
  await prompt.replace("Try it tonight.", "Better avoid it.");
  await expect.poll(async () => (await prompt.lenses()).at(-1)).toContain("less likely");
  await workbench.picture("less-likely");
  for (let step = 0; step < 20 && !(await prompt.text()).includes(faulty); step++) {
    await workbench.page.keyboard.press("ControlOrMeta+Z");
  }
  await expect.poll(() => prompt.strengths()).toEqual(before);
});

test("the mistake is corrected: run again, the response changes", async ({ workbench }) => {
  const { prompt, response } = await explained(workbench);
  await response.shows(faulty);
  await prompt.replace("Try it tonight.", "Better avoid it.");
  await prompt.clickLens("run and explain");
  await response.shows(corrected);
  await isExplained(prompt);
  expect(await response.text()).not.toContain(faulty);
  await workbench.picture("corrected");
});
