/**
 * What is shown: data, and what the reader has chosen of them.
 *
 * Decisions:
 * - What the data hold is shown at once. For a target that they do not hold, the scores of the target before stand in
 *   while VS Code works; in a file, nobody does.
 * - In a file, a span of several parts is added up where the method is linear in the target; VS Code is always asked.
 * - New data keep what the reader looks at, and what was chosen so shortly before that they cannot know it.
 */

import { item, type Division, type Method, type PageData, type Scores, type Span } from "./pageData";
import { foundPath, remembered, unitAt, type Remembered, type UnitOf } from "./pieces";
import { held, heldOrSummed, type Found } from "./scores";
import { sameSpan, spanOf, WHOLE, type Choice } from "./targets";
import { Wish } from "./wish";

/** What survives when VS Code reloads the page. `told` is what VS Code had chosen when the reader chose here. */
export interface Saved {
  intensity?: number;
  granularity?: string;
  method?: string;
  told?: { granularity: string; method: string };
  path?: Remembered[];
  scroll?: number;
}

export class Picture {
  data: PageData;
  /** The units in the details, from the one in the text down to the one shown. */
  path: readonly UnitOf[] = [];
  #method = 0;
  #division = 0;
  #choice: Choice = WHOLE;
  /** The last target whose scores were known. */
  #settled: Span | null = null;
  readonly #methodWish: Wish<string>;
  readonly #granularityWish: Wish<string>;
  readonly #targetWish: Wish<Span | null>;

  constructor(
    data: PageData,
    private readonly live: boolean,
    saved: Saved,
    now: () => number,
  ) {
    const sameText = (one: string, other: string): boolean => one === other;
    this.#methodWish = new Wish(sameText, now);
    this.#granularityWish = new Wish(sameText, now);
    this.#targetWish = new Wish(sameSpan, now);
    this.data = data;
    this.#restore(data, saved);
    this.#adopt(data);
    this.path = foundPath(data, saved.path ?? []);
  }

  /** Takes newer data of the same prompt. */
  update(data: PageData): void {
    const path = this.path.map((one) => remembered(this.data, one));
    if (this.data.response !== data.response) {
      this.#targetWish.drop();
    }
    this.data = data;
    this.#adopt(data);
    this.path = foundPath(data, path);
  }

  get method(): Method {
    return item(this.data.methods, this.#method);
  }

  get division(): number {
    return this.#division;
  }

  get shownDivision(): Division {
    return item(this.data.divisions, this.#division);
  }

  get choice(): Choice {
    return this.#choice;
  }

  /** The method that is waited for, or null. */
  get awaitedMethod(): string | null {
    return this.#methodWish.awaited?.value ?? null;
  }

  get waits(): boolean {
    return this.#methodWish.awaited !== null || this.#targetWish.awaited !== null;
  }

  /** The unit of the text that is looked at, or null. */
  get chosenUnit(): number | null {
    const first = this.path[0];
    return first?.division === this.#division ? first.unit : null;
  }

  /** The piece that is looked at, if it is not a unit of the text. */
  get chosenPiece(): Span | null {
    const last = this.path.at(-1);
    if (!last || (last.division === this.#division && last.unit === this.chosenUnit)) {
      return null;
    }
    const { start, end } = unitAt(this.data, last);
    return [start, end];
  }

  /** The scores of the target, if they are known. */
  get found(): Found | null {
    return this.#find(this.#division, this.#choice.span);
  }

  /** The scores to show of a division: those of the target or, while VS Code works on them, those of the one before. */
  scores(division: number): Scores | null {
    const found = this.#find(division, this.#choice.span) ?? (this.live ? this.#find(division, this.#settled) : null);
    return found?.scores ?? null;
  }

  /** The scores of each part of the response that the data hold. */
  partScores(division: number): { part: number; scores: Scores; chosen: boolean }[] {
    return this.data.parts.flatMap((target, part) => {
      const scores = this.data.scores[this.#method]?.[division]?.[target];
      return scores ? [{ part, scores, chosen: sameSpan(spanOf(this.data, target), this.#choice.span) }] : [];
    });
  }

  chooseDivision(division: number): void {
    this.#division = division;
    this.#granularityWish.make(this.shownDivision.granularity, true);
  }

  chooseMethod(name: string): void {
    const method = methodOf(this.data, name);
    this.#methodWish.make(name, method >= 0);
    this.#method = method >= 0 ? method : this.#method;
  }

  chooseTarget(choice: Choice): void {
    this.#choice = choice;
    const isHeld = this.found !== null;
    this.#targetWish.make(choice.span, isHeld || !this.live);
    this.#settled = isHeld ? choice.span : this.#settled;
  }

  /** VS Code has been idle for a while: what is still waited for will not come. */
  giveUp(): void {
    if (this.#targetWish.awaited) {
      this.#choice = { span: this.#settled, anchor: null };
      this.#targetWish.drop();
    }
    if (this.#methodWish.awaited) {
      this.#methodWish.drop();
    }
  }

  /** What is to survive a reload. */
  saved(): Saved {
    const { data } = this;
    return {
      granularity: this.shownDivision.granularity,
      method: this.method.name,
      told: told(data),
      path: this.path.map((one) => remembered(data, one)),
    };
  }

  /** What the reader had chosen before a reload holds, unless VS Code was told otherwise since. */
  #restore(data: PageData, saved: Saved): void {
    const { granularity, method } = told(data);
    if (saved.granularity !== undefined && saved.told?.granularity === granularity) {
      this.#granularityWish.make(saved.granularity, true);
    }
    if (saved.method !== undefined && saved.told?.method === method) {
      this.#methodWish.make(saved.method, true);
    }
  }

  #adopt(data: PageData): void {
    const { granularity, method } = told(data);
    this.#method = methodOf(
      data,
      this.#methodWish.pick(method, (name) => methodOf(data, name) >= 0),
    );
    this.#division = divisionOf(
      data,
      this.#granularityWish.pick(granularity, (name) => divisionOf(data, name) >= 0),
    );
    this.#adoptTarget(data);
  }

  #adoptTarget(data: PageData): void {
    const isHeld = (span: Span | null): boolean => this.#find(this.#division, span) !== null;
    this.#settled = this.#targetWish.pick(spanOf(data, data.shown.target), isHeld);
    if (!this.#targetWish.awaited && !sameSpan(this.#settled, this.#choice.span)) {
      this.#choice = { span: this.#settled, anchor: null };
    }
  }

  #find(division: number, span: Span | null): Found | null {
    return (this.live ? held : heldOrSummed)(this.data, this.#method, division, span);
  }
}

/** What VS Code has chosen. */
function told({ divisions, methods, shown }: PageData): { granularity: string; method: string } {
  return { granularity: item(divisions, shown.division).granularity, method: item(methods, shown.method).name };
}

function methodOf(data: PageData, name: string): number {
  return data.methods.findIndex((method) => method.name === name);
}

function divisionOf(data: PageData, granularity: string): number {
  return data.divisions.findIndex((division) => division.granularity === granularity);
}
