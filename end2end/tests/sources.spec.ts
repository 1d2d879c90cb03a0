// What an operator does with a source: connect it, test it, sync it, pause it, remove it and take that back.
import type { Page } from '@playwright/test';
import { test, expect, hydrated, ready } from '../support/fixtures';

test.use({ who: 'operator' });

/** The address of a feed that the demo's sandbox serves, from the settings of the source that reads it. */
async function feed(page: Page): Promise<string> {
  await page.goto('/sources');
  for (const href of await page.locator('main a.source-name').evaluateAll((links) => links.map((a) => a.getAttribute('href')!))) {
    await page.goto(href);
    const field = page.locator('input[name="settings[address]"]');
    const address = (await field.count()) ? await field.inputValue() : '';
    if (/\.(xml|json|rss|atom)$|feed|rss/.test(address)) return address;
  }
  throw new Error('the demo has no feed');
}

test('a source is connected, tested, synced, paused, removed and restored', async ({ page }, info) => {
  const js = hydrated(info.project);
  const settled = async () => { if (js) await ready(page); };
  const address = await feed(page);
  const name = `Second look (${info.project.name})`;
  await page.goto('/sources/new?kind=feeds');
  await settled();
  await page.getByLabel('Name', { exact: false }).first().fill(name);
  await page.locator('input[name="settings[address]"]').fill(new URL('/nowhere.xml', address).href);
  await page.getByRole('button', { name: 'Test connection' }).click();
  await expect(page.locator('.test-steps')).toContainText('404');
  await expect(page.locator('.test-steps')).toContainText('What to do:');
  // What was typed is still there.
  await expect(page.getByLabel('Name', { exact: false }).first()).toHaveValue(name);
  await page.locator('input[name="settings[address]"]').fill(address);
  await settled();
  await page.getByRole('button', { name: 'Test connection' }).click();
  await expect(page.locator('.test-steps')).not.toContainText('What to do:');
  await settled();
  await page.locator('button[name="what"][value="save"]').click();
  await page.waitForURL(/\/sources\/[0-9a-f-]{36}/);
  const here = page.url();
  // The first sync starts by itself; without JavaScript the page is loaded again to see it end.
  await expect(async () => {
    if (!js) await page.goto(here);
    await expect(page.locator('.source-state')).toContainText(/Healthy|Needs a look/, { timeout: js ? 20_000 : 1_000 });
  }).toPass({ timeout: 40_000 });
  await expect(page.locator('.latest-run')).toContainText('Added');

  await settled();
  await page.getByRole('button', { name: 'Sync now' }).click();
  await expect(async () => {
    if (!js) await page.goto(here);
    await expect(page.locator('main table tbody tr')).toHaveCount(2, { timeout: js ? 20_000 : 1_000 });
    await expect(page.locator('main table tbody tr').first()).toContainText(/Complete/, { timeout: js ? 20_000 : 1_000 });
  }).toPass({ timeout: 40_000 });
  // Nothing new: a second sync doubles nothing.
  await expect(page.locator('main table tbody tr').first().locator('td.num').first()).toHaveText('0');

  await settled();
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.locator('.source-state')).toContainText('Paused');
  await settled();
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(page.locator('.source-state')).not.toContainText('Paused');

  await page.locator('.danger-zone').getByRole('button').click();
  await expect(page.locator('.source-state')).toContainText('Removed');
  await settled();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.locator('.source-state')).not.toContainText('Removed');
});

test('an address in a private network is refused with a word on what to do', async ({ page }, info) => {
  await page.goto('/sources/new?kind=feeds');
  if (hydrated(info.project)) await ready(page);
  await page.getByLabel('Name', { exact: false }).first().fill('Inside');
  await page.locator('input[name="settings[address]"]').fill('http://169.254.169.254/latest/meta-data');
  await page.getByRole('button', { name: 'Test connection' }).click();
  await expect(page.locator('.test-steps')).toContainText('is a private address');
});

test('a source without a name is refused at its field, and nothing typed is lost', async ({ page }) => {
  await page.goto('/sources/new?kind=feeds');
  const answer = await page.request.post('/api/sources/submit', {
    form: { kind: 'feeds', name: '', what: 'save', 'settings[address]': 'https://example.org/feed.xml' },
    headers: { origin: new URL(page.url()).origin, accept: 'text/html' },
  });
  const html = await answer.text();
  expect(html).toContain('Give the source a name.');
  expect(html).toContain('https://example.org/feed.xml');
});
