/** The window of VS Code around the editors: opening files, commands, questions, notifications, the status bar. */
import { join } from "node:path";
import { expect, type Locator, type Page } from "@playwright/test";
import { screenshots } from "../places.ts";
import { Editor, plain } from "./editor.ts";
import { Explorer } from "./explorer.ts";

const scheme = "prompt-salience-response";

declare global {
  interface Window {
    saidByVSCode?: string[];
  }
}

export class Workbench {
  constructor(
    readonly page: Page,
    private readonly url: string,
    private readonly workspace: string,
  ) {}

  /** Opens the window, with a file of the workspace in it or with none; returns when it can be used. */
  async open(file?: string): Promise<Editor> {
    const page = this.page;
    await page.addInitScript(rememberNotifications);
    const query = new URLSearchParams({ folder: this.workspace });
    if (file) {
      const uri = `vscode-remote://${new URL(this.url).host}${join(this.workspace, file)}`;
      query.set("payload", JSON.stringify([["openFile", uri]]));
    }
    await page.goto(`${this.url}/?${query}`);
    await page.locator(".monaco-workbench .statusbar-item").first().waitFor();
    await this.hideSideBar();
    const editor = this.editor(file ?? "");
    if (file) {
      await editor.root.locator(".view-line").first().waitFor();
    }
    return editor;
  }

  /** Opens a further file. */
  async openFile(file: string): Promise<Editor> {
    await this.page.keyboard.press("ControlOrMeta+P");
    await this.answer(file);
    await this.option(file.split("/").at(-1) ?? file).click();
    const editor = this.editor(file);
    await editor.root.locator(".view-line").first().waitFor();
    return editor;
  }

  /** The editor of a file of the workspace. */
  editor(file: string): Editor {
    return this.editorOf(`[data-uri$="/${file}"]`);
  }

  /** The editor that shows the response of the prompt. */
  get response(): Editor {
    return this.editorOf(`[data-uri^="${scheme}:"]`);
  }

  get explorer(): Explorer {
    return new Explorer(this.page);
  }

  /** Runs a command by the words that the palette shows, which knows a new extension's commands only when opened anew. */
  async command(title: string): Promise<void> {
    await expect(async () => {
      await this.page.keyboard.press("Escape");
      await this.page.keyboard.press("F1");
      await this.answer(`>${title}`);
      await this.option(title).waitFor({ timeout: 5_000 });
    }).toPass();
    await this.page.keyboard.press("Enter");
  }

  /** Writes other settings of the user, as a person does: this VS Code does not see its file change from outside. */
  async writeSettings(settings: Readonly<Record<string, unknown>>): Promise<void> {
    const { keyboard } = this.page;
    await this.command("Preferences: Open User Settings (JSON)");
    await this.editor("settings.json").root.locator(".view-line").first().click();
    await keyboard.press("ControlOrMeta+A");
    await keyboard.insertText(JSON.stringify(settings));
    await keyboard.press("ControlOrMeta+S");
    await expect(this.page.locator(".tab.active.dirty")).toHaveCount(0);
    await keyboard.press("ControlOrMeta+W");
  }

  /** The line in which VS Code asks. */
  get question(): Locator {
    return this.page.locator(".quick-input-widget:visible .quick-input-box input");
  }

  async answer(text: string): Promise<void> {
    await this.question.fill(text);
  }

  /** The options of the question that is being asked. */
  options(): Promise<string[]> {
    return this.page
      .locator(".quick-input-widget:visible .quick-input-list-rows > :first-child .label-name")
      .allInnerTexts();
  }

  /** Waits until VS Code asks something. */
  async asks(text: string): Promise<void> {
    await expect(this.page.locator(".quick-input-widget:visible")).toContainText(text);
  }

  /** What is wrong with the answer that is being typed. */
  async validation(): Promise<string> {
    return (await this.page.locator(".quick-input-widget:visible .quick-input-message").allInnerTexts()).join("\n");
  }

  /** Chooses in a question, or in a notification that asks. */
  async choose(text: string): Promise<void> {
    const asked = this.page.locator(".notification-toast").getByRole("button", { name: text });
    await this.option(text).or(asked).first().click();
  }

  /** An entry of the list of quick fixes. */
  action(title: string): Locator {
    return this.page.locator(".action-widget .monaco-list-row", { hasText: title }).first();
  }

  /** The first option whose label holds a text. */
  option(text: string): Locator {
    const label = this.page.locator(".quick-input-list-rows > :first-child", { hasText: text });
    return this.page.locator(".quick-input-widget:visible .monaco-list-row").filter({ has: label }).first();
  }

  /** A button at the right of the tabs. */
  titleButton(label: string): Locator {
    return this.page.locator(`.editor-actions .action-label[aria-label^="${label}"]:visible`).first();
  }

  tab(name: string): Locator {
    return this.page.locator(".tab").filter({ has: this.page.getByText(name, { exact: true }) });
  }

  statusItem(text: string | RegExp): Locator {
    return this.page.locator(".statusbar-item", { hasText: text }).first();
  }

  /** A notification that is in sight. */
  notification(text: string | RegExp): Locator {
    return this.page.locator(".notification-toast .notification-list-item", { hasText: text }).first();
  }

  /** Whatever notifications have said since the window opened, each text once. */
  async said(): Promise<string[]> {
    const texts = await this.page.evaluate(() => window.saidByVSCode ?? []);
    return [...new Set(texts.map(plain))];
  }

  /** Waits until a notification has said something, be it still in sight or not. */
  async says(text: string | RegExp): Promise<void> {
    const said = expect.poll(async () => (await this.said()).join("\n"), { message: `a notification: ${text}` });
    await (typeof text === "string" ? said.toContain(text) : said.toMatch(text));
  }

  /** A dialog in the middle of the window. */
  get dialog(): Locator {
    return this.page.locator(".monaco-dialog-box");
  }

  /** Keeps a picture of the window. */
  async picture(name: string): Promise<void> {
    await this.page.screenshot({ path: join(screenshots, `${name}.png`), animations: "disabled", caret: "hide" });
  }

  /** Makes room for the editors. */
  private async hideSideBar(): Promise<void> {
    const sideBar = this.page.locator(".part.sidebar");
    await sideBar.waitFor();
    await this.page.keyboard.press("ControlOrMeta+B");
    await sideBar.waitFor({ state: "hidden" });
  }

  private editorOf(attribute: string): Editor {
    return new Editor(this.page, this.page.locator(`.editor-instance .monaco-editor${attribute}`).first());
  }
}

/** Runs in the browser before VS Code does: notifications go by themselves, and what they said would be lost. */
function rememberNotifications(): void {
  const said: string[] = (window.saidByVSCode = []);
  const look = () => {
    for (const element of document.querySelectorAll<HTMLElement>(".notification-list-item-message")) {
      const text = element.innerText;
      if (text && said.at(-1) !== text) {
        said.push(text);
      }
    }
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
}
