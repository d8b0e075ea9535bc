/** What is chosen for a prompt: by quick picks from its lenses, and from the item in the status bar. */
import { expect, test } from "../fixtures.ts";
import { explained, mistake } from "../sample.ts";

test("case, method, granularity and model by their lenses", async ({ workbench }) => {
  const { prompt, response } = await explained(workbench);

  await test.step("granularity", async () => {
    await prompt.clickLens("granularity:");
    await expect
      .poll(() => workbench.options(), { message: "as many as fit in the list" })
      .toEqual(expect.arrayContaining(["token", "word", "sentence", "line", "paragraph", "pattern", "message"]));
    await workbench.picture("choose-granularity");
    await workbench.option("line").click();
    await prompt.hasLens("granularity: line");
    await prompt.hasLens("target: whole response");
  });

  await test.step("a pattern is asked for", async () => {
    await prompt.clickLens("granularity:");
    await workbench.option("pattern").click();
    await workbench.asks("expression");
    await workbench.answer("^Dish: .*$");
    await workbench.page.keyboard.press("Enter");
    await prompt.hasLens("granularity: pattern");
    await workbench.picture("pattern");
  });

  await test.step("method", async () => {
    await prompt.clickLens("method:");
    await expect.poll(() => workbench.options()).toEqual(expect.arrayContaining(["grad_l2", "grad_dot_input", "gim"]));
    await workbench.option("grad_dot_input").click();
    await prompt.hasLens("method: grad_dot_input");
  });

  await test.step("case", async () => {
    await prompt.clickLens("case:");
    await expect.poll(() => workbench.options()).toEqual(["eggs", "onions", "spicy"]);
    await workbench.option("onions").click();
    await prompt.hasLens("case: onions");
    await response.shows("case: onions");
  });

  await test.step("model", async () => {
    await prompt.clickLens("model:");
    await expect.poll(() => workbench.options()).toEqual(["menu-judge"]);
    await workbench.picture("choose-model");
    await workbench.page.keyboard.press("Escape");
    await prompt.hasLens("model: menu-judge");
  });
});

test("a pattern that cannot be read is refused in words", async ({ workbench }) => {
  const prompt = await workbench.open(mistake);
  await prompt.clickLens("granularity:");
  await workbench.option("pattern").click();
  await workbench.asks("expression");
  await workbench.answer("(");
  await workbench.page.keyboard.press("Enter");
  const refused = async () => [...(await workbench.said()), await workbench.validation()].join("\n");
  await expect.poll(refused).toMatch(/expression|pattern|parenthesis/i);
  await workbench.picture("pattern-refused");
});

test("the status bar says which model it is and what it does, and offers everything", async ({ workbench }) => {
  const prompt = await workbench.open(mistake);
  await expect(workbench.statusItem("menu-judge")).toBeVisible();
  await prompt.clickLens("run and explain");
  await expect(workbench.statusItem(/menu-judge: (starting|loading|writing|explaining|working)/)).toBeVisible();
  await prompt.hasLens("target: whole response");
  await expect(workbench.statusItem(/menu-judge$/)).toBeVisible();

  await workbench.statusItem("menu-judge").click();
  await expect.poll(() => workbench.options()).toContain("Method");
  await workbench.picture("menu");
  await workbench.option("Method").click();
  await workbench.option("grad_dot_input").click();
  await prompt.hasLens("method: grad_dot_input");

  await workbench.statusItem("menu-judge").click();
  await workbench.option("Log").click();
  await expect(workbench.page.locator(".part.panel")).toContainText("Prompt Salience");
});

test("no item in the status bar where there is no prompt", async ({ workbench }) => {
  await workbench.open("menu/1-mistake.values.yaml");
  await expect(workbench.statusItem(/YAML/)).toBeVisible();
  await expect(workbench.statusItem("menu-judge")).toHaveCount(0);
});
