// What every spec stands on: people to sign in as, and a page that may not complain.
import { test as base, expect, type Browser, type Page, type StorageState } from '@playwright/test';
import AxeBuilder from '@axe-core/playwright';

/** People of the demo organisation, by what they are here. */
export const people = {
  employee: 'Ines Okafor',
  curator: 'Priya Raman',
  manager: 'Tomas Lindqvist',
  operator: 'Marek Dvorak',
} as const;
export type Who = keyof typeof people;

const sessions = new Map<string, StorageState>();

/** Signs in through the demo's identity provider, as a person would. */
export async function signIn(page: Page, name: string, to = '/'): Promise<void> {
  await page.goto(`/sign-in?to=${encodeURIComponent(to)}`);
  await page.locator('main a[href^="/sign-in/"], main form[action^="/sign-in/"] button').first().click();
  await page.getByRole('button', { name: new RegExp(name) }).first().click();
  await page.waitForURL((url) => url.pathname === to.split('?')[0]);
}

async function session(browser: Browser, baseURL: string, name: string): Promise<StorageState> {
  const known = sessions.get(name);
  if (known) return known;
  const context = await browser.newContext({ baseURL, javaScriptEnabled: false });
  const page = await context.newPage();
  await signIn(page, name);
  const state = await context.storageState();
  sessions.set(name, state);
  await context.close();
  return state;
}

interface Fixtures {
  /** Who is signed in; unset, nobody. */
  who: Who | undefined;
  /** Messages of the browser's console that a test expects. No array: Playwright takes one for value and options. */
  expected: RegExp | undefined;
}

export const test = base.extend<Fixtures>({
  who: [undefined, { option: true }],
  expected: [undefined, { option: true }],
  storageState: async ({ browser, baseURL, who }, use) => {
    await use(who ? await session(browser, baseURL!, people[who]) : undefined);
  },
  page: async ({ page, expected, javaScriptEnabled }, use) => {
    const complaints: string[] = [];
    const note = (text: string) => {
      // Without JavaScript nothing asks for the program that the document has fetched early.
      if (!javaScriptEnabled && /preloaded using link preload but not used/.test(text)) return;
      if (!expected?.test(text)) complaints.push(text);
    };
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') note(`${message.type()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => note(`uncaught: ${error.message}`));
    await use(page);
    expect(complaints, 'what the browser complained about').toEqual([]);
  },
});

/** Whether this run has JavaScript. */
export function hydrated(project: { use: { javaScriptEnabled?: boolean } }): boolean {
  return project.use.javaScriptEnabled !== false;
}

/** Waits until the page answers to more than links and forms: its frame, and the lazy page in it. */
export async function ready(page: Page): Promise<void> {
  await page.locator('html[data-hydrated="true"] #content[data-hydrated="true"]').waitFor();
}

/** No barrier that axe can find, WCAG 2.2 AA. */
export async function accessible(page: Page): Promise<void> {
  const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
  const brief = found.violations.map((v) => `${v.id} (${v.impact}): ${v.nodes.map((n) => n.target.join(' ')).slice(0, 4).join(' | ')}`);
  expect(brief).toEqual([]);
}

export { expect };
