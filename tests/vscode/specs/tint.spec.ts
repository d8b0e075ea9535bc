/** Influence shown in other ways than by a background. */
import { expect, test } from "../fixtures.ts";
import { explained, faulty, mistake } from "../sample.ts";

test.describe("underlines", () => {
  test.use({ settings: { "promptSalience.tint": "underline" } });

  test("are drawn below the text, and nothing behind it", async ({ workbench }) => {
    const prompt = await workbench.open(mistake);
    await prompt.clickLens("run and explain");
    await prompt.hasLens("target: whole response");
    await expect
      .poll(async () => (await prompt.line(faulty)).pieces.some((piece) => piece.underline !== ""))
      .toBe(true);
    expect(await prompt.strengths()).toEqual({});
    await workbench.picture("underlines");
  });
});

test.describe("semantic tokens", () => {
  test.use({ settings: { "promptSalience.tint": "semanticTokens" } });

  test("colour the text itself", async ({ workbench }) => {
    const prompt = await workbench.open(mistake);
    const colours = async () =>
      new Set((await prompt.lines()).flatMap(({ pieces }) => pieces.map((one) => one.colour))).size;
    await prompt.hasLens("run and explain");
    const before = await colours();
    await prompt.clickLens("run and explain");
    await prompt.hasLens("target: whole response");
    await expect.poll(colours).toBeGreaterThan(before + 1);
    expect(await prompt.strengths()).toEqual({});
    await workbench.picture("semantic-tokens");
  });
});

test("a change of the setting is seen at once", async ({ workbench, server }) => {
  const { prompt } = await explained(workbench);
  await workbench.writeSettings({ ...server.settings, "promptSalience.tint": "off" });
  await expect.poll(() => prompt.strengths()).toEqual({});
  await workbench.writeSettings({ ...server.settings, "promptSalience.tint": "background" });
  await expect.poll(async () => Object.keys(await prompt.strengths()).length).toBeGreaterThan(3);
});
