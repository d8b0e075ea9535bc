/** Shell scripts that answer as a Python does, in a folder of their own. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Interpreter } from "../src/python/interpreter";

export interface Behaviour {
  /** What it says of itself, besides being a good Python. */
  readonly nature?: Readonly<Record<string, unknown>>;
  /** Shell commands that stand for its modules. */
  readonly venv?: string;
  readonly pip?: string;
}

const GOOD = { name: "cpython", version: [3, 12, 1], bits: 64, threaded: false, lacks: [] };
const MAKES_FOLDER = 'mkdir -p "$4/bin" && cp "$0" "$4/bin/python"';

export const INSTALLS = `
echo "Ignoring colorama: markers 'sys_platform == \\"win32\\"' don't match your environment"
echo "Collecting keras==3.15.1"
echo "  Downloading keras-3.15.1-py3-none-any.whl (1.5 MB)"
echo "Processing /wheels/prompt_salience-0.1.0-py3-none-any.whl"
echo "Installing collected packages: keras, prompt-salience"
printf '#!/bin/sh\\necho "%s" >> "%s"\\necho prompt-salience 0.1.0\\n' version "$CALLS" > "$(dirname "$0")/prompt-salience"
chmod +x "$(dirname "$0")/prompt-salience"`;

export class Bench {
  readonly folder = mkdtempSync(join(tmpdir(), "prompt-salience-test-"));
  readonly storage = join(this.folder, "storage");
  readonly requirements = join(this.folder, "requirements.txt");

  constructor() {
    this.lock("one");
  }

  /** Writes a lock of three packages, one of which is for another system. */
  lock(hash: string): void {
    const packages = ["colorama==0.4.6 ; sys_platform == 'win32'", "keras==3.15.1", "prompt-salience==0.1.0"];
    writeFileSync(this.requirements, packages.map((line) => `${line} \\\n    --hash=sha256:${hash}\n`).join(""));
  }

  python(name: string, { nature = {}, venv = MAKES_FOLDER, pip = INSTALLS }: Behaviour = {}): string {
    const answer = JSON.stringify({ ...GOOD, ...nature });
    return this.program(
      name,
      `case "$2 $3" in
         "-m venv") echo venv >> "$CALLS"; ${venv} ;;
         "-m pip") echo "pip $*" >> "$CALLS"; ${pip} ;;
         *) echo question >> "$CALLS"; echo '${answer}' ;;
       esac`,
    );
  }

  program(name: string, script: string): string {
    const path = join(this.folder, name);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, `#!/bin/sh\nCALLS="${this.callLog}"\n${script}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  interpreter(behaviour?: Behaviour): Interpreter {
    return { command: [this.python("python3.12", behaviour)], version: "3.12" };
  }

  /** What has been run since this was last asked. */
  calls(): string[] {
    const calls = existsSync(this.callLog) ? readFileSync(this.callLog, "utf8").trim().split("\n") : [];
    rmSync(this.callLog, { force: true });
    return calls;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  private get callLog(): string {
    return join(this.folder, "calls");
  }
}
