/**
 * Influence as it is drawn: backgrounds or underlines, and marks beside the scroll bar.
 *
 * Decisions:
 * - There is one decoration type for each look, made when it is first needed. VS Code moves what is drawn along with
 *   edits; the server says anew where everything is when it has read them.
 * - What was said of another version of a document than the present one is not drawn: its places would be wrong.
 * - All colours are names that themes and users can give other values.
 */
import {
  DecorationRangeBehavior,
  Disposable,
  OverviewRulerLane,
  Range,
  ThemeColor,
  window,
  workspace,
  type DecorationRenderOptions,
  type TextEditor,
  type TextEditorDecorationType,
} from "vscode";
import type { TintsMessage } from "./protocol";
import { bucketName, piecesByBucket, type Bucket, type Legend, type Level } from "./tokens";

const FIRST_LEVEL_IN_RULER = 3;
const FIRST_STRONG_LEVEL = 4;
/** From this level on, the colours of the syntax would be hard to read. */
const FIRST_LEVEL_WITH_OWN_TEXT = 2;
const UNDERLINE_WIDTHS: Readonly<Record<Level, number>> = { 1: 1, 2: 1, 3: 2, 4: 3, 5: 4 };
const TARGET = "target";

/** Ranges that look the same. */
interface Layer {
  readonly look: Bucket | typeof TARGET;
  readonly ranges: readonly Range[];
}

/** What is to be drawn in one version of a document. */
interface Drawing {
  readonly version: number;
  readonly layers: readonly Layer[];
}

export class Tints implements Disposable {
  private readonly drawings = new Map<string, Drawing>();
  private readonly types = new Map<string, TextEditorDecorationType>();
  private drawn = new WeakMap<TextEditor, Drawing>();
  private readonly subscription: Disposable;

  constructor() {
    this.subscription = Disposable.from(
      window.onDidChangeVisibleTextEditors(() => {
        this.draw();
      }),
      workspace.onDidCloseTextDocument((document) => {
        this.drawings.delete(document.uri.toString());
      }),
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("promptSalience.tint")) {
          this.drawAnew();
        }
      }),
    );
  }

  dispose(): void {
    this.subscription.dispose();
    this.disposeTypes();
  }

  take(message: TintsMessage, legend: Legend): void {
    const buckets = piecesByBucket(message.data, legend).map(({ bucket, pieces }) => ({
      look: bucket,
      ranges: pieces.map(({ line, start, end }) => new Range(line, start, line, end)),
    }));
    this.drawings.set(message.uri, { version: message.version, layers: [...buckets, ...targetLayers(message.target)] });
    this.draw();
  }

  /** Nothing is known any more. */
  clear(): void {
    this.drawings.clear();
    this.disposeTypes();
  }

  private draw(): void {
    for (const editor of window.visibleTextEditors) {
      const drawing = this.drawings.get(editor.document.uri.toString());
      if (drawing?.version === editor.document.version && this.drawn.get(editor) !== drawing) {
        this.put(editor, drawing);
      }
    }
  }

  private put(editor: TextEditor, drawing: Drawing): void {
    const layers = new Map(drawing.layers.map(({ look, ranges }) => [this.typeFor(look), ranges]));
    for (const type of this.types.values()) {
      editor.setDecorations(type, layers.get(type) ?? []);
    }
    this.drawn.set(editor, drawing);
  }

  private drawAnew(): void {
    this.disposeTypes();
    this.draw();
  }

  private typeFor(look: Layer["look"]): TextEditorDecorationType {
    const name = look === TARGET ? TARGET : bucketName(look);
    const type = this.types.get(name) ?? window.createTextEditorDecorationType(optionsFor(look));
    this.types.set(name, type);
    return type;
  }

  /** Takes away everything that is drawn, too. */
  private disposeTypes(): void {
    for (const type of this.types.values()) {
      type.dispose();
    }
    this.types.clear();
    this.drawn = new WeakMap();
  }
}

function targetLayers(target: TintsMessage["target"]): Layer[] {
  if (!target) {
    return [];
  }
  const { start, end } = target;
  return [{ look: TARGET, ranges: [new Range(start.line, start.character, end.line, end.character)] }];
}

function optionsFor(look: Layer["look"]): DecorationRenderOptions {
  const underlined = workspace.getConfiguration("promptSalience").get("tint") === "underline";
  const options = look === TARGET ? targetOptions() : underlined ? underline(look) : background(look);
  return { ...options, rangeBehavior: DecorationRangeBehavior.ClosedClosed };
}

function targetOptions(): DecorationRenderOptions {
  return {
    backgroundColor: new ThemeColor("promptSalience.targetBackground"),
    border: "1px solid",
    borderColor: new ThemeColor("promptSalience.targetBorder"),
  };
}

function background(bucket: Bucket): DecorationRenderOptions {
  return {
    ...rulerMark(bucket),
    backgroundColor: colour(bucket, `${bucket.level}Background`),
    ...(bucket.level < FIRST_LEVEL_WITH_OWN_TEXT ? {} : { color: colour(bucket, `${bucket.level}Foreground`) }),
    ...(bucket.stale ? bottomLine("dotted", 2, new ThemeColor("promptSalience.staleBorder")) : {}),
  };
}

function underline(bucket: Bucket): DecorationRenderOptions {
  const style = bucket.stale ? "dotted" : "solid";
  return { ...rulerMark(bucket), ...bottomLine(style, UNDERLINE_WIDTHS[bucket.level], colour(bucket, "Ruler")) };
}

function bottomLine(style: string, width: number, borderColor: ThemeColor): DecorationRenderOptions {
  return { borderWidth: `0 0 ${width}px 0`, borderStyle: style, borderColor };
}

function rulerMark(bucket: Bucket): DecorationRenderOptions {
  if (bucket.level < FIRST_LEVEL_IN_RULER) {
    return {};
  }
  const part = bucket.level < FIRST_STRONG_LEVEL ? `${bucket.level}Background` : "Ruler";
  return { overviewRulerColor: colour(bucket, part), overviewRulerLane: OverviewRulerLane.Center };
}

/** A colour of the extension: "promptSalience.influence3Background", "promptSalience.opposingRuler". */
function colour({ kind }: Bucket, part: string): ThemeColor {
  return new ThemeColor(`promptSalience.${kind === "salience" ? "influence" : kind}${part}`);
}
