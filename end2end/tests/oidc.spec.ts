// Sign-in against an identity provider that others wrote, in the browser.
import { test, expect, type BrowserContext, type Page } from '@playwright/test';
import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binary, portalEnvironment, root } from '../support/portal';

test.describe.configure({ mode: 'serial' });

const data = mkdtempSync(join(tmpdir(), 'atrium-oidc-'));
const secret = randomBytes(24).toString('base64url');
let portal: string;
let issuer: string;
let portalProcess: ChildProcess;
let providerProcess: ChildProcess;

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function answers(address: string, process: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (process.exitCode !== null) throw new Error(`it ended with ${process.exitCode} before ${address} answered`);
    const up = await fetch(address).then((answer) => answer.ok, () => false);
    if (up) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${address} does not answer`);
}

async function stop(process: ChildProcess | undefined): Promise<void> {
  if (!process || process.exitCode !== null) return;
  const ended = new Promise((resolve) => process.once('exit', resolve));
  process.kill('SIGTERM');
  await ended;
}

/** Starts the provider with a key that it never had before. */
async function startProvider(): Promise<void> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: randomBytes(6).toString('hex') };
  providerProcess = spawn(process.execPath, [join(root, 'end2end/oidc/provider.mjs')], {
    cwd: join(root, 'end2end'),
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      OIDC_PORT: new URL(issuer).port,
      OIDC_KEY: JSON.stringify(key),
      OIDC_PORTAL: portal,
      OIDC_CLIENT: 'atrium',
      OIDC_SECRET: secret,
      OIDC_CALLBACK: `${portal}/sign-in/company/callback`,
    },
  });
  await answers(`${issuer}/.well-known/openid-configuration`, providerProcess);
}

test.beforeAll(async () => {
  const port = await freePort();
  portal = `http://127.0.0.1:${port}`;
  issuer = `http://127.0.0.1:${await freePort()}`;
  await startProvider();
  portalProcess = spawn(binary, ['serve'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...portalEnvironment(port, data),
      ATRIUM__ISSUERS__COMPANY__LABEL: 'Company account',
      ATRIUM__ISSUERS__COMPANY__ADDRESS: issuer,
      ATRIUM__ISSUERS__COMPANY__CLIENT_ID: 'atrium',
      ATRIUM__ISSUERS__COMPANY__CLIENT_SECRET: secret,
      ATRIUM__ISSUERS__COMPANY__SCOPES: 'openid,email,profile,groups',
      ATRIUM__ISSUERS__COMPANY__ROLES__PORTAL_OPERATORS: 'operator',
    },
  });
  await answers(`${portal}/readyz`, portalProcess);
});

test.afterAll(async () => {
  await stop(portalProcess);
  await stop(providerProcess);
  rmSync(data, { recursive: true, force: true });
});

test.beforeEach(async ({ context }) => {
  // The provider's own pages ask for a font from outside.
  await context.route(/googleapis/, (route) => route.abort());
});

/** The session's cookie, if there is one. */
async function session(context: BrowserContext): Promise<string | undefined> {
  const cookies = await context.cookies(portal);
  return cookies.find((cookie) => /^atrium-\d+$/.test(cookie.name))?.value;
}

/** Signs in by typing at the provider; answers the callback's address. */
async function signIn(page: Page, login: string, to = '/saved'): Promise<string> {
  const callbacks: string[] = [];
  page.on('request', (request) => {
    if (request.url().startsWith(`${portal}/sign-in/company/callback`)) callbacks.push(request.url());
  });
  await page.goto(`${portal}${to}`);
  await expect(page).toHaveURL(/\/sign-in\?to=/);
  await page.getByRole('link', { name: 'Company account' }).click();
  await page.waitForURL((url) => url.origin === issuer);
  await page.locator('input[name="login"]').fill(login);
  await page.locator('input[name="password"]').fill('anything');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.waitForURL(`${portal}${to}`);
  expect(callbacks).toHaveLength(1);
  return callbacks[0];
}

test('a first sign-in makes the person from what userinfo says, and leads to the page asked for', async ({ page, context }) => {
  await signIn(page, 'olga', '/sources');
  expect(await session(context)).toBeTruthy();
  // The role comes from the group: an operator's page opens, by the status that it has.
  const answer = await page.goto(`${portal}/sources`);
  expect(answer!.status()).toBe(200);
});

test('signing out ends the session here and at the provider', async ({ page, context }) => {
  await signIn(page, 'erik');
  // With the provider's session still there, the way in needs no password.
  await context.clearCookies({ name: /^atrium/ });
  await page.goto(`${portal}/saved`);
  await page.getByRole('link', { name: 'Company account' }).click();
  await page.waitForURL(`${portal}/saved`);

  await signOut(page);
  await page.waitForURL((url) => url.origin === issuer);
  await page.getByRole('button', { name: 'Yes, sign me out' }).click();
  await page.waitForURL(`${portal}/sign-in`);
  expect(await session(context)).toBeUndefined();

  await page.goto(`${portal}/saved`);
  await expect(page).toHaveURL(/\/sign-in\?to=/);
  await page.getByRole('link', { name: 'Company account' }).click();
  await page.waitForURL((url) => url.origin === issuer);
  await expect(page.locator('input[name="login"]')).toBeVisible();
});

/** Signs out as a person does: the button in the account menu, which may have to be opened first. */
async function signOut(page: Page): Promise<void> {
  const button = page.locator('form[action="/sign-out"] button').first();
  if (!(await button.isVisible())) {
    await page.locator('details:has(form[action="/sign-out"]) > summary').first().click();
  }
  await button.click();
}

test('a provider that comes back with new keys is believed again', async ({ page, context }) => {
  await signIn(page, 'nina');
  await stop(providerProcess);
  await startProvider();
  await context.clearCookies();
  await signIn(page, 'nina');
  expect(await session(context)).toBeTruthy();
});

test('a callback address works once', async ({ page, context, browser }) => {
  const callback = await signIn(page, 'tove');
  const before = await session(context);
  expect(before).toBeTruthy();

  const again = await page.goto(callback);
  expect(again!.status()).toBe(400);
  await expect(page.getByRole('alert')).toContainText('This sign-in is over');
  await expect(page.getByRole('link', { name: 'Company account' })).toBeVisible();
  expect(await session(context), 'the session that there was goes on').toBe(before);

  const elsewhere = await browser.newContext();
  const stranger = await elsewhere.newPage();
  const theirs = await stranger.goto(callback);
  expect(theirs!.status()).toBe(400);
  expect(await session(elsewhere)).toBeUndefined();
  await stranger.goto(`${portal}/saved`);
  await expect(stranger).toHaveURL(/\/sign-in\?to=/);
  await elsewhere.close();
});
