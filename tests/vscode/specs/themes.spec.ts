/** Tinted text can be read in every theme, by every method. */
import { expect, test, themes } from "../fixtures.ts";
import { legible } from "../pages/colours.ts";
import type { Editor } from "../pages/editor.ts";
import { recommendationExplained } from "../sample.ts";

for (const [name, theme] of Object.entries(themes)) {
  test.describe(name, () => {
    test.use({ theme });

    test("influence and its sign are seen, and the text on them can be read", async ({ workbench }) => {
      const { prompt } = await recommendationExplained(workbench);
      await workbench.picture(`theme-${name}`);
      await isLegible(prompt);
      await prompt.clickLens("method:");
      await workbench.option("grad_dot_input").click();
      await prompt.hasLens("method: grad_dot_input");
      await expect.poll(async () => (await prompt.line("Try it")).hints.join()).toMatch(/[+−-]\d+%/);
      await workbench.picture(`theme-${name}-signed`);
      await isLegible(prompt);
    });
  });
}

async function isLegible(editor: Editor): Promise<void> {
  const tinted = (await editor.lines()).flatMap((line) => line.pieces).filter((piece) => piece.strength > 0);
  expect(new Set(tinted.map((piece) => piece.strength.toFixed(3))).size, "levels that differ").toBeGreaterThanOrEqual(
    3,
  );
  for (const piece of tinted) {
    expect.soft(piece.contrast, `contrast of “${piece.text}”`).toBeGreaterThanOrEqual(legible);
  }
}
