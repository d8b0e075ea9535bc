/**
 * What the reader has chosen on the page, until VS Code's data say the same.
 *
 * Decisions:
 * - A choice is shown at once if the data hold it. Data that were on their way before VS Code heard of the choice must
 *   not undo it; but VS Code need not answer a choice that changes nothing for it, so such a wish passes away.
 * - A wish for what the data do not hold waits until they do, or until VS Code says that it is idle.
 */

const PATIENCE = 2000;

export class Wish<T> {
  #wanted: { value: T; until: number } | null = null;

  constructor(
    private readonly same: (one: T, other: T) => boolean,
    private readonly now: () => number,
  ) {}

  /** The reader chooses; `isHeld` is whether the data hold it. */
  make(value: T, isHeld: boolean): void {
    this.#wanted = { value, until: isHeld ? this.now() + PATIENCE : Infinity };
  }

  /** What is to be shown of data that come with `shown`. */
  pick(shown: T, isHeld: (value: T) => boolean): T {
    const wanted = this.#wanted;
    if (!wanted || this.now() > wanted.until || this.same(wanted.value, shown)) {
      this.#wanted = null;
      return shown;
    }
    if (!isHeld(wanted.value)) {
      return shown;
    }
    wanted.until = Math.min(wanted.until, this.now() + PATIENCE);
    return wanted.value;
  }

  /** What is waited for, or null. */
  get awaited(): { value: T } | null {
    return this.#wanted?.until === Infinity ? this.#wanted : null;
  }

  drop(): void {
    this.#wanted = null;
  }
}
