/**
 * What the user chose in the Python extension, where that is installed.
 *
 * Decisions:
 * - It is asked only when an environment has to be made, and gets a limited time: it searches the machine when it starts.
 * - A workspace that is not trusted does not get its Python run.
 */
import { extensions, workspace, type LogOutputChannel, type Uri } from "vscode";

/** The parts that are used of the interface of ms-python.python. */
interface PythonExtension {
  readonly environments: {
    getActiveEnvironmentPath(resource?: Uri): unknown;
    resolveEnvironment(path: unknown): Promise<{ readonly executable: { readonly uri?: Uri | undefined } } | undefined>;
  };
}

const LIMIT_MS = 10_000;

/** The path of the chosen Python; none if there is no such extension, no choice, or no answer in time. */
export async function chosenInterpreter(log: LogOutputChannel): Promise<string | undefined> {
  const extension = extensions.getExtension<PythonExtension>("ms-python.python");
  if (!extension || !workspace.isTrusted) {
    return undefined;
  }
  try {
    return await Promise.race([ask(extension.activate()), silence()]);
  } catch (error) {
    log.warn("The Python extension does not say which Python was chosen:", error);
    return undefined;
  }
}

async function ask(activation: Thenable<PythonExtension>): Promise<string | undefined> {
  const { environments } = await activation;
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const chosen = await environments.resolveEnvironment(environments.getActiveEnvironmentPath(folder));
  return chosen?.executable.uri?.fsPath;
}

function silence(): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => {
      reject(new Error(`no answer within ${LIMIT_MS / 1000} seconds`));
    }, LIMIT_MS).unref();
  });
}
