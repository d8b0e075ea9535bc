/** The prompt is edited: known influence moves with its text, looks stale where that changed, and is computed anew. */
import { expect, test } from "../fixtures.ts";
import type { Editor } from "../pages/editor.ts";
import { corrected, explained, faulty, isExplained, recommendationExplained } from "../sample.ts";

test("while somebody types, the tint stays with its text, and what is new gets its own", async ({ workbench }) => {
  const { prompt } = await recommendationExplained(workbench);
  await prompt.typeAfter("Try it", " really");
  await prompt.shows("Try it really tonight.");
  expect(await prompt.strength("Try it really tonight.")).toBeGreaterThan(0);
  await isFresh(prompt, "Try it");

  await prompt.typeAfter("judge dishes on a menu for a guest.", "\n\nBe honest.");
  await prompt.shows("Be honest.");
  expect(await prompt.strength("Try it really tonight.")).toBeGreaterThan(0);
  await expect.poll(() => prompt.strength("Be honest.")).toBeGreaterThan(0);
  await isFresh(prompt, "Be honest.");
  await workbench.picture("edited");
});

test.describe("where nothing happens by itself", () => {
  test.use({ settings: { "promptSalience.live": "off" } });

  test("what was edited looks stale until it is explained anew", async ({ workbench }) => {
    const { prompt } = await recommendationExplained(workbench);
    await isFresh(prompt, "Try it");
    await prompt.typeAfter("Try it", " really");
    await expect.poll(() => isStale(prompt, "Try it really tonight.")).toBe(true);
    await expect.poll(async () => (await prompt.line("Try it really")).hints.join()).toMatch(/^~\d+%$/);
    expect(await isStale(prompt, "the guest doesn't like.")).toBe(false);
    await workbench.picture("stale");
    await prompt.clickLens("run and explain");
    await isFresh(prompt, "Try it really tonight.");
  });
});

test("what is undone brings the old tint back", async ({ workbench }) => {
  const { prompt } = await recommendationExplained(workbench);
  const before = await prompt.strengths();
  await prompt.replace("Try it tonight.", "Better avoid it.");
  await expect.poll(async () => (await prompt.lenses()).join(" | ")).toMatch(/target: .* less likely/);
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

async function isStale(editor: Editor, text: string): Promise<boolean> {
  return (await editor.line(text)).pieces.some((piece) => /dotted|dashed/.test(piece.underline));
}

async function isFresh(editor: Editor, text: string): Promise<void> {
  await expect.poll(() => isStale(editor, text), { message: `“${text}” is stale` }).toBe(false);
  await expect.poll(async () => (await editor.line(text)).hints.join()).not.toContain("~");
}
