import assert from "node:assert/strict";
import { test } from "node:test";
import { explainFailure } from "../src/python/failures";
import { followPip } from "../src/python/pip";

const ATTEMPT = { interpreter: "/usr/bin/python3", version: "3.12", storage: "/home/ada/storage" };
const NOT_FOUND = "ERROR: No matching distribution found for absl-py==2.5.1";
const pool = (problem: string) =>
  `WARNING: Retrying (Retry(total=0)) after connection broken by 'x': HTTPSConnectionPool(host='index.example', port=443): ${problem}\n` +
  `ERROR: Could not find a version that satisfies the requirement absl-py==2.5.1 (from versions: none)\n${NOT_FOUND}\n`;

const CASES: readonly (readonly [name: string, output: string, says: RegExp])[] = [
  [
    "no space",
    "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
    /disk became full/,
  ],
  [
    "no permission",
    "Error: [Errno 13] Permission denied: '/home/ada/storage/x'",
    /^\/home\/ada\/storage\/x cannot be written/,
  ],
  ["read-only disk", "OSError: [Errno 30] Read-only file system", /^\/home\/ada\/storage cannot be written/],
  ["no name", pool("[Errno -2] Name or service not known"), /index\.example cannot be reached: its name is not known/],
  [
    "refused",
    pool("[Errno 111] Connection refused"),
    /index\.example cannot be reached: the connection is refused\. .*packageSource/,
  ],
  ["no answer", pool("Read timed out. (read timeout=15)"), /does not answer in time/],
  ["no way", pool("[Errno 101] Network is unreachable"), /the connection fails/],
  [
    "proxy",
    pool("ProxyError('Cannot connect to proxy.')"),
    /the proxy cannot be reached\. Check the variable HTTPS_PROXY/,
  ],
  [
    "proxy's password",
    pool("Tunnel connection failed: 407 Proxy Authentication Required')"),
    /“407 Proxy Authentication Required”/,
  ],
  ["certificate", pool("[SSL: CERTIFICATE_VERIFY_FAILED]"), /certificate of index\.example is not trusted/],
  [
    "forbidden",
    "ERROR: HTTP error 403\nERROR: 403 Client Error: Forbidden for url: https://index.example/x",
    /“403 Forbidden”/,
  ],
  ["not there", NOT_FOUND, /has no absl-py 2\.5\.1 for this machine .*Python 3\.12/],
  [
    "another file",
    "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. …\n    absl-py==2.5.1 from https://index.example/absl.whl (from -r x):\n        Expected sha256 0\n",
    /^absl-py 2\.5\.1 from index\.example is not the file/,
  ],
  [
    "no venv",
    "The virtual environment was not created successfully because ensurepip is not available.",
    /apt install python3\.12-venv/,
  ],
  [
    "unknown",
    "things\nERROR: The moon is full.\n\n[notice] A new release of pip\n",
    /could not be made: The moon is full\. The log/,
  ],
  ["silence", "", /could not be made\. The log says more/],
];

for (const [name, output, says] of CASES) {
  void test(`what went wrong: ${name}`, () => {
    assert.match(explainFailure(output, ATTEMPT).message, says);
  });
}

void test("what helps", () => {
  assert.equal(explainFailure("ensurepip is not available", ATTEMPT).remedy, "choose-interpreter");
  assert.equal(explainFailure(pool("timed out"), ATTEMPT).remedy, "try-again");
  assert.equal(explainFailure("what?", ATTEMPT).remedy, "show-log");
});

void test("progress is counted by the packages that are meant for this machine", () => {
  const told: [number, string][] = [];
  const hear = followPip(3, (fraction, text) => told.push([Math.round(100 * fraction), text]));
  hear(`Ignoring colorama: markers 'sys_platform == "win32"' don't match your environment`);
  hear("Collecting jaxlib==0.10.2");
  hear("  Downloading jaxlib-0.10.2-cp311-cp311-manylinux_2_27_x86_64.whl (79.3 MB)");
  hear("Processing /wheels/prompt_salience-0.1.0-py3-none-any.whl");
  hear("Installing collected packages: jaxlib, prompt-salience");
  assert.deepEqual(told, [
    [35, "Getting jaxlib (1 of 2)"],
    [35, "Getting jaxlib, 79.3 MB (1 of 2)"],
    [70, "Getting prompt_salience (2 of 2)"],
    [70, "Installing 2 packages"],
  ]);
});
