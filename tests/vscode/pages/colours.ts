/** Colours as a person sees them: laid over one another, and how well text can be read on them. */

export interface Colour {
  red: number;
  green: number;
  blue: number;
  alpha: number;
}

/** The least contrast of text that people with weak sight can read, by WCAG 2.2. */
export const legible = 4.5;

/** Reads what a browser computes, such as `rgba(143, 97, 190, 0.27)` or `color(srgb 0.5 0.3 0.7 / 0.2)`. */
export function parsed(css: string): Colour {
  const numbers = [...css.matchAll(/-?[\d.]+(e-?\d+)?/g)].map(([number]) => Number(number));
  const [red = 0, green = 0, blue = 0, alpha = 1] = numbers;
  const scale = css.startsWith("color(") ? 255 : 1;
  return { red: red * scale, green: green * scale, blue: blue * scale, alpha };
}

/** One colour seen through others that lie over it, the lowest first. */
export function laidOver(ground: Colour, layers: readonly Colour[]): Colour {
  return layers.reduce((below, layer) => {
    const mixed = (over: number, under: number) => over * layer.alpha + under * (1 - layer.alpha);
    return {
      red: mixed(layer.red, below.red),
      green: mixed(layer.green, below.green),
      blue: mixed(layer.blue, below.blue),
      alpha: 1,
    };
  }, ground);
}

/** How far two colours are from one another, from 0 to 1. */
export function distance(one: Colour, other: Colour): number {
  return Math.hypot(one.red - other.red, one.green - other.green, one.blue - other.blue) / Math.hypot(255, 255, 255);
}

/** The contrast ratio of two colours, from 1 to 21, as WCAG 2.2 defines it. */
export function contrast(one: Colour, other: Colour): number {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance({ red, green, blue }: Colour): number {
  const linear = (channel: number) => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(red / 255) + 0.7152 * linear(green / 255) + 0.0722 * linear(blue / 255);
}
