/** Offsets in the two units that texts are counted in: JavaScript counts UTF-16 code units, the server code points. */

/** The same place as a number of code points; in the middle of a pair, the place before it. */
export function inCodePoints(text: string, offset: number): number {
  let units = 0;
  let points = 0;
  for (const character of text) {
    units += character.length;
    if (units > offset) {
      break;
    }
    points += 1;
  }
  return points;
}
