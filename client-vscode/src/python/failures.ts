/**
 * What to say when making the environment failed: from the output of venv and pip to what is wrong, and what to do.
 *
 * Decisions:
 * - pip tells of a network that fails in warnings, and ends with a package that it did not find. So the causes are
 *   tried in an order in which the real one comes first.
 * - A cause that is not known is told in the last words of the program; the log has all of them.
 */

/** What helps, as far as a button can. */
export type Remedy = "choose-interpreter" | "try-again" | "show-log";

export interface Failure {
  readonly message: string;
  readonly remedy: Remedy;
}

/** What was tried when it failed. */
export interface Attempt {
  /** The Python, as it is started. */
  readonly interpreter: string;
  /** As in "3.12". */
  readonly version: string;
  /** The folder that the environment was to lie in. */
  readonly storage: string;
}

interface Cause {
  readonly pattern: RegExp;
  tell(found: RegExpExecArray, attempt: Attempt, output: string): Failure;
}

const NEEDS = "Prompt Salience has to download its Python packages once, but";
const SOURCE = "set promptSalience.packageSource to a folder that holds the packages";

const CAUSES: readonly Cause[] = [
  {
    pattern: /No space left on device|Errno (?:28|122)\b|Disk quota exceeded|WinError 112\b/,
    tell: (_found, { storage }) => diskFull(storage),
  },
  {
    pattern: /(?:Errno (?:1|13|30)|WinError 5)\b[^\n]*?(?:: '([^'\n]+)')?\r?$/m,
    tell: ([, path], { storage }) => notWritable(path ?? storage),
  },
  {
    pattern: /DO NOT MATCH THE HASHES[^]*?\n\s+(\S+) from (\S+)/,
    tell: ([, name = "", origin = ""]) =>
      showLog(
        `${named(name)} from ${hostOf(origin)} is not the file that Prompt Salience was tested with, so it was not installed. ` +
          "Try again later, or from another package index.",
      ),
  },
  {
    pattern: /CERTIFICATE_VERIFY_FAILED/,
    tell: (_found, _attempt, output) =>
      tryAgain(
        `${NEEDS} the certificate of ${hostIn(output)} is not trusted. If your organisation reads this traffic, name its ` +
          "certificate with `pip config set global.cert FILE`, and try again.",
      ),
  },
  {
    pattern: /ProxyError|Cannot connect to proxy|Tunnel connection failed: (\d+ [^'")\n]+)/,
    tell: ([, answer]) =>
      tryAgain(
        `${NEEDS} the proxy ${answer ? `answers “${answer}”` : "cannot be reached"}. ` +
          `Check the variable HTTPS_PROXY and try again, or ${SOURCE}.`,
      ),
  },
  {
    pattern: /Name or service not known|name resolution|nodename nor servname|getaddrinfo failed|NameResolutionError/,
    tell: (_found, _attempt, output) => unreachable(output, "its name is not known; is there a network?"),
  },
  {
    pattern: /Connection refused|WinError 10061/,
    tell: (_found, _attempt, output) => unreachable(output, "the connection is refused"),
  },
  {
    pattern: /ReadTimeoutError|ConnectTimeoutError|timed out/,
    tell: (_found, _attempt, output) => unreachable(output, "it does not answer in time"),
  },
  {
    pattern: /NewConnectionError|ConnectionResetError|ProtocolError|Network is unreachable|No route to host/,
    tell: (_found, _attempt, output) => unreachable(output, "the connection fails"),
  },
  {
    pattern: /(\d{3}) (?:Client|Server) Error: (.+?) for url: (\S+)/,
    tell: ([, code = "", reason = "", url = ""]) =>
      tryAgain(
        `${NEEDS} ${hostOf(url)} answers “${code} ${reason}”. Check the index in pip's configuration, and try again.`,
      ),
  },
  {
    pattern: /No matching distribution found for (\S+)/,
    tell: ([, name = ""], { version }) =>
      tryAgain(
        `The package index has no ${named(name)} for this machine (${process.platform} ${process.arch}, Python ${version}). ` +
          `If your index lacks packages, ${SOURCE}, and try again.`,
      ),
  },
  {
    pattern: /ensurepip|No module named '?venv/,
    tell: (_found, { interpreter, version }) => ({
      message:
        `${interpreter} cannot make environments, because its venv module is not complete. ` +
        `On Debian and Ubuntu install it with “sudo apt install python${version}-venv”, or choose another Python.`,
      remedy: "choose-interpreter",
    }),
  },
];

/** What is wrong and what to do, from what a program wrote before it failed. */
export function explainFailure(output: string, attempt: Attempt): Failure {
  for (const cause of CAUSES) {
    const found = cause.pattern.exec(output);
    if (found) {
      return cause.tell(found, attempt, output);
    }
  }
  const last = lastWords(output);
  return showLog(
    `The Python environment of Prompt Salience could not be made${last && `: ${last}`}. The log says more.`,
  );
}

/** The same for a file that this process could not write; none if it is not the disk's fault. */
export function explainFileError(error: unknown, storage: string): Failure | undefined {
  if (!(error instanceof Error && "code" in error)) {
    return undefined;
  }
  if (error.code === "ENOSPC" || error.code === "EDQUOT") {
    return diskFull(storage);
  }
  const refused = error.code === "EACCES" || error.code === "EPERM" || error.code === "EROFS";
  return refused ? notWritable("path" in error ? String(error.path) : storage) : undefined;
}

function diskFull(storage: string): Failure {
  return tryAgain(`The disk became full. Make room where ${storage} lies, and try again.`);
}

function notWritable(path: string): Failure {
  return tryAgain(`${path} cannot be written. Mend the permissions of this folder, and try again.`);
}

function tryAgain(message: string): Failure {
  return { message, remedy: "try-again" };
}

function showLog(message: string): Failure {
  return { message, remedy: "show-log" };
}

function unreachable(output: string, reason: string): Failure {
  return tryAgain(
    `${NEEDS} ${hostIn(output)} cannot be reached: ${reason}. Try again when it can, or ${SOURCE}.`.replace("?.", "?"),
  );
}

/** The host that the first warning is about. */
function hostIn(output: string): string {
  return /host='([^']+)'/.exec(output)?.[1] ?? "the package index";
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host || "the package source" : "the package source";
}

function named(requirement: string): string {
  return requirement.replace("==", " ");
}

/** The last line that is neither blank nor advertisement. */
function lastWords(output: string): string {
  const lines = output.split("\n").map((line) => line.trim());
  const last = lines.findLast((line) => line !== "" && !line.startsWith("[notice]")) ?? "";
  return last.replace(/^ERROR: /, "").replace(/\.$/, "");
}
