/**
 * Installs the VS Code that the tests drive, and the Node.js that it needs, into .cache/vscode, from the npm registry alone.
 *
 * Decisions:
 * - Everything is locked: product/package-lock.json here, and the shrinkwraps inside the product for its two inner packages.
 * - No install script runs: the product's own wants Kerberos headers. The one native module that the tests want, which
 *   writes the logs of output channels, is built where there is a compiler, and left out with a word where there is none.
 * - What no test needs is removed; it is half of the size.
 * - A stamp of all that goes in says whether something is left to do.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const folder = resolve(here, "../../.cache/vscode/product");
const stamp = join(folder, "stamp");
const vscode = join(folder, "node_modules/code-server/lib/vscode");
/** Without the flag, npm misses a peer in the shrinkwrap that nothing needs. */
const inner = ["ci", "--ignore-scripts", "--omit=dev", "--legacy-peer-deps"];
const needless = [
  "node_modules/@github",
  "node_modules/@microsoft/mxc-sdk",
  "node_modules/@vscode/windows-process-tree",
  "extensions/copilot",
  "extensions/mermaid-markdown-features",
  "extensions/node_modules/typescript",
];

const wanted = fingerprint();
if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== wanted) {
  try {
    install();
  } catch (error) {
    say(`VS Code for the tests could not be installed:\n${error.stderr ?? error}`);
    process.exitCode = 1;
  }
}

function fingerprint() {
  const hash = createHash("sha256");
  for (const name of ["install-vscode.mjs", "product/package-lock.json"]) {
    hash.update(readFileSync(join(here, name)));
  }
  return `${process.platform}-${process.arch} ${hash.digest("hex")}\n`;
}

function install() {
  say("Installing VS Code for the tests into .cache/vscode (about 500 MB, a minute, once) ...");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(join(here, "product"), folder, { recursive: true });
  npm(folder, "ci", "--ignore-scripts");
  say("... its inner packages");
  npm(vscode, ...inner);
  npm(join(vscode, "extensions"), ...inner);
  say("... its writer of logs");
  buildLogs();
  needless.forEach((name) => rmSync(join(vscode, name), { recursive: true, force: true }));
  writeFileSync(stamp, wanted);
  say("... done");
}

function buildLogs() {
  try {
    npm(vscode, "rebuild", "@vscode/spdlog");
  } catch {
    say(
      "    could not be built (it needs a C++ compiler, make and Python): failures will come without VS Code's logs.",
    );
  }
}

function npm(where, ...words) {
  const node = nodeFolder();
  const env = { ...process.env };
  if (node) {
    env.PATH = `${join(node, "bin")}:${env.PATH}`;
    env.npm_config_nodedir = node;
  }
  execFileSync("npm", [...words, "--no-audit", "--no-fund", "--loglevel=error"], { cwd: where, env, stdio: "pipe" });
}

/** Where the Node.js that came with the product lies; nothing before it has come. */
function nodeFolder() {
  const modules = join(folder, "node_modules");
  const name = existsSync(modules) && readdirSync(modules).find((one) => /^node-(bin-)?(linux|darwin)-/.test(one));
  return name ? join(modules, name) : undefined;
}

function say(words) {
  process.stderr.write(`${words}\n`);
}
