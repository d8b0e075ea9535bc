/** The extension costs nothing before there is a prompt, and little then. */
import { expect, test } from "../fixtures.ts";
import type { Workbench } from "../pages/workbench.ts";
import { mistake } from "../sample.ts";

const engine = /prompt_salience\.engine/;
const languageServer = /prompt.salience server/;
/** A machine that is busy with other things takes longer; the quickest of three windows counts. */
const mostMilliseconds = 300;

test("nothing is started before a prompt is open, nor an engine before a run", async ({ workbench, server }) => {
  const yaml = await workbench.open("menu/1-mistake.values.yaml");
  await yaml.shows("Cheese souffle");
  expect(await yaml.lenses()).toEqual([]);
  expect(server.running(languageServer)).toEqual([]);

  const prompt = await workbench.openFile(mistake);
  await prompt.hasLens("run and explain");
  expect(server.running(languageServer)).toHaveLength(1);
  expect(server.running(engine)).toEqual([]);
});

test("activation is quick", async ({ workbench }) => {
  const prompt = await workbench.open(mistake);
  await prompt.hasLens("run and explain");
  const times = [await activation(workbench), await activation(workbench), await activation(workbench)];
  await workbench.picture("running-extensions");
  expect(Math.min(...times), `milliseconds: ${times.join(", ")}`).toBeLessThan(mostMilliseconds);
});

/** How long activation took, as VS Code tells it, in a window that is loaded anew. */
async function activation(workbench: Workbench): Promise<number> {
  await workbench.page.reload();
  await workbench.editor(mistake).hasLens("run and explain");
  await workbench.command("Developer: Show Running Extensions");
  const extension = workbench.page.locator(".runtime-extensions-editor .extension", { hasText: "Prompt Salience" });
  await expect(extension).toContainText(/Activation: \d+ms/);
  return Number(/Activation: (\d+)ms/.exec(await extension.innerText())?.[1]);
}
