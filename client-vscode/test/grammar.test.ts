/**
 * The grammars, on texts with markers.
 *
 * Decisions:
 * - A line of carets below a line names scopes that every character above the carets has; a scope after "!" is one
 *   that none of them has. A scope is named by its beginning: "keyword.control" is also "keyword.control.jinja".
 * - YAML is VS Code's own; here a stand-in that knows keys, and blocks that would run on.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createOnigScanner, createOnigString, loadWASM } from "vscode-oniguruma";
import { INITIAL, parseRawGrammar, Registry, type IGrammar, type IRawGrammar } from "vscode-textmate";

interface Marker {
  line: number;
  start: number;
  end: number;
  scopes: string[];
}

interface Fixture {
  name: string;
  lines: string[];
  markers: Marker[];
}

const ROOT = join(__dirname, "..", "..");
const MARKER = /^\s*(\^+)\s+(\S.*)$/;

const YAML = {
  scopeName: "source.yaml",
  patterns: [
    { match: "^\\s*[\\w-]+(?=:)", name: "entity.name.tag.yaml" },
    { begin: "[|>]-?$", end: "^(?=\\S)", name: "string.unquoted.block.yaml" },
    { begin: '"', end: '"', name: "string.quoted.double.yaml" },
  ],
};

const registry = new Registry({
  onigLib: loadWASM(readFileSync(join(ROOT, "node_modules/vscode-oniguruma/release/onig.wasm"))).then(() => ({
    createOnigScanner,
    createOnigString,
  })),
  loadGrammar: (scope) => Promise.resolve(rawGrammar(scope)),
});

function rawGrammar(scope: string): IRawGrammar {
  if (scope === "source.yaml") {
    return parseRawGrammar(JSON.stringify(YAML), "yaml.json");
  }
  const path = join(ROOT, "syntaxes", `prompt-${scope.split(".").at(-1) ?? ""}.tmLanguage.json`);
  return parseRawGrammar(readFileSync(path, "utf8"), path);
}

async function grammar(kind: string): Promise<IGrammar> {
  const found = await registry.loadGrammar(`source.prompt-salience.${kind}`);
  assert.ok(found, kind);
  return found;
}

/** The fixtures of a file: each begins with a line of "=== " and its name. */
function fixtures(text: string): Fixture[] {
  return text
    .split(/^=== /m)
    .slice(1)
    .map((part) => fixture(part.trimEnd().split("\n")));
}

function fixture([name = "", ...rest]: string[]): Fixture {
  const lines: string[] = [];
  const markers: Marker[] = [];
  for (const line of rest) {
    const found = MARKER.exec(line);
    if (found?.[1] && found[2]) {
      const start = line.indexOf("^");
      markers.push({ line: lines.length - 1, start, end: start + found[1].length, scopes: found[2].split(/\s+/) });
    } else {
      lines.push(line);
    }
  }
  return { name, lines, markers };
}

/** For each line and character, its scopes. */
function scopes(of: IGrammar, lines: string[]): string[][][] {
  let state = INITIAL;
  return lines.map((line) => {
    const { tokens, ruleStack } = of.tokenizeLine(line, state);
    state = ruleStack;
    return tokens.flatMap((token) => Array<string[]>(token.endIndex - token.startIndex).fill(token.scopes));
  });
}

function has(found: string[], scope: string): boolean {
  return found.some((one) => one === scope || one.startsWith(`${scope}.`));
}

function check(marker: Marker, line: string, found: string[][]): void {
  for (let column = marker.start; column < marker.end; column++) {
    const here = found[column] ?? [];
    for (const scope of marker.scopes) {
      const isThere = scope.startsWith("!") ? !has(here, scope.slice(1)) : has(here, scope);
      assert.ok(isThere, `${line}\n${" ".repeat(column)}^ ${scope}, but: ${here.join(" ")}`);
    }
  }
}

for (const kind of ["jinja", "prompty", "text", "response"]) {
  const path = join(ROOT, "test", "grammar", `${kind}.txt`);
  for (const { name, lines, markers } of fixtures(readFileSync(path, "utf8"))) {
    void test(`${kind}: ${name}`, async () => {
      const found = scopes(await grammar(kind), lines);
      assert.notEqual(markers.length, 0);
      markers.forEach((marker) => {
        check(marker, lines[marker.line] ?? "", found[marker.line] ?? []);
      });
    });
  }
}
