/** The Salience Explorer and the editor show the same, and what is chosen in one is chosen in the other. */
import { expect, test } from "../fixtures.ts";
import { explained, faulty } from "../sample.ts";

test("it opens by its button, and what is chosen there changes the editor", async ({ workbench }) => {
  const { prompt } = await explained(workbench);
  const { explorer } = workbench;
  await prompt.click("## Examples");
  await workbench.titleButton("Open Salience Explorer").click();
  await expect(explorer.root).toContainText("1-mistake.j2");
  await expect(explorer.target).toContainText("the whole response");
  await workbench.picture("explorer");

  await test.step("a target", async () => {
    await explorer.response.filter({ hasText: faulty }).click();
    await explorer.isStrongest(faulty);
    await prompt.hasLens(`target: "${faulty}"`);
    await expect.poll(() => prompt.strongestLines()).toEqual([faulty]);
    await workbench.picture("explorer-target");
  });

  await test.step("a granularity", async () => {
    const sentences = await explorer.prompt.count();
    await explorer.granularity("Word").check();
    await expect.poll(() => explorer.prompt.count()).toBeGreaterThan(sentences);
    await prompt.hasLens("granularity: word");
    await workbench.picture("explorer-words");
  });

  await test.step("a method", async () => {
    await explorer.method.selectOption("grad_dot_input");
    await prompt.hasLens("method: grad_dot_input");
    await expect(explorer.root.locator(".pending")).toBeEmpty();
    await workbench.picture("explorer-signed");
  });
});

test("it follows what is chosen in the editor, and leads back to the template", async ({ workbench }) => {
  const { prompt, response } = await explained(workbench);
  const { explorer } = workbench;
  await workbench.command("Prompt Salience: Open Salience Explorer");
  await expect(explorer.target).toContainText("the whole response");
  await workbench.tab("1-mistake.j2.response.md").click();
  await response.click(faulty);
  await prompt.hasLens(`target: "${faulty}"`);
  await workbench.tab("Salience Explorer").click();
  await explorer.isStrongest(faulty);

  await explorer.prompt.filter({ hasText: faulty }).click();
  await expect(explorer.details).toContainText(faulty);
  await workbench.picture("explorer-details");
  await explorer.details.getByText("Open in template").click();
  await expect(workbench.statusItem(/Ln 15, .*31 selected/)).toBeVisible();
});

test("it can be used without a mouse", async ({ workbench }) => {
  const { prompt } = await explained(workbench);
  const { explorer } = workbench;
  await workbench.command("Prompt Salience: Open Salience Explorer");
  await expect(explorer.response.last()).toContainText(faulty);
  await explorer.response.first().focus();
  await workbench.page.keyboard.press("ArrowRight");
  await expect(explorer.response.last()).toBeFocused();
  await workbench.page.keyboard.press("Enter");
  await expect(explorer.response.last()).toHaveAttribute("aria-selected", "true");
  await prompt.hasLens(`target: "${faulty}"`);
});

test("before anything is explained it offers to run", async ({ workbench }) => {
  const prompt = await workbench.open("menu/1-mistake.j2");
  await prompt.hasLens("run and explain");
  await prompt.click("## Examples");
  await workbench.command("Prompt Salience: Open Salience Explorer");
  const run = workbench.explorer.root.getByRole("button", { name: "Run and explain" });
  await expect(run).toBeVisible();
  await workbench.picture("explorer-empty");
  await run.click();
  await expect(workbench.explorer.response.last()).toContainText(faulty);
});
