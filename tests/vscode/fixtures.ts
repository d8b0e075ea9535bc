/**
 * What each test gets: a VS Code of its own with the extension in it, and a fresh copy of the samples.
 *
 * Decisions:
 * - No notification may ever show what belongs in a log; that is looked at after every test.
 * - A test that fails keeps what VS Code, the extension and the server have logged.
 */
import { cpSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { test as base, expect } from "@playwright/test";
import { CodeServer, type Settings } from "./codeServer.ts";
import { Workbench } from "./pages/workbench.ts";
import { promptSalience, samples } from "./places.ts";

export { expect };

export const themes = {
  light: "Light Modern",
  dark: "Dark Modern",
  "high-contrast-dark": "Default High Contrast",
  "high-contrast-light": "Default High Contrast Light",
} as const;

const quiet: Settings = {
  // A method that tints more than the one or two lines that matter shows more of what is drawn.
  "promptSalience.method": "grad_l2",
  "telemetry.telemetryLevel": "off",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.reduceMotion": "on",
  "workbench.enableExperiments": false,
  "workbench.editor.useModal": "off",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "window.autoDetectColorScheme": false,
  "window.autoDetectHighContrast": false,
  "chat.disableAIFeatures": true,
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "git.enabled": false,
  "remote.autoForwardPorts": false,
  "editor.hover.delay": 100,
  "editor.minimap.enabled": false,
  "editor.cursorBlinking": "solid",
};

/** Logs that say something of the extension. */
const telling = /(Prompt Salience|remoteexthost)\.log$/;

interface Options {
  /** The name of a theme of VS Code. */
  theme: string;
  /** Settings of the user, besides those that keep VS Code quiet. */
  settings: Settings;
  /** Settings of the machine: where programs are. */
  machineSettings: Settings;
  /** Whether VS Code asks if the workspace can be trusted. */
  workspaceTrust: boolean;
  environment: Readonly<Record<string, string>>;
}

interface Things {
  workspace: string;
  server: CodeServer;
  workbench: Workbench;
}

export const test = base.extend<Options & Things>({
  theme: [themes.light, { option: true }],
  settings: [{}, { option: true }],
  machineSettings: [{ "promptSalience.path": promptSalience }, { option: true }],
  workspaceTrust: [false, { option: true }],
  environment: [{}, { option: true }],

  workspace: async ({}, use) => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "prompt-salience-samples-")));
    cpSync(samples, folder, { recursive: true });
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },

  server: async ({ theme, settings, machineSettings, workspaceTrust, environment }, use, testInfo) => {
    const user = { ...quiet, "workbench.colorTheme": theme, ...settings };
    const server = await CodeServer.start({ user, machine: machineSettings, workspaceTrust, environment });
    await use(server);
    if (testInfo.status !== testInfo.expectedStatus) {
      for (const path of server.logs().filter((name) => telling.test(name))) {
        await testInfo.attach(basename(path), { path });
      }
    }
    await server.stop();
  },

  workbench: async ({ page, server, workspace }, use, testInfo) => {
    // What leaves the machine fails at once, instead of after a search for its name.
    await page.route(
      (url) => !["127.0.0.1", "localhost"].includes(url.hostname),
      (route) => route.abort(),
    );
    const workbench = new Workbench(page, server.url, workspace);
    await use(workbench);
    const said = (await workbench.said()).join("\n");
    await testInfo.attach("notifications", { body: said });
    expect.soft(said).not.toMatch(/Traceback|File ".*", line \d|^\s*at .*:\d+:\d+\)?$|\[object Object\]|undefined/m);
  },
});
