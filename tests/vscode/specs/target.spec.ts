/** A sentence of the response is chosen in it, and the tint of the prompt answers for that sentence. */
import { expect, test } from "../fixtures.ts";
import { explained, faulty, recommendationExplained } from "../sample.ts";

/** The scores of a sentence are known before it is clicked on, so nothing is waited for but the drawing. */
const atOnce = 5_000;

test("by a click, by a selection, by a lens, and the whole again", async ({ workbench }) => {
  const { prompt, response } = await explained(workbench);
  await response.shows(faulty);
  const whole = await prompt.strengths();

  await response.click(faulty);
  await expect.poll(() => prompt.strongestLines(), { timeout: atOnce, intervals: [100] }).toEqual([faulty]);
  await prompt.hasLens(`target: "${faulty}"`);
  await workbench.picture("target-by-click");
  const recommendation = await prompt.strengths();
  expect(recommendation).not.toEqual(whole);

  await response.select("The dish");
  await expect.poll(() => prompt.strengths()).not.toEqual(recommendation);
  await prompt.hasLens('target: "The dish');
  await workbench.picture("target-by-selection");

  await response.clickLens("explain this");
  await expect.poll(() => response.lenses()).toContain("explained now");
  await response.clickLens("explain the whole response");
  await prompt.hasLens("target: whole response");
  await expect.poll(() => prompt.strengths()).toEqual(whole);
});

test("by a quick pick", async ({ workbench }) => {
  const { prompt } = await explained(workbench);
  await prompt.click("## Examples");
  await workbench.command("Prompt Salience: Choose What to Explain");
  await workbench.option(faulty).click();
  await prompt.hasLens(`target: "${faulty}"`);
  await expect.poll(() => prompt.strongestLines()).toEqual([faulty]);
});

test("what is explained is marked in the response; a click in its header changes nothing", async ({ workbench }) => {
  const { prompt, response } = await recommendationExplained(workbench);
  const marked = async () =>
    (await response.line(faulty)).pieces.some((piece) => piece.strength > 0 || piece.underline);
  await expect.poll(marked).toBe(true);
  await response.click("model:");
  await response.hasLens("explain the whole response");
  await prompt.hasLens(`target: "${faulty}"`);
  expect(await workbench.said()).toEqual([]);
});
