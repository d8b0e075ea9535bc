/** The page as a whole: its parts, and who is told when the reader chooses something or the host says something. */

import { Controls } from "./controls";
import { Details } from "./details";
import { button, element, write } from "./elements";
import type { Host } from "./host";
import { Legend } from "./legend";
import { item, type FromPage, type PageData, type ToPage } from "./pageData";
import { textOf, unitAt, type UnitOf } from "./pieces";
import { Picture } from "./picture";
import type { Box } from "./placement";
import { PromptView } from "./promptView";
import { ResponseView } from "./responseView";
import { strongest } from "./scores";
import { StrongestList } from "./strongestList";
import { clicked, targetName, WHOLE, type Choice } from "./targets";
import { Tip, tipWords } from "./tip";
import { excerpt, spokenShare } from "./wording";

const SUMMED = "Added up from its parts, which this method allows.";
const NOT_IN_FILE =
  "This file holds the parts of the response one by one. To explain several together, open the prompt in the editor.";
const WAITING = "Being explained …";
const NO_DATA = "Run and explain a prompt to see what influenced its response.";
/** How long after VS Code has become idle its data may still be on their way, in milliseconds. */
const AFTERWARDS = 1500;

export class Explorer {
  readonly #title = element("h1");
  readonly #facts = element("p", { class: "facts" });
  readonly #hint = element("p", { class: "doubt", role: "note" });
  readonly #busy = element("p", { class: "busy", role: "status" });
  readonly #live = element("p", { class: "unseen", "aria-live": "polite" });
  readonly #empty = element("section", { class: "empty" }, element("p", {}, NO_DATA));
  readonly #page = element("div", { class: "page" });
  readonly #toolbar = element("div", { class: "toolbar" });
  readonly #tip = new Tip();
  readonly #controls = new Controls({
    granularity: (division) => {
      this.#chooseDivision(division);
    },
    method: (name) => {
      this.#chooseMethod(name);
    },
  });
  readonly #legend = new Legend((intensity) => {
    this.#intensity = intensity;
    this.#change(this.#colour);
  });
  readonly #prompt = new PromptView({
    choose: (unit) => {
      this.#lookAtUnit(unit);
      this.#uncover(unit);
    },
    point: (unit, box) => {
      this.#point(unit, box);
    },
  });
  readonly #response = new ResponseView({
    choose: (part, extend) => {
      this.#choosePart(part, extend);
    },
    clear: () => {
      this.#chooseTarget(WHOLE);
    },
  });
  readonly #strongest = new StrongestList((unit) => {
    this.#prompt.reveal(unit);
    this.#lookAtUnit(unit);
  });
  readonly #details = new Details({
    close: () => {
      this.#closeDetails();
    },
    open: (path) => {
      this.#lookAt(path);
    },
    target: (choice) => {
      this.#chooseTarget(choice);
    },
    reveal: (place) => {
      this.#reveal(place);
    },
  });
  readonly #side = element("aside", {}, this.#response.element, this.#strongest.element, this.#details.element);
  #picture: Picture | null = null;
  #intensity: number;

  constructor(
    private readonly root: HTMLElement,
    private readonly host: Host,
  ) {
    this.#intensity = host.saved().intensity ?? 0;
    this.#build();
    this.#listen();
  }

  /** Takes what the host says. */
  receive(message: ToPage): void {
    if (message.type === "busy") {
      this.#showBusy(message.text);
    } else {
      this.#show(message.data);
    }
  }

  #build(): void {
    if (this.host.live) {
      const run = button("Run and explain", { class: "primary" }, () => {
        this.host.post({ type: "run" });
      });
      this.#empty.append(run);
    }
    this.#toolbar.append(this.#controls.granularity, this.#controls.method, this.#legend.element);
    const header = element("header", {}, this.#title, this.#facts, this.#hint);
    const body = element("div", { class: "body" }, this.#prompt.element, this.#side);
    this.#page.append(header, this.#toolbar, this.#controls.about, body);
    for (const part of [this.#busy, this.#empty, this.#page]) {
      part.hidden = true;
    }
    this.root.append(this.#busy, this.#empty, this.#page, this.#tip.element, this.#live);
  }

  #listen(): void {
    addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        this.#escape();
      }
    });
    addEventListener("scrollend", () => {
      this.#save();
    });
    new ResizeObserver(() => {
      this.root.style.setProperty("--toolbar", `${this.#toolbar.offsetHeight}px`);
    }).observe(this.#toolbar);
  }

  #showBusy(text: string): void {
    const wasBusy = !this.#busy.hidden;
    write(this.#busy, text);
    if (text === "" && wasBusy) {
      setTimeout(() => {
        this.#giveUp();
      }, AFTERWARDS);
    }
  }

  #giveUp(): void {
    if (this.#busy.hidden && this.#picture?.waits) {
      this.#picture.giveUp();
      this.#change(this.#render);
    }
  }

  #show(data: PageData | null): void {
    this.#page.hidden = data === null;
    this.#empty.hidden = data !== null;
    if (!data) {
      return;
    }
    const scroll = this.#picture ? scrollY : (this.host.saved().scroll ?? 0);
    if (this.#picture) {
      this.#picture.update(data);
    } else {
      this.#picture = new Picture(data, this.host.live, this.host.saved(), () => performance.now());
    }
    this.#render(this.#picture);
    scrollTo({ top: scroll, behavior: "instant" });
    this.#save();
  }

  /** Shows a change, and keeps it for a reload. */
  #change(show: (picture: Picture) => void): void {
    if (this.#picture) {
      show.call(this, this.#picture);
      this.#save();
    }
  }

  #save(): void {
    if (this.#picture) {
      this.host.save({ ...this.#picture.saved(), intensity: this.#intensity, scroll: scrollY });
    }
  }

  #render(picture: Picture): void {
    const { data } = picture;
    this.#renderHeader(data);
    this.#controls.showGranularities(data.divisions, picture.division);
    this.#controls.showMethods(data.allMethods, picture.method, picture.awaitedMethod);
    this.#prompt.show(data, picture.shownDivision);
    this.#response.show(data);
    this.#response.mark(data, picture.choice.span, this.#note(picture));
    this.#colour(picture);
    this.#renderUnit(picture);
    this.#announce(picture);
  }

  #renderHeader(data: PageData): void {
    document.title = `${data.title}: what influenced the response`;
    write(this.#title, data.title);
    write(this.#facts, [data.case && `Case ${data.case}`, data.model].filter(Boolean).join(" · "));
    write(this.#hint, data.hint && `Doubtful: ${data.hint}`);
  }

  /** What is to be said of the target's scores. */
  #note({ found }: Picture): string {
    if (found) {
      return found.summed ? SUMMED : "";
    }
    return this.host.live ? WAITING : NOT_IN_FILE;
  }

  #colour(picture: Picture): void {
    const scores = picture.scores(picture.division);
    const { signed } = picture.method;
    this.#prompt.paint({ scores, signed, intensity: this.#intensity, waiting: picture.waits });
    this.#legend.show(scores, signed, this.#intensity);
  }

  /** Shows what is looked at: in the text, in the list and in the details. */
  #renderUnit(picture: Picture): void {
    const { data, division, chosenUnit } = picture;
    this.#prompt.mark(chosenUnit, picture.chosenPiece);
    this.#strongest.show({
      data,
      division,
      scores: picture.scores(division),
      signed: picture.method.signed,
      chosen: chosenUnit,
    });
    this.#renderDetails(picture);
  }

  #renderDetails(picture: Picture): void {
    const { data, path } = picture;
    const last = path.at(-1);
    const scores = data.divisions.map((_, division) => picture.scores(division)).filter((one) => one !== null);
    if (!last || scores.length < data.divisions.length) {
      this.#details.hide();
      return;
    }
    const parts = picture.partScores(last.division);
    this.#details.show({ data, path, scores, parts, signed: picture.method.signed });
  }

  #announce(picture: Picture): void {
    const { data, division, found } = picture;
    const unit = found && strongest(found.scores, 1)[0];
    const target = `Target: ${targetName(data, picture.choice.span)}.`;
    if (!found || unit == null) {
      write(this.#live, `${target} ${this.#note(picture)}`);
      return;
    }
    const share = spokenShare(item(found.scores.influence, unit), picture.method.signed);
    write(this.#live, `${target} Strongest: ${excerpt(textOf(data, { division, unit }))}, ${share}.`);
  }

  #announceUnit(picture: Picture): void {
    const { data, path, method } = picture;
    const last = path.at(-1);
    const found = last && picture.scores(last.division);
    if (last && found) {
      const { heading } = tipWords(data, last, found, method.signed);
      write(this.#live, `Details: ${excerpt(textOf(data, last))}. ${heading}.`);
    }
  }

  #point(unit: number | null, box: Box): void {
    const scores = this.#picture?.scores(this.#picture.division);
    if (!this.#picture || !scores || unit === null) {
      this.#tip.hide();
      return;
    }
    const { data, division, method } = this.#picture;
    this.#tip.show(tipWords(data, { division, unit }, scores, method.signed), box);
  }

  #chooseDivision(division: number): void {
    if (this.#picture) {
      const { granularity } = item(this.#picture.data.divisions, division);
      this.#tell({ type: "granularity", name: granularity }, (picture) => {
        picture.chooseDivision(division);
      });
    }
  }

  #chooseMethod(name: string): void {
    this.#tell({ type: "method", name }, (picture) => {
      picture.chooseMethod(name);
    });
  }

  #choosePart(part: number, extend: boolean): void {
    if (this.#picture) {
      this.#chooseTarget(clicked(this.#picture.data, this.#picture.choice, part, extend));
    }
  }

  #chooseTarget(choice: Choice): void {
    if (choice.span || this.#picture?.choice.span) {
      this.#tell({ type: "target", span: choice.span }, (picture) => {
        picture.chooseTarget(choice);
      });
    }
  }

  /** Chooses here, tells the host, and shows the outcome. */
  #tell(message: FromPage, choose: (picture: Picture) => void): void {
    this.host.post(message);
    this.#change((picture) => {
      choose(picture);
      this.#render(picture);
    });
  }

  #lookAtUnit(unit: number): void {
    if (this.#picture) {
      this.#lookAt([{ division: this.#picture.division, unit }]);
    }
  }

  #lookAt(path: readonly UnitOf[]): void {
    this.#tip.hide();
    this.#change((picture) => {
      picture.path = path;
      this.#renderUnit(picture);
      this.#announceUnit(picture);
    });
  }

  /** Scrolls until the details are in view, as far as they fit, or in a narrow window until they cover no chosen unit. */
  #uncover(unit: number): void {
    const [side, details] = [this.#side, this.#details.element].map((one) => one.getBoundingClientRect());
    if (!side || !details) {
      return;
    }
    const hidden = details.bottom - Math.min(side.bottom, innerHeight);
    this.#side.scrollBy(0, Math.max(0, Math.min(hidden, details.top - side.top)));
    this.#prompt.keepClearOf(unit, details);
  }

  #closeDetails(): void {
    const unit = this.#picture?.chosenUnit ?? null;
    const hadFocus = this.#details.element.contains(document.activeElement);
    this.#lookAt([]);
    if (hadFocus && unit !== null) {
      this.#prompt.focus(unit);
    }
  }

  #escape(): void {
    this.#tip.hide();
    const isInResponse = this.#response.element.contains(document.activeElement);
    if (this.#picture && this.#picture.path.length > 0 && !isInResponse) {
      this.#closeDetails();
    } else {
      this.#chooseTarget(WHOLE);
    }
  }

  #reveal(place: UnitOf): void {
    const source = this.#picture && unitAt(this.#picture.data, place).source;
    if (source) {
      const [document, line, character, endLine, endCharacter] = source;
      this.host.post({ type: "reveal", document, source: [line, character, endLine, endCharacter] });
    }
  }
}
