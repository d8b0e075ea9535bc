/**
 * What an editor has drawn, read from the page in one go: VS Code draws anew at any time, so reading twice would race.
 *
 * This function runs in the browser and uses nothing from outside itself.
 */

/** Consecutive characters that look alike. */
export interface DrawnPiece {
  text: string;
  colour: string;
  /** The colours of the decorations behind it, the lowest first. */
  layers: string[];
  /** How it is underlined, by the text itself or by a box around it; empty if it is not. */
  underline: string;
}

/** One line as it is drawn; a line of the document that is wrapped has several. */
export interface DrawnLine {
  pieces: DrawnPiece[];
  /** What stands at its end or between its characters that is no part of the document. */
  hints: string[];
}

export interface Drawing {
  ground: string;
  lines: DrawnLine[];
}

export function drawing(editor: Element): Drawing {
  const spaces = (text: string) => text.replaceAll("\u00a0", " ").replaceAll("\u200b", "");
  const clear = "rgba(0, 0, 0, 0)";
  const boxes = [...editor.querySelectorAll(".view-overlays .cdr[class*='ced-']")].map((element) => ({
    at: element.getBoundingClientRect(),
    style: getComputedStyle(element),
  }));
  const ground = getComputedStyle(editor.querySelector(".monaco-editor-background") ?? editor).backgroundColor;

  const underlineOf = (style: CSSStyleDeclaration, behind: CSSStyleDeclaration[]) => {
    const own = style.textDecorationLine.includes("underline") ? [style.textDecorationStyle] : [];
    const boxed = behind.filter((box) => parseFloat(box.borderBottomWidth) > 0 && box.borderBottomStyle !== "none");
    return [...own, ...boxed.map((box) => box.borderBottomStyle)].join(" ");
  };
  const look = (node: Text, index: number) => {
    const range = document.createRange();
    range.setStart(node, index);
    range.setEnd(node, index + 1);
    const { left, right, top, bottom } = range.getBoundingClientRect();
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    const behind = boxes.filter(({ at }) => at.left <= x && x < at.right && at.top <= y && y < at.bottom);
    const styles = behind.map((box) => box.style);
    const element = node.parentElement;
    const style = getComputedStyle(element ?? editor);
    const layers = [...styles.map((box) => box.backgroundColor), style.backgroundColor].filter((one) => one !== clear);
    return { colour: style.color, layers, underline: underlineOf(style, styles) };
  };

  const lines = [...editor.querySelectorAll(".view-lines .view-line")]
    .sort((one, other) => one.getBoundingClientRect().top - other.getBoundingClientRect().top)
    .map((line) => {
      const pieces: DrawnPiece[] = [];
      const hints: string[] = [];
      const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode() as Text | null; node; node = walker.nextNode() as Text | null) {
        if (node.parentElement?.className.includes("dyn-rule")) {
          hints.push(spaces(node.data).trim());
          continue;
        }
        for (let index = 0; index < node.data.length; index++) {
          const text = spaces(node.data.charAt(index));
          const next = { text, ...look(node, index) };
          const last = pieces.at(-1);
          if (last && JSON.stringify({ ...last, text }) === JSON.stringify(next)) {
            last.text += text;
          } else {
            pieces.push(next);
          }
        }
      }
      return { pieces, hints: hints.filter((hint) => hint) };
    });
  return { ground, lines };
}

/** Where the first drawn occurrence of a text is, in the coordinates of the page. Runs in the browser. */
export function rectangle(
  editor: Element,
  text: string,
): { x: number; y: number; width: number; height: number } | null {
  for (const line of editor.querySelectorAll(".view-lines .view-line")) {
    const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    const nodes: { node: Text; from: number }[] = [];
    let all = "";
    for (let node = walker.nextNode() as Text | null; node; node = walker.nextNode() as Text | null) {
      if (!node.parentElement?.className.includes("dyn-rule")) {
        nodes.push({ node, from: all.length });
        all += node.data.replaceAll("\u00a0", " ");
      }
    }
    const start = all.indexOf(text);
    if (start >= 0) {
      const range = document.createRange();
      const first = nodes.findLast(({ from }) => from <= start);
      const last = nodes.findLast(({ from }) => from < start + text.length);
      if (first && last) {
        range.setStart(first.node, start - first.from);
        range.setEnd(last.node, start + text.length - last.from);
        const { x, y, width, height } = range.getBoundingClientRect();
        return { x, y, width, height };
      }
    }
  }
  return null;
}
