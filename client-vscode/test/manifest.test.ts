/**
 * The manifest against the server and its documentation, and against itself.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

interface Setting {
  default: unknown;
  scope: string;
  markdownDescription: string;
  enum?: string[];
  markdownEnumDescriptions?: string[];
}

interface Item {
  command?: string;
  submenu?: string;
  when?: string;
}

interface Manifest {
  capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
  icon: string;
  contributes: {
    languages: { id: string; extensions?: string[]; configuration: string }[];
    grammars: { path: string }[];
    snippets: { language: string; path: string }[];
    commands: { command: string; category: string; title: string; enablement?: string }[];
    submenus: { id: string }[];
    menus: Record<string, Item[]>;
    keybindings: Item[];
    configuration: { properties: Record<string, Setting> }[];
    walkthroughs: { steps: { media: { svg: string }; completionEvents: string[] }[] }[];
  };
}

const ROOT = join(__dirname, "..", "..");
const PREFIX = "promptSalience.";
const KEYS = new Set(["isPrompt", "isResponse", "busy", "explained"].map((key) => PREFIX + key));

const manifest = JSON.parse(text("package.json")) as Manifest;
const { commands, menus, keybindings, submenus, languages, grammars, snippets, walkthroughs } = manifest.contributes;
const settings = new Map(manifest.contributes.configuration.flatMap((group) => Object.entries(group.properties)));
const commandIds = new Set(commands.map(({ command }) => command));

function text(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** The rows of the table below a heading of docs/editors.md, each a list of cells. */
function documented(heading: string): string[][] {
  const section = text("../docs/editors.md").split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("| `"));
  return rows.map((row) =>
    row
      .split("|")
      .map((cell) => cell.trim().replaceAll("`", ""))
      .slice(1, -1),
  );
}

/** The words in quotes in a stretch of the server's settings.py. */
function quoted(from: string, to: string): string[] {
  const source = text("../server/prompt_salience/language_server/settings.py");
  const stretch = source.slice(source.indexOf(from) + from.length).split(to)[0] ?? "";
  return [...stretch.matchAll(/^ {4}"([\w.]+)":|(?<=[{ ])"(\w+)"(?=[,}])/gm)].map(
    (found) => found[1] ?? found[2] ?? "",
  );
}

function sorted(names: Iterable<string>): string[] {
  return [...names].sort();
}

void test("the settings are those that the server knows, and those that it leaves to clients", () => {
  const known = quoted("KNOWN: Mapping[str, _Change] = {", "\n}");
  const others = quoted("OTHERS_SETTINGS = frozenset(", ")");
  const expected = [...known, ...others, "trace.server"].map((name) => PREFIX + name);
  assert.deepEqual(sorted(settings.keys()), sorted(expected));
});

void test("the defaults are those that the documentation names", () => {
  const rows = documented("Settings");
  assert.notEqual(rows.length, 0);
  for (const [name = "", value] of rows) {
    const found = settings.get(PREFIX + name)?.default;
    const shown = typeof found === "string" ? found || "none" : JSON.stringify(found);
    assert.equal(shown, value, name);
  }
});

void test("the commands are at least those of the server", () => {
  const rows = documented("Commands");
  assert.notEqual(rows.length, 0);
  assert.deepEqual(
    rows.map(([name = ""]) => PREFIX + name).filter((id) => !commandIds.has(id)),
    [],
  );
});

void test("every command has a title and the same category", () => {
  for (const { command, category, title } of commands) {
    assert.match(command, /^promptSalience\.[a-z]\w+$/);
    assert.equal(category, "Prompt Salience");
    assert.match(title, /^[A-Z]/);
  }
});

void test("every setting is described, and every value of a choice", () => {
  for (const [name, setting] of settings) {
    assert.ok(setting.markdownDescription, name);
    assert.ok(setting.scope, name);
    assert.equal(setting.enum?.length, setting.markdownEnumDescriptions?.length, name);
    assert.ok(!setting.enum || setting.enum.includes(String(setting.default)), name);
  }
});

void test("every entry of a menu names what there is, and says when", () => {
  const submenuIds = new Set(submenus.map(({ id }) => id));
  for (const item of [...Object.values(menus).flat(), ...keybindings]) {
    const name = item.command ?? item.submenu ?? "";
    assert.ok(commandIds.has(name) || submenuIds.has(name), name);
    assert.ok(item.when, name);
  }
});

void test("conditions name only keys that the extension sets", () => {
  const conditions = [
    ...commands.map(({ enablement }) => enablement ?? ""),
    ...Object.values(menus).flatMap((items) => items.map(({ when }) => when ?? "")),
    ...keybindings.map(({ when }) => when ?? ""),
    ...walkthroughs.flatMap(({ steps }) => steps.flatMap(({ completionEvents }) => completionEvents)),
  ];
  for (const condition of conditions) {
    for (const [key] of condition.replaceAll(/'[^']*'/g, "").matchAll(/promptSalience\.\w+/g)) {
      assert.ok(KEYS.has(key) || (condition.startsWith("onCommand:") && commandIds.has(key)), condition);
    }
  }
});

void test("what needs an explanation is possible only where there is one", () => {
  for (const name of ["chooseTarget", "contrastTarget", "checkByRemoving", "clear"]) {
    const { enablement } = commands.find(({ command }) => command === PREFIX + name) ?? {};
    assert.match(enablement ?? "", /^promptSalience\.explained && /, name);
  }
});

void test("settings that are ignored in a workspace without trust exist", () => {
  for (const name of manifest.capabilities.untrustedWorkspaces.restrictedConfigurations) {
    assert.ok(settings.has(name), name);
  }
});

void test("languages take no file endings, and have a configuration, for which VS Code activates the extension", () => {
  for (const { id, extensions, configuration } of languages) {
    assert.equal(extensions, undefined, id);
    assert.ok(configuration, id);
  }
});

void test("snippets are offered in prompts alone", () => {
  const own = new Set(languages.map(({ id }) => id));
  assert.deepEqual(
    snippets.map(({ language }) => language).filter((language) => !own.has(language)),
    [],
  );
});

void test("a prompt and its response have the same buttons in their title, one of them to run or to cancel", () => {
  const buttons = menus["editor/title"] ?? [];
  assert.deepEqual(
    buttons.map(({ command }) => command),
    ["runAndExplain", "cancel", "openExplorer"].map((name) => PREFIX + name),
  );
  const conditions = buttons.map(({ when = "" }) => when.split(" && "));
  assert.deepEqual(
    conditions.map(([state]) => state),
    ["!promptSalience.busy", "promptSalience.busy", "promptSalience.explained"],
  );
  for (const [, document] of conditions) {
    assert.equal(document, "(promptSalience.isPrompt || promptSalience.isResponse)");
  }
});

void test("every file that is named exists", () => {
  const paths = [
    manifest.icon,
    ...languages.map(({ configuration }) => configuration),
    ...[...grammars, ...snippets].map(({ path }) => path),
    ...walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.svg)),
  ];
  for (const path of paths) {
    assert.ok(existsSync(join(ROOT, path)), path);
  }
});

void test("what is written as JSON can be read", () => {
  for (const path of [...languages.map(({ configuration }) => configuration), ...snippets.map((one) => one.path)]) {
    assert.doesNotThrow(() => JSON.parse(text(path)) as unknown, path);
  }
});
