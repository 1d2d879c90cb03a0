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

/** Opens a page and follows the first link that each selector finds in its content. */
const via = (path: string, ...selectors: string[]) => async (page: Page) => {
  await page.goto(path);
  for (const selector of selectors) {
    const href = await page.locator(selector).first().getAttribute('href');
    await page.goto(href!);
  }
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
  { name: 'notices', who: 'employee', open: '/notices' },
  { name: 'notices-unread', who: 'employee', open: '/notices?show=unread' },
  { name: 'notice-settings', who: 'operator', open: '/notices/settings' },
  { name: 'mail', who: 'operator', open: '/notices/mail' },
  { name: 'playlist-new', who: 'curator', open: '/playlists/new' },
  { name: 'look-alikes', who: 'curator', open: '/look-alikes' },
  { name: 'links', who: 'curator', open: '/links' },
  { name: 'links-filtered', who: 'curator', open: '/links?state=moved' },
  { name: 'playlist-edit', who: 'curator', open: '/playlists/your-first-month/edit' },
  { name: 'team', who: 'manager', open: '/team' },
  { name: 'team-person', who: 'manager', open: via('/team', 'main a[href^="/team/"]') },
  { name: 'sources', who: 'operator', open: '/sources' },
  { name: 'source-new', who: 'operator', open: '/sources/new' },
  { name: 'source-new-feeds', who: 'operator', open: '/sources/new?kind=feeds' },
  { name: 'source-new-json', who: 'operator', open: '/sources/new?kind=json_api' },
  { name: 'source', who: 'operator', open: via('/sources', 'main a[href^="/sources/"]:not([href^="/sources/new"])') },
  { name: 'run', who: 'operator', open: via('/sources', 'main a[href^="/sources/"]:not([href^="/sources/new"])', 'main a[href*="/runs/"]') },
  { name: 'source-people', who: 'operator', open: via('/sources', 'main a:has-text("Halden Academy")', 'main a[href$="/people"]') },
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
  test.use({ who: 'employee', expected: /ERR_FAILED|Failed to (load|fetch)|preloaded using link preload/ });
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

test.describe('an address that is nowhere', () => {
  test.use({ who: 'employee', expected: /404/ });
  for (const path of ['/nowhere-at-all', '/resources/01890a5d-ac96-774b-bcce-b302099a8057', '/playlists/no-such-list']) {
    test(`${path} is not found, and says so`, async ({ page }) => {
      const answer = await page.goto(path);
      expect(answer!.status()).toBe(404);
      await expect(page.locator('h1')).toHaveText('Not found');
      await expect(page.getByRole('link', { name: 'Go to your home page' })).toBeVisible();
    });
  }
});
