// Makes the .vsix: `node package.mjs FOLDER`, with the Python package's wheel in FOLDER, which gets the .vsix too.
//
// The extension installs the Python package from its locked requirements. The wheel is the last of them, by the hash of
// the very file that is published with this version.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2];
const { name, version } = JSON.parse(readFileSync("package.json", "utf8"));
const wheel = readdirSync(folder).find(
  (file) => file.startsWith(`prompt_salience-${version}-`) && file.endsWith(".whl"),
);
if (!wheel) throw new Error(`${folder} holds no wheel of ${name} ${version}.`);

const hash = createHash("sha256")
  .update(readFileSync(join(folder, wheel)))
  .digest("hex");
const locked = readFileSync("../requirements/extension.txt", "utf8");
writeFileSync("dist/requirements.txt", `${locked}${name}==${version} \\\n    --hash=sha256:${hash}\n`);

cpSync("../LICENSE", "LICENSE");
cpSync("../samples", "samples", { recursive: true });
const vsix = join(folder, `${name}.vsix`);
const flags = ["--no-dependencies", "--allow-missing-repository", "--no-rewrite-relative-links", "--out", vsix];
execFileSync(process.execPath, ["node_modules/@vscode/vsce/vsce", "package", ...flags], { stdio: "inherit" });
