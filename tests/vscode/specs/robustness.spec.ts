/** What goes wrong is told in one sentence with something to do about it, and nothing stays broken. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "../fixtures.ts";
import { explained, faulty, isExplained, mistake } from "../sample.ts";

const engine = /prompt_salience\.engine/;
const languageServer = /prompt-salience server|prompt_salience server/;

test("an engine that is killed while it writes is replaced, and the run ends well", async ({ workbench, server }) => {
  const prompt = await workbench.open("brainstorm.prompty");
  await prompt.clickLens("run and explain");
  await expect.poll(() => workbench.response.writing(), { intervals: [50] }).toContain("still being written");
  const [killed] = server.kill(engine);
  expect(killed).toBeDefined();
  await workbench.picture("engine-killed");
  await isExplained(prompt);
  expect(server.running(engine)).not.toContain(killed);
  expect(await workbench.said()).toEqual([]);
  await workbench.picture("engine-replaced");
});

test("an engine that keeps dying is given up in words, and tried again when asked", async ({ workbench, server }) => {
  const prompt = await workbench.open(mistake);
  await prompt.clickLens("run and explain");
  const givenUp = async () => {
    server.kill(engine);
    return (await workbench.said()).join("\n");
  };
  await expect.poll(givenUp, { timeout: 60_000, intervals: [200] }).toContain("died");
  expect(await workbench.said()).toHaveLength(1);
  await workbench.picture("engine-given-up");
  await workbench
    .notification("died")
    .getByRole("button", { name: /again|restart/i })
    .click();
  await prompt.hasLens("run and explain");
  if (!(await prompt.lenses()).some((lens) => lens.startsWith("target:"))) {
    await prompt.clickLens("run and explain");
  }
  await isExplained(prompt);
});

test("engine and server can be restarted, and come back when the server is killed", async ({ workbench, server }) => {
  const { prompt } = await explained(workbench);

  await test.step("restart the engine", async () => {
    const before = server.running(engine);
    await workbench.command("Prompt Salience: Restart Engine");
    await expect.poll(() => server.running(engine).filter((pid) => !before.includes(pid)).length).toBe(1);
    await prompt.clickLens("run and explain");
    await isExplained(prompt);
  });

  await test.step("restart the server", async () => {
    const before = server.running(languageServer);
    await workbench.command("Prompt Salience: Restart Server");
    await expect.poll(() => server.running(languageServer).filter((pid) => !before.includes(pid)).length).toBe(1);
    await expect.poll(() => prompt.lenses()).toHaveLength(5);
    await prompt.clickLens("run and explain");
    await isExplained(prompt);
  });

  await test.step("kill the server", async () => {
    server.kill(languageServer);
    await expect.poll(() => server.running(languageServer).length).toBe(1);
    await expect.poll(() => prompt.lenses()).toHaveLength(5);
    await prompt.clickLens("run and explain");
    await isExplained(prompt);
  });
  expect(await workbench.said()).toEqual([]);
});

test("a mistake in a template has a squiggle, words and a quick fix", async ({ workbench }) => {
  const prompt = await workbench.open(mistake);
  await prompt.hasLens("run and explain");
  await prompt.replace("dish }}", "dihs }}");
  await expect(prompt.squiggles("error")).toHaveCount(1);
  await expect(await prompt.hover("dihs")).toContainText("Did you mean 'dish'?");
  await workbench.picture("template-error");
  await prompt.leave();
  await prompt.click("dihs");
  await workbench.page.keyboard.press("ControlOrMeta+.");
  await workbench.action("Change to 'dish'").waitFor();
  await workbench.picture("quick-fix");
  await workbench.action("Change to 'dish'").click();
  await prompt.shows("Dish: {{ dish }}");
  await expect(prompt.squiggles("error")).toHaveCount(0);
});

test("a template that cannot be filled is refused with the reason", async ({ workbench }) => {
  const prompt = await workbench.open(mistake);
  await prompt.hasLens("run and explain");
  await prompt.replace("dish }}", "dihs }}");
  await expect(prompt.squiggles("error")).toHaveCount(1);
  await prompt.clickLens("run and explain");
  await workbench.says(/1-mistake\.j2 cannot be run: .*dihs/);
  await workbench.picture("refused");
});

test("broken front matter and a binary file", async ({ workbench, workspace }) => {
  writeFileSync(
    join(workspace, "broken.prompty"),
    "---\nname: [Broken\ninputs:\n  topic: {\n---\nuser:\nWrite about {{ topic }}.\n",
  );
  writeFileSync(join(workspace, "binary.j2"), Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 1, 2, 0xff]));
  const broken = await workbench.open("broken.prompty");
  await expect.poll(() => broken.squiggles("error").count()).toBeGreaterThan(0);
  await workbench.picture("broken-front-matter");
  await broken.click("user:");
  await workbench.command("Prompt Salience: Run and Explain");
  await workbench.says(/broken\.prompty cannot be run/);

  await workbench.page.keyboard.press("ControlOrMeta+P");
  await workbench.answer("binary.j2");
  await workbench.option("binary.j2").click();
  await expect(workbench.page.locator(".editor-instance .monaco-editor-pane-placeholder")).toContainText("binary");
  await workbench.page.getByText("Open Anyway").click();
  await workbench.option("Text Editor").click();
  await workbench.editor("binary.j2").hasLens("run and explain");
  await workbench.picture("binary");
  const sample = await workbench.openFile(mistake);
  await sample.hasLens("run and explain");
});

test.describe("a model that is not there", () => {
  test.use({ settings: { "promptSalience.model": "gemma-nowhere" } });

  test("is named, with a way to choose another", async ({ workbench }) => {
    const prompt = await workbench.open(mistake);
    await prompt.clickLens("run and explain");
    await workbench.says("There is no model 'gemma-nowhere'");
    const message = workbench.notification("There is no model");
    await expect(message).toBeVisible();
    await workbench.picture("no-such-model");
    await message
      .getByRole("button", { name: /choose|model/i })
      .first()
      .click();
    await workbench.choose("menu-judge");
    await prompt.hasLens("model: menu-judge");
    if (!(await prompt.lenses()).some((lens) => lens.startsWith("target:") || lens.includes("cancel"))) {
      await prompt.clickLens("run and explain");
    }
    await isExplained(prompt);
    await workbench.response.shows(faulty);
  });
});
