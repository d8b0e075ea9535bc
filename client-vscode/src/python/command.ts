/**
 * The `prompt-salience` command that somebody installed and named in the setting, if it does for this extension.
 *
 * Decisions:
 * - Before 1.0 each minor version may change what extension and server say to each other; afterwards each major one.
 */
import { EnvironmentError, type ServerCommand } from "./environment";
import { runBriefly, type Run } from "./run";

const LIMIT_MS = 30_000;
const MEND = "Correct the setting promptSalience.path, or empty it to let the extension install its own.";

/** The server's command line for the program at this path; `wanted` is the version of this extension. */
export async function commandAt(path: string, wanted: string, run: Run): Promise<ServerCommand> {
  const { code, stdout, stderr } = await runBriefly(run, [path, "--version"], LIMIT_MS);
  const version = /^prompt-salience (\d+\.\d+\S*)/m.exec(stdout)?.[1];
  if (code !== 0 || version === undefined) {
    const message = `${path}, which promptSalience.path names, is not a prompt-salience command that works. ${MEND}`;
    throw new EnvironmentError(message, "show-log", stderr.trim() || stdout.trim());
  }
  if (generation(version) !== generation(wanted)) {
    const message = `${path} is prompt-salience ${version}, and this extension needs ${generation(wanted)}. ${MEND}`;
    throw new EnvironmentError(message, "show-log");
  }
  return { command: path, args: ["server"] };
}

/** "0.1" of "0.1.3", "2" of "2.4.0". */
function generation(version: string): string {
  const [major = "", minor = ""] = version.split(".");
  return major === "0" ? `0.${minor}` : major;
}
