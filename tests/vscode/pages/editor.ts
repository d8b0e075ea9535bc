/** One text editor: what it shows, and what can be done in it with mouse and keyboard. */
import { expect, type Locator, type Page } from "@playwright/test";
import { type Colour, contrast, distance, laidOver, parsed } from "./colours.ts";
import { type DrawnPiece, drawing, rectangle } from "./drawing.ts";

/** A piece of text with its tint. */
export interface Piece {
  text: string;
  colour: string;
  /** How far its background is from that of the editor: 0 for text without a tint. */
  strength: number;
  /** The contrast of the text on what is behind it. */
  contrast: number;
  underline: string;
}

export interface Line {
  text: string;
  pieces: Piece[];
  hints: string[];
}

export class Editor {
  constructor(
    private readonly page: Page,
    /** The editor's element. */
    readonly root: Locator,
  ) {}

  /** The lines that are in sight. */
  async lines(): Promise<Line[]> {
    const { ground, lines } = await this.root.evaluate(drawing);
    return lines.map(({ pieces, hints }) => ({
      text: pieces.map((piece) => piece.text).join(""),
      pieces: pieces.map((piece) => seen(piece, parsed(ground))),
      hints,
    }));
  }

  async text(): Promise<string> {
    return (await this.lines()).map((line) => line.text).join("\n");
  }

  /** The text in no order, read so quickly that a response can be watched while it is written. */
  async writing(): Promise<string> {
    return (await this.root.locator(".view-line").allInnerTexts()).map(plain).join("\n");
  }

  /** Waits until a text is in sight. */
  async shows(text: string): Promise<void> {
    await expect.poll(() => this.text(), { message: `“${text}” in the editor` }).toContain(text);
  }

  /** The line that holds a text; an empty one if none does. */
  async line(text: string): Promise<Line> {
    const lines = await this.lines();
    return lines.find((line) => line.text.includes(text)) ?? { text: "", pieces: [], hints: [] };
  }

  /** The strongest tint of the line that holds a text. */
  async strength(text: string): Promise<number> {
    return strongest(await this.line(text));
  }

  /** The tint of each line in sight that has one. */
  async strengths(): Promise<Record<string, number>> {
    const lines = (await this.lines()).filter((line) => strongest(line) > 0);
    return Object.fromEntries(lines.map((line) => [line.text, strongest(line)]));
  }

  /** The lines with the strongest tint. */
  async strongestLines(): Promise<string[]> {
    const strengths = Object.entries(await this.strengths());
    const most = Math.max(...strengths.map(([, strength]) => strength));
    return strengths.filter(([, strength]) => strength === most).map(([text]) => text);
  }

  /** The lenses, from top to bottom and from left to right. */
  async lenses(): Promise<string[]> {
    const texts = await this.root.locator(".codelens-decoration a").allInnerTexts();
    return texts.map((text) => plain(text));
  }

  /** Clicks on the beginning of a lens: its end may be out of sight. */
  async clickLens(text: string): Promise<void> {
    await this.lens(text).click({ position: { x: 5, y: 5 } });
  }

  private lens(text: string): Locator {
    return this.root.locator(".codelens-decoration a", { hasText: text }).first();
  }

  /** Waits for a lens that begins with a text. */
  async hasLens(text: string): Promise<void> {
    const beginnings = async () => (await this.lenses()).map((lens) => lens.slice(0, text.length));
    await expect.poll(beginnings, { message: `the lens “${text}”` }).toContain(text);
  }

  /** The marks under faulty text. */
  squiggles(kind: "error" | "warning" | "info"): Locator {
    return this.root.locator(`.squiggly-${kind}`);
  }

  async click(text: string): Promise<void> {
    const { x, y, width, height } = await this.rectangle(text);
    await this.page.mouse.click(x + width / 2, y + height / 2);
  }

  /** Selects a text with the mouse. */
  async select(text: string): Promise<void> {
    const { x, y, width, height } = await this.rectangle(text);
    await this.page.mouse.move(x + 0.5, y + height / 2);
    await this.page.mouse.down();
    await this.page.mouse.move(x + width / 2, y + height / 2);
    await this.page.mouse.move(x + width - 0.5, y + height / 2);
    await this.page.mouse.up();
  }

  /** Types in place of a text. */
  async replace(text: string, by: string): Promise<void> {
    await this.select(text);
    await this.page.keyboard.type(by);
  }

  /** Puts the cursor behind a text and types. */
  async typeAfter(text: string, more: string): Promise<void> {
    const { x, y, width, height } = await this.rectangle(text);
    await this.page.mouse.click(x + width - 0.5, y + height / 2);
    await this.page.keyboard.type(more);
  }

  /** What a hover over a text says, once it says something. */
  async hover(text: string): Promise<Locator> {
    const content = this.page.locator(".monaco-resizable-hover:visible .monaco-hover-content").first();
    await expect(async () => {
      const { x, y, width, height } = await this.rectangle(text);
      await this.page.mouse.move(x + width / 2 - 3, y + height / 2);
      await this.page.mouse.move(x + width / 2, y + height / 2);
      await expect(content).not.toBeEmpty({ timeout: 3_000 });
      await expect(content).not.toContainText("Loading...", { timeout: 3_000 });
    }).toPass();
    return content;
  }

  /** Takes the mouse out of the editor, and with it the hover. */
  async leave(): Promise<void> {
    await this.page.mouse.move(2, 2);
    await expect(this.page.locator(".monaco-resizable-hover:visible .monaco-hover-content")).toHaveCount(0);
  }

  private async rectangle(text: string) {
    await expect.poll(() => this.root.evaluate(rectangle, text), { message: `where “${text}” is` }).not.toBeNull();
    const found = await this.root.evaluate(rectangle, text);
    if (!found) {
      throw new Error(`“${text}” went out of sight.`);
    }
    return found;
  }
}

/** The strongest tint in a line. */
export function strongest(line: Line): number {
  return Math.max(0, ...line.pieces.map((piece) => piece.strength));
}

/** Text without the characters that VS Code draws in place of spaces. */
export function plain(text: string): string {
  return text.replaceAll("\u00a0", " ").trim();
}

function seen({ text, colour, layers, underline }: DrawnPiece, ground: Colour): Piece {
  const background = laidOver(ground, layers.map(parsed));
  const strength = text.trim() ? distance(background, ground) : 0;
  return { text, colour, strength, contrast: contrast(laidOver(background, [parsed(colour)]), background), underline };
}
