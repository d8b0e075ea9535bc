/** The first minute: the walkthrough leads to the sample, and the sample to its explanation. */
import { expect, test } from "../fixtures.ts";
import { isExplained } from "../sample.ts";

test("the walkthrough opens the sample, which runs", async ({ workbench }) => {
  await workbench.open();
  await workbench.command("Prompt Salience: Get Started");
  const page = workbench.page.locator(".gettingStartedContainer");
  await expect(page).toContainText("Get Started with Prompt Salience");
  await expect(page.locator(".getting-started-step")).toHaveCount(3);
  const picture = workbench.page
    .frameLocator("iframe.webview.ready")
    .frameLocator("iframe#active-frame")
    .locator("svg");
  await expect(picture).toBeVisible();
  await workbench.picture("walkthrough");
  await page.getByRole("button", { name: "Open Sample" }).click();
  const prompt = workbench.editor("1-mistake.j2");
  await prompt.clickLens("run and explain");
  await isExplained(prompt);
  await workbench.picture("walkthrough-sample");
});

test("without a prompt, running offers the sample", async ({ workbench }) => {
  await workbench.open();
  await workbench.command("Prompt Salience: Open Sample Prompt");
  await workbench.editor("1-mistake.j2").hasLens("run and explain");
});
