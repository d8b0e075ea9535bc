/** The Salience Explorer: a page of the extension inside the window. */
import { expect, type FrameLocator, type Locator, type Page } from "@playwright/test";

export class Explorer {
  private readonly frame: FrameLocator;

  constructor(page: Page) {
    this.frame = page.frameLocator("iframe.webview.ready").frameLocator("iframe#active-frame");
  }

  get root(): Locator {
    return this.frame.locator("#explorer");
  }

  /** The units of the prompt. */
  get prompt(): Locator {
    return this.root.getByRole("region", { name: "Prompt" }).getByRole("option");
  }

  /** The parts of the response. */
  get response(): Locator {
    return this.root.getByRole("region", { name: "Response" }).getByRole("option");
  }

  get target(): Locator {
    return this.root.locator("p.target");
  }

  get details(): Locator {
    return this.root.getByRole("region", { name: "Details" });
  }

  granularity(name: string): Locator {
    return this.root.getByRole("radio", { name, exact: true });
  }

  get method(): Locator {
    return this.root.getByLabel("Method");
  }

  /** Waits until the unit of the prompt with the strongest tint is one. */
  async isStrongest(text: string): Promise<void> {
    const strongest = () =>
      this.prompt.evaluateAll((units) => {
        const opacity = (unit: Element) => Number(getComputedStyle(unit).getPropertyValue("--opacity"));
        const most = Math.max(...units.map(opacity));
        return units.filter((unit) => most > 0 && opacity(unit) === most).map((unit) => unit.textContent?.trim());
      });
    await expect.poll(strongest, { message: "the strongest unit in the explorer" }).toEqual([text]);
  }
}
