/** Running and explaining a prompt, by each of the ways that there are. */
import { expect, test } from "../fixtures.ts";
import { explained, faulty, isExplained, mistake, recommendationExplained } from "../sample.ts";

test("by its lens: tints, shares, hovers, and the response beside the prompt", async ({ workbench }) => {
  const prompt = await workbench.open(mistake);
  await expect
    .poll(() => prompt.lenses())
    .toEqual(["run and explain", "case: eggs", "granularity: sentence", "method: grad_l2", "model: menu-judge"]);
  await workbench.picture("opened");
  await prompt.clickLens("run and explain");
  await expect(workbench.statusItem("Run and explain 1-mistake.j2")).toBeVisible();
  await isExplained(prompt);
  await workbench.response.shows("eggs");
  await workbench.response.shows(faulty);
  await workbench.picture("explained");

  await expect.poll(async () => (await prompt.line(faulty)).hints).toEqual([expect.stringMatching(/^\d+%$/)]);
  const hover = await prompt.hover("Try it tonight");
  await expect(hover).toContainText(/Influence \d+% on/);
  await expect(hover).toContainText("Its influence on each sentence of the response:");
  await workbench.picture("hover");
});

test("the faulty line carries the strongest tint for the recommendation", async ({ workbench }) => {
  const { prompt, response } = await recommendationExplained(workbench);
  expect(await prompt.strongestLines()).toEqual([faulty]);
  await expect(await response.hover("Try it tonight")).toContainText("Try it tonight");
  await workbench.picture("hover-over-response");
  await response.leave();
  await workbench.picture("recommendation");
});

test.describe("by the default method", () => {
  test.use({ settings: { "promptSalience.method": "gim" } });

  test("the faulty line speaks for the recommendation, and has most of the influence", async ({ workbench }) => {
    const { prompt } = await recommendationExplained(workbench);
    expect(await prompt.strongestLines()).toEqual([faulty]);
    await expect.poll(async () => (await prompt.line(faulty)).hints).toEqual([expect.stringMatching(/^\+[5-9]\d%$/)]);
    await workbench.picture("recommendation-by-default");
  });
});

test("by the title button, the palette and the key; cleared in between", async ({ workbench }) => {
  const prompt = await workbench.open(mistake);
  await prompt.hasLens("run and explain");
  await prompt.click("## Examples");
  const ways: [string, () => Promise<void>][] = [
    ["title button", () => workbench.titleButton("Run and Explain").click()],
    ["palette", () => workbench.command("Prompt Salience: Run and Explain")],
    ["key", () => workbench.page.keyboard.press("ControlOrMeta+F5")],
  ];
  for (const [name, run] of ways) {
    await test.step(name, async () => {
      await run();
      await isExplained(prompt);
      await prompt.click("## Examples");
      await workbench.command("Prompt Salience: Clear Explanation");
      await expect.poll(() => prompt.strengths()).toEqual({});
      await expect.poll(() => prompt.lenses()).toHaveLength(5);
    });
  }
});

test("a long response streams in, and can be cancelled", async ({ workbench }) => {
  const prompt = await workbench.open("brainstorm.prompty");
  await prompt.clickLens("run and explain");
  await prompt.hasLens("Run and explain brainstorm.prompty · cancel");
  const written = () => workbench.response.writing();
  await expect.poll(written, { intervals: [50] }).toContain("still being written");
  await workbench.picture("streaming");
  await prompt.clickLens("cancel");
  await prompt.hasLens("run and explain");
  await workbench.picture("cancelled");
  await expect.poll(written).not.toContain("still being written");
});

test("the response is shown where it was, not beside itself", async ({ workbench }) => {
  const { prompt, response } = await explained(workbench);
  await prompt.clickLens("run and explain");
  await prompt.hasLens("target: whole response");
  await expect(workbench.tab("1-mistake.j2.response.md")).toHaveCount(1);
  await response.click("Recommendation");
  await workbench.page.keyboard.press("ControlOrMeta+W");
  await expect(workbench.tab("1-mistake.j2.response.md")).toHaveCount(0);
  await prompt.click("## Examples");
  await workbench.command("Prompt Salience: Show Response");
  await expect(workbench.tab("1-mistake.j2.response.md")).toHaveCount(1);
  await response.shows(faulty);
});
