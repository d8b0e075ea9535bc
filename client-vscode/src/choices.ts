/** Quick picks for what can be chosen; what there is to choose from comes from the server. */
import { ThemeIcon, window, type QuickPickItem } from "vscode";
import type { Choice, Option, Options } from "./protocol";
import type { Server } from "./server";

const COMMANDS: Readonly<Record<Choice, string>> = {
  case: "promptSalience.chooseCase",
  model: "promptSalience.chooseModel",
  method: "promptSalience.chooseMethod",
  granularity: "promptSalience.chooseGranularity",
  target: "promptSalience.explainTarget",
};

interface Item extends QuickPickItem {
  readonly value: Option["value"];
  readonly chosen: boolean;
}

/** Asks which one, and has the server take it. */
export async function choose(server: Server, uri: string, choice: Choice): Promise<void> {
  const chosen = await pick(server, uri, choice);
  if (chosen) {
    await take(server, uri, choice, chosen.value);
  }
}

/** Has the server take what is chosen; a pattern that is needed for it is asked for. */
export async function take(server: Server, uri: string, choice: Choice, value: Option["value"]): Promise<void> {
  const further = choice === "granularity" && value === "pattern" ? await askForPattern() : [];
  if (further) {
    await server.execute(COMMANDS[choice], uri, value, ...further);
  }
}

async function pick(server: Server, uri: string, choice: Choice): Promise<Item | undefined> {
  const list = window.createQuickPick<Item>();
  try {
    list.busy = list.matchOnDescription = list.matchOnDetail = true;
    list.show();
    const picked = new Promise<Item | undefined>((resolve) => {
      list.onDidAccept(() => {
        resolve(list.selectedItems[0]);
      });
      list.onDidHide(() => {
        resolve(undefined);
      });
    });
    const found = await server.ask<Options>("promptSalience/options", { uri, choice });
    list.placeholder = found?.question;
    list.items = (found?.options ?? []).map(itemFor);
    list.activeItems = list.items.filter((item) => item.chosen);
    list.busy = false;
    return found && (await picked);
  } finally {
    list.dispose();
  }
}

function itemFor({ value, label, description, detail, chosen }: Option): Item {
  return { value, chosen, label, description, detail, iconPath: new ThemeIcon(chosen ? "check" : "blank") };
}

async function askForPattern(): Promise<[string] | undefined> {
  const pattern = await window.showInputBox({
    title: "Regular expression",
    prompt: "Every match of it is a unit of the prompt, and so is what stands between two matches.",
    placeHolder: "^- .*$",
  });
  return pattern ? [pattern] : undefined;
}
