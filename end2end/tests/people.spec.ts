// What a learning system says about people: the operator's page, and the history of the person it is about.
import { test, expect, people, hydrated, ready, signIn, type Who } from '../support/fixtures';
import type { Page } from '@playwright/test';

const nobody = { cookies: [], origins: [] };

/** The people of the academy, from the list of sources. */
async function open(page: Page): Promise<void> {
  await page.goto('/sources');
  await page.locator('main').getByRole('link', { name: 'Halden Academy' }).first().click();
  await page.getByRole('link', { name: 'People', exact: true }).click();
  await expect(page.locator('h1')).toHaveText('People of Halden Academy');
}

test.describe('an operator', () => {
  // A refused address is a request that failed.
  test.use({ who: 'operator', expected: /4\d\d/ });

  test('sees who is not recognised, and why', async ({ page }) => {
    await open(page);
    const row = (name: string) => page.getByRole('row').filter({ hasText: name });
    await expect(row('Robin Vale')).toContainText('Nobody here is known by that.');
    await expect(row('Lab terminal')).toContainText('It has no mail address');
    await expect(row('Freya Jensen')).toContainText('does not say that its mail address is verified');
    await expect(row('Ines Okafor')).toHaveCount(0);
    await page.getByRole('link', { name: 'Recognised', exact: true }).click();
    await expect(row('Ines Okafor')).toContainText('by mail address');
  });

  test('matches somebody by hand, is told of a wrong address, and undoes it', async ({ page }, info) => {
    await open(page);
    if (hydrated(info.project)) await ready(page);
    const row = () => page.getByRole('row').filter({ hasText: 'Lab terminal' });
    const fit = async (email: string) => {
      await row().getByRole('textbox').fill(email);
      await row().getByRole('button', { name: 'Match' }).click();
    };
    await fit('nobody@halden.example');
    await expect(page.getByText('Nobody who is active here has this mail address.')).toBeVisible();
    await fit('minh.tran@halden.example');
    await expect(row()).toHaveCount(0);
    await page.getByRole('link', { name: 'Matched by hand' }).click();
    await expect(row()).toContainText('Minh Tran');
    if (hydrated(info.project)) await ready(page);
    await row().getByRole('button', { name: /Undo the match/ }).click();
    await expect(row()).toHaveCount(0);
    await page.getByRole('link', { name: 'Not recognised' }).click();
    await expect(row()).toHaveCount(1);
  });
});

test.describe('everybody else', () => {
  for (const who of ['employee', 'curator', 'manager'] as Who[]) {
    test.describe(who, () => {
      test.use({ who, expected: /403/ });
      test('is refused', async ({ page, browser, baseURL }) => {
        const context = await browser.newContext({ baseURL, javaScriptEnabled: false, storageState: nobody });
        const operator = await context.newPage();
        await signIn(operator, people.operator, '/sources');
        await open(operator);
        const address = new URL(operator.url()).pathname;
        await context.close();
        const answer = await page.goto(address);
        expect(answer!.status()).toBe(403);
        await expect(page.getByText('Robin Vale')).toHaveCount(0);
      });
    });
  }
});

test.describe('the person it is about', () => {
  test.use({ who: 'employee' });

  test('reads in her history what the academy says', async ({ page }) => {
    // Her own clicks in other tests may have filled the first page.
    await page.goto('/history');
    const deed = (course: string) => page.locator('li.deed').filter({ hasText: course }).filter({ hasText: 'from Halden Academy' });
    for (let pages = 0; pages < 20 && (await deed('Measurement uncertainty without fear').count()) === 0; pages++) {
      await page.locator('a[rel="next"]').click();
      await page.waitForURL(new RegExp(`page=${pages + 2}\\b`));
      await expect(page.locator('li.deed').first()).toBeVisible();
    }
    await expect(deed('Measurement uncertainty without fear').first()).toContainText('Enrolled in');
    await page.goto('/me');
    await expect(page.getByText('Halden Academy (by mail address)')).toBeVisible();
    const answer = await page.request.get('/me/export.json');
    const told = await answer.json();
    expect(told.learning_accounts[0]).toMatchObject({ source: 'Halden Academy', account: 'user-101', recognised: 'email' });
    expect(JSON.stringify(told.activity)).toContain('user-101');
  });

  test('reads that an operator looked', async ({ page, browser, baseURL }) => {
    const context = await browser.newContext({ baseURL, javaScriptEnabled: false, storageState: nobody });
    const operator = await context.newPage();
    await signIn(operator, people.operator, '/sources');
    await open(operator);
    await operator.getByRole('link', { name: 'Recognised', exact: true }).click();
    await expect(operator.getByRole('row').filter({ hasText: people.employee })).toBeVisible();
    await context.close();
    await page.goto('/me');
    await expect(page.getByRole('row').filter({ hasText: people.operator }).first()).toContainText('Halden Academy');
  });
});
