import { defineConfig } from '@playwright/test';
import { address, command, environment } from './support/portal';

// Debian's Chromium; nothing is downloaded, and it asks nobody outside.
const launchOptions = {
  executablePath: process.env.ATRIUM_CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync',
  ],
};
const desktop = { width: 1280, height: 900 };
const phone = { width: 390, height: 844 };

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  snapshotPathTemplate: 'snapshots/{testFilePath}/{arg}{ext}',
  // Two cores: one browser, so that no test waits for another's processor time and fails of it.
  workers: 1,
  fullyParallel: false,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  forbidOnly: true,
  // A test that needs a second try has found something: no retries.
  retries: 0,
  use: { baseURL: address, launchOptions, viewport: desktop, locale: 'en-GB', timezoneId: 'Europe/London', trace: 'retain-on-failure' },
  projects: [
    // A *.hydrate.spec.ts needs JavaScript; every other one runs with it and without.
    { name: 'hydrated', use: { viewport: desktop } },
    { name: 'plain', testIgnore: /\.hydrate\.spec\.ts$/, use: { viewport: desktop, javaScriptEnabled: false } },
    { name: 'phone', testMatch: /pages\.spec\.ts$/, use: { viewport: phone, hasTouch: true, isMobile: true } },
  ],
  webServer: {
    command,
    env: environment,
    url: `${address}/readyz`,
    timeout: 180_000,
    stdout: 'ignore',
    stderr: 'pipe',
    gracefulShutdown: { signal: 'SIGTERM', timeout: 20_000 },
  },
});
