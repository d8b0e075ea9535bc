/**
 * One real VS Code at a time, each step with a deadline.
 *
 * Decisions:
 * - A developer sees every failure. Continuous integration tries a test twice, and lists it as flaky if it needed that.
 * - Deadlines are long, for machines that are busy; what is there early is seen early.
 * - Motion is reduced, and traces hold no pictures of every step: both cost more than all the rest.
 */
import { defineConfig } from "@playwright/test";
import { chromium } from "./places.ts";

const deadline = 60_000;
const root = process.getuid?.() === 0;

export default defineConfig({
  outputDir: "artefacts/results",
  workers: 1,
  retries: process.env.CI ? 1 : 0,
  fullyParallel: false,
  forbidOnly: true,
  timeout: 300_000,
  expect: { timeout: deadline },
  reporter: [["list"], ["html", { outputFolder: "artefacts/report", open: "never" }]],
  use: {
    viewport: { width: 1280, height: 800 },
    actionTimeout: deadline,
    navigationTimeout: deadline,
    screenshot: "only-on-failure",
    trace: { mode: "retain-on-failure", screenshots: false, snapshots: false },
    contextOptions: { reducedMotion: "reduce" },
    launchOptions: {
      executablePath: chromium(),
      chromiumSandbox: !root,
      args: ["--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"],
    },
  },
  projects: [
    { name: "specs", testDir: "specs" },
    { name: "pictures", testDir: "pictures", use: { deviceScaleFactor: 2 } },
  ],
});
