// Every page, for the person it is for: it answers, has one heading, fits its width, and has no barrier.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { test, expect, accessible, hydrated, ready, type Who } from '../support/fixtures';
import { root } from '../support/portal';

interface Place {
  name: string;
  who?: Who;
  /** Where it is, or how to come to it. */
  open: string | ((page: Page) => Promise<void>);
}

/** Opens a page and follows the first link that `selector` finds in its content. */
const via = (path: string, selector: string) => async (page: Page) => {
  await page.goto(path);
  const href = await page.locator(selector).first().getAttribute('href');
  await page.goto(href!);
};

const places: Place[] = [
  { name: 'sign-in', open: '/sign-in' },
  { name: 'home', who: 'employee', open: '/' },
  { name: 'home-filtered', who: 'employee', open: '/?kind=book' },
  { name: 'search', who: 'employee', open: '/search?q=rust' },
  { name: 'search-nothing', who: 'employee', open: '/search?q=zzzzqqqq' },
  { name: 'resource', who: 'employee', open: via('/search?q=rust', 'main a[href^="/resources/"]') },
  { name: 'saved', who: 'employee', open: '/saved' },
  { name: 'history', who: 'employee', open: '/history' },
  { name: 'playlists', who: 'employee', open: '/playlists' },
  { name: 'playlist', who: 'employee', open: '/playlists/your-first-month' },
  { name: 'me', who: 'employee', open: '/me' },
  { name: 'playlist-new', who: 'curator', open: '/playlists/new' },
  { name: 'playlist-edit', who: 'curator', open: '/playlists/your-first-month/edit' },
  { name: 'team', who: 'manager', open: '/team' },
  { name: 'sources', who: 'operator', open: '/sources' },
  { name: 'source-new', who: 'operator', open: '/sources/new' },
  { name: 'source-new-feeds', who: 'operator', open: '/sources/new?kind=feeds' },
  { name: 'source', who: 'operator', open: via('/sources', 'main a[href^="/sources/"]:not([href^="/sources/new"])') },
  { name: 'design', who: 'operator', open: '/design' },
];

/** With ATRIUM_SHOTS=1 each page is also kept as a picture, light and dark. */
async function picture(page: Page, name: string, project: string): Promise<void> {
  if (!process.env.ATRIUM_SHOTS) return;
  const folder = join(root, 'target/shots');
  mkdirSync(folder, { recursive: true });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.screenshot({ path: join(folder, `${name}-${project}-${colorScheme}.png`), fullPage: true });
  }
}

for (const place of places) {
  test.describe(place.name, () => {
    test.use({ who: place.who });

    test('answers and is accessible', async ({ page }, info) => {
      if (typeof place.open === 'string') {
        const answer = await page.goto(place.open);
        expect(answer!.status()).toBe(200);
      } else {
        await place.open(page);
      }
      await expect(page.locator('h1')).toHaveCount(1);
      await expect(page.locator('h1')).toBeVisible();
      expect(await page.title()).toMatch(/Atrium$/);
      if (hydrated(info.project)) {
        await ready(page);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        expect(overflow, 'pixels that stick out sideways').toBeLessThanOrEqual(0);
        await accessible(page);
        await page.emulateMedia({ colorScheme: 'dark' });
        await accessible(page);
        await picture(page, place.name, info.project.name);
      }
    });
  });
}

test.describe('without the browser half', () => {
  test.use({ who: 'employee', expected: /ERR_FAILED|Failed to (load|fetch)/ });
  // axe needs JavaScript: this is the nearest to a page that runs none of ours.
  for (const path of ['/', '/search?q=rust', '/playlists', '/me']) {
    test(`${path} is accessible`, async ({ page }, info) => {
      test.skip(!hydrated(info.project), 'axe needs JavaScript');
      await page.route('**/pkg/*.{js,wasm}', (route) => route.abort());
      await page.goto(path);
      await accessible(page);
    });
  }
});

test('a page that is not there says so', async ({ page }) => {
  const answer = await page.goto('/nowhere-at-all');
  expect([200, 404]).toContain(answer!.status());
  await expect(page.locator('h1')).toBeVisible();
});
