/** The extension makes its own Python environment at the first run, or says why it cannot. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "../fixtures.ts";
import { dist, pipCache } from "../places.ts";
import { isExplained, mistake } from "../sample.ts";

test.describe("with a Python", () => {
  test.use({ machineSettings: { "promptSalience.packageSource": dist }, environment: { PIP_CACHE_DIR: pipCache } });
  test.setTimeout(900_000);

  test("the first run installs what is needed, and goes on", async ({ workbench }) => {
    const prompt = await workbench.open(mistake);
    await expect(workbench.statusItem("Prompt Salience")).toBeVisible();
    await workbench.command("Prompt Salience: Run and Explain");
    await expect(workbench.notification("Prompt Salience")).toBeVisible();
    await workbench.picture("installing");
    await expect.poll(() => prompt.lenses(), { timeout: 600_000, intervals: [1_000] }).not.toEqual([]);
    await isExplained(prompt);
    await workbench.picture("installed");
  });
});

test.describe("without a Python", () => {
  test.use({ machineSettings: {}, environment: { PATH: mkdtempSync(join(tmpdir(), "prompt-salience-no-python-")) } });

  test("it says so, and where to name one", async ({ workbench }) => {
    await workbench.open(mistake);
    await workbench.command("Prompt Salience: Run and Explain");
    await workbench.says(/needs Python 3\.11.*there is no Python on the PATH/);
    await workbench.picture("no-python");
    await workbench.notification("Python 3.11").getByRole("button", { name: "Choose Interpreter" }).click();
    await expect(workbench.page.locator(".settings-editor")).toContainText("Interpreter");
    await workbench.picture("no-python-settings");
  });
});

test.describe("with an interpreter that will not do", () => {
  test.use({ machineSettings: { "promptSalience.interpreter": "/bin/false" } });

  test("it says which and why", async ({ workbench }) => {
    await workbench.open(mistake);
    await workbench.command("Prompt Salience: Run and Explain");
    await workbench.says(/promptSalience\.interpreter names will not do: \/bin\/false/);
    await workbench.picture("wrong-interpreter");
  });
});

test.describe("with a command that is not there", () => {
  test.use({ machineSettings: { "promptSalience.path": "/nowhere/prompt-salience" } });

  test("it says which", async ({ workbench }) => {
    await workbench.open(mistake);
    await workbench.command("Prompt Salience: Run and Explain");
    await workbench.says("/nowhere/prompt-salience");
    await workbench.picture("wrong-command");
  });
});
