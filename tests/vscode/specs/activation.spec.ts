/** The extension costs nothing before there is a prompt, and little then. */
import { expect, test } from "../fixtures.ts";
import { mistake } from "../sample.ts";

const languageServer = /prompt.salience server/;
const mostMilliseconds = 300;

test("nothing is started before a prompt is open, and activation is quick", async ({ workbench, server }) => {
  await workbench.open("menu/1-mistake.values.yaml");
  await expect(workbench.statusItem("YAML")).toBeVisible();
  await workbench.command("Developer: Show Running Extensions");
  const extension = workbench.page.locator(".runtime-extensions-editor .extension", { hasText: "Prompt Salience" });
  await expect(workbench.page.locator(".runtime-extensions-editor .extension").first()).toBeVisible();
  await expect(extension).toHaveCount(0);
  expect(server.running(languageServer)).toEqual([]);

  const prompt = await workbench.openFile(mistake);
  await prompt.hasLens("run and explain");
  expect(server.running(languageServer)).toHaveLength(1);
  expect(server.running(/prompt_salience\.engine/)).toEqual([]);
  await workbench.command("Developer: Show Running Extensions");
  await workbench.picture("running-extensions");
  const activation = extension.locator(".activation-time");
  await expect(activation).toContainText(/\d+ms/);
  expect(Number(/(\d+)ms/.exec(await activation.innerText())?.[1])).toBeLessThan(mostMilliseconds);
});

test("files that are no prompts are left alone", async ({ workbench, server }) => {
  const yaml = await workbench.open("menu/1-mistake.values.yaml");
  await yaml.shows("Cheese souffle");
  expect(await yaml.lenses()).toEqual([]);
  expect(server.running(languageServer)).toEqual([]);
});
