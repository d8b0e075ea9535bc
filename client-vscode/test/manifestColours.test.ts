/**
 * The colours of the manifest: they are the server's, and text on them can be read.
 *
 * Decisions:
 * - The backgrounds are see-through, so that a selection below them is seen. They are judged on the backgrounds of
 *   VS Code's own themes.
 * - At least 4.5:1 (WCAG 2.2, 1.4.3), and 7:1 (1.4.6) in high contrast, but 6:1 where the tint itself is strong: there
 *   a tint that stands out is worth more.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

type Theme = "light" | "dark" | "highContrast" | "highContrastLight";
type Rgb = readonly [red: number, green: number, blue: number];

interface Colour {
  id: string;
  description: string;
  defaults: Record<Theme, string>;
}

const ROOT = join(__dirname, "..", "..");
const LEVELS = [1, 2, 3, 4, 5];
const KINDS = { influence: "UNSIGNED", supporting: "FOR", opposing: "AGAINST" } as const;

/** Background and text of the editor in VS Code's own themes. */
const THEMES: readonly (readonly [name: string, Theme, background: string, text: string])[] = [
  ["Light Modern", "light", "#ffffff", "#3b3b3b"],
  ["Light 2026", "light", "#ffffff", "#202020"],
  ["Light+", "light", "#ffffff", "#000000"],
  ["Dark Modern", "dark", "#1f1f1f", "#cccccc"],
  ["Dark 2026", "dark", "#121314", "#bbbebf"],
  ["Dark+", "dark", "#1e1e1e", "#d4d4d4"],
  ["High Contrast", "highContrast", "#000000", "#ffffff"],
  ["High Contrast Light", "highContrastLight", "#ffffff", "#292929"],
];

const colours = new Map(
  (
    JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { contributes: { colors: Colour[] } }
  ).contributes.colors.map((colour) => [colour.id, colour]),
);

function colour(name: string, theme: Theme): string | undefined {
  return colours.get(`promptSalience.${name}`)?.defaults[theme];
}

function parsed(code: string): { rgb: Rgb; alpha: number } {
  const bytes = [...Buffer.from(code.slice(1), "hex")];
  const [red = 0, green = 0, blue = 0, alpha = 255] = bytes;
  return { rgb: [red, green, blue], alpha: alpha / 255 };
}

function over(tint: string, background: string): Rgb {
  const { rgb, alpha } = parsed(tint);
  const below = parsed(background).rgb;
  const mixed = (channel: 0 | 1 | 2): number => rgb[channel] * alpha + below[channel] * (1 - alpha);
  return [mixed(0), mixed(1), mixed(2)];
}

function luminance(rgb: Rgb): number {
  const [red = 0, green = 0, blue = 0] = rgb.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: Rgb, other: Rgb): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

/** The colour of the text on a tint: the editor's own, where the extension has none. */
function textOn(kind: string, level: number, theme: Theme, editorText: string): string {
  const own = colour(`${kind}${level}Foreground`, theme) ?? "editor.foreground";
  return own === "editor.foreground" ? editorText : own;
}

function least(theme: Theme, level: number): number {
  return theme === "light" || theme === "dark" ? 4.5 : level < 4 ? 7 : 6;
}

for (const [name, theme, background, editorText] of THEMES) {
  void test(`text on tints can be read in ${name}`, () => {
    for (const kind of Object.keys(KINDS)) {
      for (const level of LEVELS) {
        const tint = colour(`${kind}${level}Background`, theme);
        assert.ok(tint, `${kind}${level}`);
        const text = parsed(textOn(kind, level, theme, editorText)).rgb;
        const found = contrast(text, over(tint, background));
        assert.ok(found >= least(theme, level), `${kind}${level}: ${found.toFixed(2)}`);
      }
    }
  });

  void test(`tints go evenly away from the background in ${name}`, () => {
    for (const kind of Object.keys(KINDS)) {
      const steps = LEVELS.map((level) => colour(`${kind}${level}Background`, theme) ?? "").map((tint) =>
        contrast(over(tint, background), parsed(background).rgb),
      );
      steps.reduce((before, now) => {
        assert.ok(now > before * 1.1, `${kind}: ${steps.map((step) => step.toFixed(2)).join(" ")}`);
        return now;
      }, 1);
    }
  });

  void test(`lines and marks can be told from the background in ${name}`, () => {
    for (const part of ["staleBorder", "targetBorder", "influenceRuler", "supportingRuler", "opposingRuler"]) {
      const found = contrast(over(colour(part, theme) ?? "", background), parsed(background).rgb);
      assert.ok(found >= 3, `${part}: ${found.toFixed(2)}`);
    }
  });
}

void test("backgrounds in light and dark themes are the server's overlays", () => {
  const scale = readFileSync(join(ROOT, "../server/prompt_salience/attribution/scale.py"), "utf8");
  const opacities = (/_OPACITIES = \((.*)\)/.exec(scale)?.[1] ?? "").split(", ").map(Number);
  for (const [kind, hue] of Object.entries(KINDS)) {
    const overlay = new RegExp(`Hue\\.${hue}: Rgb\\.parse\\("(#\\w+)"\\)`).exec(scale)?.[1] ?? "";
    for (const level of LEVELS) {
      const alpha = Math.round((opacities[level - 1] ?? 0) * 255);
      const expected = overlay + alpha.toString(16).padStart(2, "0");
      for (const theme of ["light", "dark"] as const) {
        assert.equal(colour(`${kind}${level}Background`, theme), expected);
      }
    }
  }
});

void test("every colour is described, and has a value for every kind of theme", () => {
  for (const { id, description, defaults } of colours.values()) {
    assert.match(id, /^promptSalience\.[a-z]\w+$/);
    assert.ok(description.endsWith("."), id);
    assert.deepEqual(Object.keys(defaults).sort(), ["dark", "highContrast", "highContrastLight", "light"]);
    for (const value of Object.values(defaults)) {
      assert.match(value, /^(#[0-9a-f]{6}([0-9a-f]{2})?|editor\.foreground)$/, id);
    }
  }
});
