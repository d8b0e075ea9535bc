/** The pictures of the README, taken from the real thing. */
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { expect, test, themes } from "../fixtures.ts";
import { pictures } from "../places.ts";
import { faulty, recommendationExplained } from "../sample.ts";

test.use({
  viewport: { width: 1280, height: 720 },
  settings: {
    "breadcrumbs.enabled": false,
    "editor.lightbulb.enabled": "off",
    "editor.guides.indentation": false,
    "editor.overviewRulerBorder": false,
    "editor.renderLineHighlight": "none",
    "window.commandCenter": false,
    "workbench.activityBar.location": "hidden",
    "workbench.layoutControl.enabled": false,
  },
});

for (const name of ["light", "dark"] as const) {
  test.describe(name, () => {
    test.use({ theme: themes[name] });

    test(`the explained sample, ${name}`, async ({ workbench }) => {
      const { response } = await recommendationExplained(workbench);
      await response.leave();
      await take(workbench.page, `explain-${name}`);
    });
  });
}

test("hover", async ({ workbench }) => {
  const { prompt } = await recommendationExplained(workbench);
  await expect(await prompt.hover("Try it tonight")).toContainText("Influence");
  await take(workbench.page, "hover");
});

test("explorer", async ({ workbench }) => {
  const { explorer, page } = workbench;
  const { prompt } = await recommendationExplained(workbench);
  await prompt.click("## Examples");
  await workbench.command("Prompt Salience: Open Salience Explorer");
  await explorer.isStrongest(faulty);
  await workbench.tab("Salience Explorer").click();
  await workbench.command("View: Maximize Editor Group");
  await explorer.prompt.filter({ hasText: faulty }).hover();
  await take(page, "explorer");
});

/** Keeps the editors, without the bars around them. */
async function take(page: Page, name: string): Promise<void> {
  const path = join(pictures, `${name}.png`);
  await page
    .locator(".part.editor")
    .screenshot({ path, animations: "disabled", style: ".cursors-layer { display: none }" });
}
