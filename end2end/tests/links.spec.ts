// Links that lead nowhere: listed for curators, said on the page of what they lead to. One page of the demo's systems is
// truly gone. The same with JavaScript and without.
import type { Page } from '@playwright/test';
import { test, expect, hydrated, ready } from '../support/fixtures';

const GONE = 'Ordering spare seals, the old form';
const THERE = 'Torque table for sensor housings';

/** Its row in the list. */
const row = (page: Page, title: string) => page.getByRole('row').filter({ has: page.getByRole('link', { name: title, exact: true }) });

/** Opens the page of what is called so. */
async function openResource(page: Page, title: string): Promise<void> {
  await page.goto(`/search?q=${encodeURIComponent(title)}`);
  await page.getByRole('link', { name: title, exact: true }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
}

test.describe('a curator', () => {
  test.use({ who: 'curator' });

  test('finds what does not answer, narrows the list, and has it looked at again', async ({ page }, info) => {
    const settled = async () => { if (hydrated(info.project)) await ready(page); };
    await expect(async () => {
      // The demo looks at its systems in the first seconds.
      await page.goto('/links');
      await expect(row(page, GONE)).toHaveCount(1, { timeout: 500 });
    }).toPass();
    await expect(row(page, GONE)).toContainText('404 Not Found');
    await expect(row(page, GONE)).toContainText('Failing');
    await expect(row(page, THERE)).toHaveCount(0);

    await settled();
    const narrow = page.getByRole('navigation', { name: 'Narrow the results' });
    await narrow.getByRole('link', { name: /^Job aids/ }).click();
    await page.waitForURL(/\/links\?source=/);
    await expect(row(page, GONE)).toHaveCount(1);
    await narrow.getByRole('link', { name: 'Failing, not broken yet' }).click();
    await page.waitForURL(/state=suspect&source=/);
    await expect(row(page, GONE)).toHaveCount(1);
    await narrow.getByRole('link', { name: 'Broken', exact: true }).click();
    await page.waitForURL(/state=broken&source=/);
    await expect(page.getByText('Nothing is listed with these filters.')).toBeVisible();
    await page.getByRole('link', { name: 'Show all that fail' }).click();
    await page.waitForURL(/\/links$/);

    await settled();
    const again = page.getByRole('button', { name: `Check again: ${GONE}` });
    await again.click();
    if (hydrated(info.project)) await expect(page.getByText('The link will be checked in a moment.')).toBeAttached();
    await expect(async () => {
      // Another failure on the same day is the same try.
      await page.goto('/links');
      await expect(again).toBeVisible({ timeout: 500 });
      await expect(row(page, GONE)).toContainText('(1 try)', { timeout: 500 });
    }).toPass();
  });

  test('sees it on the page of the thing, and asks from there', async ({ page }) => {
    await openResource(page, GONE);
    const here = page.url();
    await expect(page.locator('.link-line')).toContainText('404 Not Found');
    const check = page.getByRole('button', { name: `Check now: ${GONE}` });
    const posted = page.waitForResponse('**/api/links/check');
    await check.click();
    await posted;
    await page.waitForLoadState();
    await expect(async () => {
      await page.goto(here);
      await expect(check).toBeVisible({ timeout: 500 });
    }).toPass();
  });
});

test.describe('a learner', () => {
  test.use({ who: 'employee', expected: /403/ });

  test('is told calmly, and may not ask', async ({ page }) => {
    await openResource(page, GONE);
    await expect(page.locator('.link-line')).toContainText('The address has not answered since');
    await expect(page.getByRole('button', { name: /^Check now/ })).toHaveCount(0);
    await openResource(page, THERE);
    await expect(async () => {
      await page.reload();
      await expect(page.locator('.link-line')).toContainText(/The link was checked .* and works/, { timeout: 500 });
    }).toPass();

    const answer = await page.goto('/links');
    expect(answer!.status()).toBe(403);
    const posted = await page.request.post('/api/links/check', {
      form: { resource: 'a' },
      headers: { origin: new URL(page.url()).origin, accept: 'application/json' },
    });
    expect(posted.status()).toBe(403);
  });
});
