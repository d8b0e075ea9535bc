/**
 * From influence to a see-through tint.
 *
 * Decisions:
 * - The tint is continuous; levels, cut where the editor cuts them, are for borders where colours are not to be had.
 * - Intensity bends the scale between its ends: what has no influence stays untinted, and the strongest unit keeps its
 *   tint, so that the order of the units never changes.
 */

export const MOST_INTENSE = 3;
const MOST_OPAQUE = 0.8;
const THRESHOLDS = [0.05, 0.2, 0.4, 0.6, 0.8];

export interface Tint {
  opacity: number;
  /** From 0, no influence to speak of, to 5. */
  level: number;
  against: boolean;
}

/** The tint of a unit. `intensity` is from -3 (only the strongest stand out) over 0 (even) to 3 (weak ones do, too). */
export function tint(influence: number, reference: number, intensity: number): Tint {
  const shown = shaped(strength(influence, reference), intensity);
  return { opacity: MOST_OPAQUE * shown, level: level(shown), against: influence < 0 };
}

/** How strong an influence is, from 0 to 1. */
export function strength(influence: number, reference: number): number {
  return reference > 0 ? Math.min(1, Math.abs(influence) / reference) : 0;
}

function shaped(value: number, intensity: number): number {
  return intensity === 0 ? value : 1 - (1 - value) ** (2 ** intensity);
}

function level(value: number): number {
  return THRESHOLDS.filter((threshold) => value >= threshold).length;
}
