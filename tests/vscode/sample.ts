/** The story that the samples tell, and the way to its telling moments. */
import { expect } from "@playwright/test";
import type { Editor } from "./pages/editor.ts";
import type { Workbench } from "./pages/workbench.ts";

export const mistake = "menu/1-mistake.j2";
/** What the model recommends, and the line of the prompt that makes it do so. */
export const faulty = "Recommendation: Try it tonight.";
export const corrected = "Recommendation: Better avoid it.";

export interface Explained {
  prompt: Editor;
  response: Editor;
}

/** Opens the sample and has it explained by its lens. */
export async function explained(workbench: Workbench): Promise<Explained> {
  const prompt = await workbench.open(mistake);
  await prompt.clickLens("run and explain");
  await isExplained(prompt);
  return { prompt, response: workbench.response };
}

/** The same, with the recommendation as the target. */
export async function recommendationExplained(workbench: Workbench): Promise<Explained> {
  const both = await explained(workbench);
  await both.response.shows(faulty);
  await both.response.click(faulty);
  await both.prompt.hasLens(`target: "${faulty}"`);
  await expect.poll(() => both.prompt.strongestLines()).toEqual([faulty]);
  return both;
}

/** Waits for an explanation of the whole response. */
export async function isExplained(prompt: Editor): Promise<void> {
  await prompt.hasLens("target: whole response");
  await prompt.hasLens("run and explain");
  await expect.poll(async () => Object.keys(await prompt.strengths()).length, { message: "tints" }).toBeGreaterThan(3);
}
