// Finding things: search with its filters in the address, and the feed narrowed by topic and kind.
import { test, expect, hydrated, ready } from '../support/fixtures';

test.use({ who: 'employee' });

test('the box of every page leads to results that hold the word', async ({ page }, info) => {
  await page.goto('/playlists');
  if (hydrated(info.project)) await ready(page);
  const box = page.locator('#site-search');
  await box.fill('rust');
  await box.press('Enter');
  await expect(page).toHaveURL(/\/search\?q=rust$/);
  const first = page.locator('main .card').first();
  await expect(first).toContainText(/rust/i);
  await expect(first.locator('mark').first()).toHaveText(/rust/i);
});

test('a kind narrows the results, and the address brings them back', async ({ page }, info) => {
  await page.goto('/search?q=data');
  if (hydrated(info.project)) await ready(page);
  const all = await page.locator('main .card .eyebrow').allTextContents();
  expect(new Set(all).size, 'a search to narrow').toBeGreaterThan(1);
  await page.getByRole('navigation', { name: 'Narrow the results' }).getByRole('link', { name: /^Book/ }).click();
  await expect(page).toHaveURL(/kind=book/);
  await expect(page.locator('main .card .eyebrow').first()).toHaveText('Book');
  const kinds = async () => [...new Set(await page.locator('main .card .eyebrow').allTextContents())];
  await expect.poll(kinds).toEqual(['Book']);
  const titles = await page.locator('main .card-title').allTextContents();
  await page.goto(page.url());
  expect(await page.locator('main .card-title').allTextContents()).toEqual(titles);
});

test('length, level and order stand in the address too', async ({ page }, info) => {
  await page.goto('/search?q=data');
  if (hydrated(info.project)) await ready(page);
  await page.locator('.filters-more summary').click();
  const length = page.locator('.filters-more').getByRole('link', { name: /^30–60 min/ });
  await length.click();
  await expect(page).toHaveURL(/length=60/);
  await expect(length, 'what is narrowed is seen').toBeVisible();
  await page.getByRole('navigation', { name: 'Order' }).getByRole('link', { name: 'Newest' }).click();
  await expect(page).toHaveURL(/length=60&sort=newest/);
  await expect(page.getByRole('navigation', { name: 'Order' }).locator('[aria-current]')).toHaveText('Newest');
  const taking = async () => [...new Set(await page.locator('main .card .meta').allTextContents())];
  await expect.poll(async () => (await taking()).every((facts) => /\D(3[1-9]|4\d|5\d) min|\D1 h(?! \d)/.test(facts))).toBe(true);
});

test('a search that finds nothing says so and shows a way on', async ({ page }) => {
  await page.goto('/search?q=zzzzqqqq');
  await expect(page.getByText('Nothing found')).toBeVisible();
  await expect(page.locator('main').getByRole('link', { name: 'Newest first' })).toHaveAttribute('href', '/search');
});

test('each card of the feed says why it is there', async ({ page }) => {
  await page.goto('/');
  const cards = page.locator('main .card');
  expect(await cards.count()).toBeGreaterThan(5);
  await expect(page.locator('main .card:not(:has(.card-reason))')).toHaveCount(0);
});

test('a topic narrows the feed, by a link that can be kept', async ({ page }, info) => {
  await page.goto('/');
  if (hydrated(info.project)) await ready(page);
  const topics = page.getByRole('navigation', { name: 'Narrow this page' }).locator('.chips').first().getByRole('link');
  const name = (await topics.nth(1).textContent())!.trim();
  await topics.nth(1).click();
  await expect(page).toHaveURL(/\?topic=/);
  await expect(page.getByRole('heading', { name: `New in ${name}` })).toBeVisible();
  await page.goto(page.url());
  await expect(page.getByRole('heading', { name: `New in ${name}` })).toBeVisible();
  await expect(topics.nth(1)).toHaveAttribute('aria-current', 'true');
});
