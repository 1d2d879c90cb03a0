// What an operator does with a source: connect it, test it, sync it, pause it, remove it and take that back.
import type { Page } from '@playwright/test';
import { test, expect, hydrated, ready } from '../support/fixtures';

test.use({ who: 'operator' });

/** Where a screen reader listens. */
const said = (page: Page) => page.locator('main > p[role="status"]');

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
  await expect(page.locator('.test-steps')).toContainText('Nothing is at this address: the server answered 404.');
  await expect(page.locator('.test-steps')).toContainText('What to do:');
  // The server was reached, but nothing there: no later step is said to have passed.
  await expect(page.locator('.test-steps li')).toHaveCount(2);
  if (js) {
    await expect(page.getByRole('button', { name: 'Test connection' })).toBeFocused();
    await expect(said(page)).toContainText('The connection does not work yet');
  }
  // What was typed is still there.
  await expect(page.getByLabel('Name', { exact: false }).first()).toHaveValue(name);
  await page.locator('input[name="settings[address]"]').fill(address);
  await settled();
  await page.getByRole('button', { name: 'Test connection' }).click();
  await expect(page.locator('.test-steps')).not.toContainText('What to do:');
  await settled();
  // The demo reads that address already: it is connected a second time on purpose only.
  await page.locator('button[name="what"][value="save"]').click();
  await expect(page.locator('.settings-form .field-error').filter({ hasText: 'reads this address already' })).toBeVisible();
  await expect(page.locator('input[name="settings[address]"]')).toBeFocused();
  await expect(page.locator('.settings-form .notice').getByRole('link')).toHaveAttribute('href', /\/sources\/[0-9a-f-]{36}/);
  await settled();
  await page.locator('label[for="again"]').first().click();
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
  if (js) {
    await expect(page.getByRole('button', { name: 'Resume' })).toBeFocused();
    await expect(said(page)).toContainText('Paused');
  }
  await settled();
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(page.locator('.source-state')).not.toContainText('Paused');
  if (js) {
    await expect(page.getByRole('button', { name: /Pause|Stop this sync/ })).toBeFocused();
    await expect(said(page)).toContainText('Resumed');
  }

  await page.locator('.danger-zone').getByRole('button').click();
  await expect(page.locator('.source-state')).toContainText('Removed');
  if (js) {
    await expect(page.getByRole('button', { name: 'Undo' })).toBeFocused();
    await expect(said(page)).toContainText('The source was removed');
  }
  await settled();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.locator('.source-state')).not.toContainText('Removed');
  if (js) {
    await expect(page.getByRole('button', { name: /Stop this sync|Sync now/ })).toBeFocused();
    await expect(said(page)).not.toBeEmpty();
  }
  // Left as it was found: a second edition of every book would change what other specs count.
  await settled();
  await page.locator('.danger-zone').getByRole('button').click();
  await expect(page.locator('.source-state')).toContainText('Removed');
});

test('a page and the list follow a sync that was started elsewhere', async ({ page, context }, info) => {
  test.skip(!hydrated(info.project), 'without JavaScript a page is loaded again');
  test.setTimeout(90_000);
  await page.goto('/sources');
  const href = (await page.locator('main a.source-name').first().getAttribute('href'))!;
  await page.goto(href);
  await ready(page);
  const latest = async () => page.locator('main table tbody tr a').first().getAttribute('href');
  const before = await latest();
  // What somebody types meanwhile stays.
  await page.locator('input[name="name"]').fill('Half a na');
  const elsewhere = await context.newPage();
  await elsewhere.goto(href);
  await ready(elsewhere);
  await elsewhere.getByRole('button', { name: 'Sync now' }).click();
  await expect(said(elsewhere)).not.toBeEmpty();
  await expect.poll(latest, { timeout: 40_000 }).not.toBe(before);
  await expect(page.locator('main table tbody tr').first()).toContainText(/Complete/, { timeout: 30_000 });
  await expect(page.locator('input[name="name"]')).toHaveValue('Half a na');
  await elsewhere.close();
});

test('who saves a source that was removed elsewhere is led to why nothing was saved', async ({ page }, info) => {
  const js = hydrated(info.project);
  const address = await feed(page);
  const name = `Short-lived (${info.project.name})`;
  await page.goto('/sources/new?kind=feeds');
  if (js) await ready(page);
  await page.getByLabel('Name', { exact: false }).first().fill(name);
  await page.locator('input[name="settings[address]"]').fill(`${address}?short-lived=${info.project.name}`);
  await page.locator('button[name="what"][value="save"]').click();
  await page.waitForURL(/\/sources\/[0-9a-f-]{36}/);
  const id = new URL(page.url()).pathname.split('/').pop()!;
  await expect(async () => {
    await page.goto(`/sources/${id}`);
    await expect(page.locator('.source-state')).toContainText(/Healthy|Needs a look/, { timeout: 1_000 });
  }).toPass({ timeout: 40_000 });
  if (js) await ready(page);
  await page.locator('input[name="name"]').fill(`${name}, renamed`);
  // A colleague, in the moment before the button is pressed.
  await page.request.post('/api/sources/remove', { form: { id }, headers: { origin: new URL(page.url()).origin } });
  await page.locator('button[name="what"][value="save"]').click();
  const notice = page.locator('#removed');
  await expect(notice).toContainText('nothing was saved');
  await expect(notice).toBeInViewport();
  if (js) await expect(notice).toBeFocused();
  await notice.getByRole('button', { name: 'Undo' }).click();
  await expect(page.locator('input[name="name"]')).toHaveValue(`${name}, renamed`);
  await page.request.post('/api/sources/remove', { form: { id }, headers: { origin: new URL(page.url()).origin } });
});

test('a faulty field has the focus when the form comes back', async ({ page }, info) => {
  const js = hydrated(info.project);
  await page.goto('/sources/new?kind=feeds');
  if (js) await ready(page);
  await page.getByLabel('Name', { exact: false }).first().fill('Often');
  await page.locator('input[name="settings[address]"]').fill('https://feeds.example.org/often.xml');
  await page.locator('input[name="interval"]').fill('4');
  await page.locator('button[name="what"][value="save"]').click();
  await expect(page.locator('.field-error').filter({ hasText: 'whole number of minutes' })).toBeVisible();
  await expect(page.locator('input[name="interval"]')).toBeFocused();
  if (js) await expect(said(page)).toContainText('1 field to correct');
  await expect(page.locator('input[name="settings[address]"]')).toHaveValue('https://feeds.example.org/often.xml');
});

test('who may see it is chosen in the form', async ({ page }) => {
  await page.goto('/sources/new?kind=feeds');
  const audience = page.getByLabel('Who may see it');
  await expect(audience).toHaveValue('');
  expect(await audience.locator('option').count()).toBeGreaterThan(1);
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
