/** Where a small panel goes beside what it is about, so that the window's edges never clip it. */

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

const GAP = 6;

/** The panel's corner: above what it is about, else below it, and pushed into the window. */
export function placement(
  about: Box,
  panel: { width: number; height: number },
  view: typeof panel,
): {
  left: number;
  top: number;
} {
  const above = about.top - panel.height - GAP;
  const below = about.top + about.height + GAP;
  return {
    left: within(about.left, view.width - panel.width - GAP),
    top: above >= GAP ? above : within(below, view.height - panel.height - GAP),
  };
}

function within(wanted: number, most: number): number {
  return Math.max(GAP, Math.min(wanted, most));
}
