/** Nothing of a workspace is run or read before it is trusted. */
import { expect, test } from "../fixtures.ts";
import { isExplained, mistake } from "../sample.ts";

test.use({ workspaceTrust: true, settings: { "security.workspace.trust.startupPrompt": "never" } });

test("running is refused with an explanation, until trust is granted", async ({ workbench, server }) => {
  const prompt = await workbench.open(mistake);
  await expect(workbench.statusItem("Restricted Mode")).toBeVisible();
  await expect(workbench.statusItem("Prompt Salience")).toBeVisible();
  await prompt.click("## Examples");
  await workbench.command("Prompt Salience: Run and Explain");
  await workbench.says(/needs your trust|not trusted/);
  expect(server.running(/prompt.salience server/)).toEqual([]);
  await workbench.picture("restricted");

  await workbench.notification("trust").getByRole("button", { name: "Manage Workspace Trust" }).click();
  await workbench.page.locator(".workspace-trust-editor").getByRole("button", { name: "Trust", exact: true }).click();
  await workbench.tab("1-mistake.j2").click();
  await prompt.clickLens("run and explain");
  await isExplained(prompt);
});
