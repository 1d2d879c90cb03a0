// What a learner does with a resource: saves it, finishes it, puts it away, and takes each of that back.
import type { Page } from '@playwright/test';
import { test, expect, hydrated, ready } from '../support/fixtures';

test.use({ who: 'employee' });

/** Opens the page of the `nth` hit for a word that this spec alone uses, and answers its title. */
async function open(page: Page, js: boolean, word: string): Promise<string> {
  await page.goto(`/search?q=${word}`);
  await page.locator('main .card-link').first().click();
  await page.waitForURL(/\/resources\//);
  if (js) await ready(page);
  return (await page.locator('h1').textContent())!.trim();
}

/** A button of the resource's head; its name goes on with the resource's title. */
const button = (page: Page, name: string) => page.locator('main .resource-head').getByRole('button', { name: new RegExp(`^${name} `) });

test('what is saved waits under Saved, until it is taken away', async ({ page }, info) => {
  const js = hydrated(info.project);
  const title = await open(page, js, js ? 'statistics' : 'algorithms');
  await button(page, 'Save').click();
  await expect(button(page, 'Saved')).toHaveAttribute('aria-pressed', 'true');
  await page.goto('/saved');
  const card = page.locator('main .card', { hasText: title });
  await expect(card).toHaveCount(1);
  if (js) await ready(page);
  await card.getByRole('button', { name: /^Saved/ }).click();
  await page.goto('/saved');
  await expect(page.locator('main .card', { hasText: title })).toHaveCount(0);
});

test('what is finished says so, is in the history, and can be reopened', async ({ page }, info) => {
  const js = hydrated(info.project);
  const title = await open(page, js, js ? 'docker' : 'linux');
  await button(page, 'Mark as done').click();
  await expect(button(page, 'Done')).toHaveAttribute('aria-pressed', 'true');
  await page.goto('/history');
  await expect(page.locator('main .deeds li', { hasText: title }).filter({ hasText: 'Finished' })).toHaveCount(1);
  await page.goBack();
  if (js) await ready(page);
  await button(page, 'Done').click();
  await expect(button(page, 'Mark as done')).toHaveAttribute('aria-pressed', 'false');
});

test('what is not for her leaves the feed, and comes back by undo', async ({ page }, info) => {
  await page.goto('/');
  if (hydrated(info.project)) await ready(page);
  const card = page.locator('main .card').last();
  const title = (await card.locator('.card-title').textContent())!.trim();
  const titled = page.locator('main .card-title', { hasText: title });
  const before = await titled.count();
  for (const one of [page.locator('main .card').first(), card]) {
    await one.locator('details.menu summary').click();
    const panel = (await one.locator('.menu-panel').boundingBox())!;
    expect(panel.x).toBeGreaterThanOrEqual(0);
    expect(panel.x + panel.width).toBeLessThanOrEqual(page.viewportSize()!.width);
  }
  await card.getByRole('button', { name: 'Not for me' }).click();
  await expect(titled).toHaveCount(before - 1);
  if (hydrated(info.project)) await expect(page.locator('main .card-hidden').getByRole('button')).toBeFocused();
  await page.goto('/');
  await expect(titled).toHaveCount(0);
  await page.goto('/history');
  if (hydrated(info.project)) await ready(page);
  await page.locator('main .deeds li', { hasText: title }).getByRole('button', { name: /^Show it again/ }).first().click();
  await page.goto('/');
  await expect(titled).toHaveCount(before);
});

test('what is opened is noted, and the way out leads there', async ({ page }, info) => {
  const js = hydrated(info.project);
  const title = await open(page, js, js ? 'postgresql' : 'networking');
  const way = page.locator('main .resource-head a[href^="/go/"]');
  const answer = await page.request.get((await way.getAttribute('href'))!, { maxRedirects: 0 });
  expect(answer.status()).toBe(303);
  expect(answer.headers().location).toMatch(/^https?:\/\//);
  await page.goto('/history');
  await expect(page.locator('main .deeds li', { hasText: title }).filter({ hasText: 'Opened' }).first()).toBeVisible();
});

test('a topic that is followed is on her page, and its follow button says so', async ({ page }, info) => {
  const js = hydrated(info.project);
  await page.goto('/search?q=security');
  const topics = page.getByRole('navigation', { name: 'Narrow the results' }).locator('.chips').nth(1).getByRole('link');
  await topics.first().click();
  await page.waitForURL(/topic=/);
  if (js) await ready(page);
  const follow = page.locator('.search-status').getByRole('button');
  const name = (await follow.textContent())!.trim();
  await follow.click();
  const turned = name.startsWith('Follow ') ? name.replace('Follow ', 'Stop following ') : name.replace('Stop following ', 'Follow ');
  await expect(follow).toHaveText(turned);
  await page.goto(page.url());
  await expect(follow).toHaveText(turned);
  if (js) await ready(page);
  await follow.click();
  await expect(follow).toHaveText(name);
});
