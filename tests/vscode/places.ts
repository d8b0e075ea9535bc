/** Where things lie: in the repository, and in the programs that the tests start. */
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";

export const repository = resolve(import.meta.dirname, "../..");
export const samples = join(repository, "samples");
export const dist = join(repository, "dist");
export const vsix = process.env["PROMPT_SALIENCE_VSIX"] ?? join(dist, "prompt-salience.vsix");
export const promptSalience = join(repository, ".venv/bin/prompt-salience");

/** What the engine compiles is kept from run to run. */
export const engineCache = join(repository, ".cache/tests");
/** What pip downloads is kept, too. */
export const pipCache = join(repository, ".cache/pip");
/** Extensions that were installed for the tests. */
export const extensions = join(repository, ".cache/vscode/extensions");
export const screenshots = join(import.meta.dirname, "artefacts/screenshots");
export const pictures = join(repository, "client-vscode/images");

const product = join(repository, ".cache/vscode/product/node_modules");
export const codeServer = join(product, "code-server/out/node/entry.js");

/** The Node.js that came with the product. */
export function node(): string {
  const name = readdirSync(product).find((one) => /^node-(bin-)?(linux|darwin)-/.test(one));
  if (!name) {
    throw new Error("There is no Node.js for VS Code on this platform: see product/package.json.");
  }
  return join(product, name, "bin/node");
}

const browsers = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const macBrowsers = ["Chromium.app/Contents/MacOS/Chromium", "Google Chrome.app/Contents/MacOS/Google Chrome"];

/** A Chromium of this machine. */
export function chromium(): string {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const candidates = [
    ...folders.flatMap((folder) => browsers.map((name) => join(folder, name))),
    ...macBrowsers.map((name) => join("/Applications", name)),
  ];
  const found = candidates.find((path) => existsSync(path));
  if (!found) {
    throw new Error("No Chromium was found. On Debian: apt-get install chromium");
  }
  return found;
}
