// Bundles the extension, the explorer's page, and with --tests the unit tests.
import { build } from "esbuild";
import { copyFileSync, readdirSync, readFileSync, renameSync } from "node:fs";

const tests = process.argv.includes("--tests");
const shared = { bundle: true, logLevel: "warning", charset: "utf8" };

await build({
  ...shared,
  // The client is a file of its own, so that opening a window does not read it.
  entryPoints: ["src/extension.ts", "src/languageClient.ts"],
  outdir: "dist",
  platform: "node",
  format: "cjs",
  target: "node20",
  external: ["vscode", "./languageClient.js"],
  minify: true,
});
await build({
  ...shared,
  entryPoints: { explorer: "explorer/main.ts" },
  outdir: "dist",
  platform: "browser",
  format: "iife",
  target: "es2022",
  charset: "ascii",
});
// The Python package writes the same page into files, and must do so without Node.
for (const name of ["explorer.js", "explorer.css"]) {
  const packaged = `../server/prompt_salience/report/explorer/${name}`;
  if (readFileSync(packaged).equals(readFileSync(`dist/${name}`))) {
    continue;
  }
  if (process.env.CI) {
    throw new Error(`${packaged} is not what explorer/ builds. Run "npm run build" and commit it.`);
  }
  // At once, because the tests of the Python package may be reading it.
  copyFileSync(`dist/${name}`, `${packaged}.new`);
  renameSync(`${packaged}.new`, packaged);
}
if (tests) {
  await build({
    ...shared,
    entryPoints: readdirSync("test")
      .filter((name) => name.endsWith(".test.ts"))
      .map((name) => `test/${name}`),
    outdir: "dist/test",
    platform: "node",
    format: "cjs",
    target: "node20",
    external: ["vscode", "vscode-oniguruma", "vscode-textmate"],
  });
}
