// What a learner is told: the bell, the list, marking and taking back, and what she wants by mail.
import type { Browser, Page } from '@playwright/test';
import { test, expect, hydrated, people, ready, signIn } from '../support/fixtures';
import { draft } from '../support/playlists';

test.use({ who: 'employee' });

const nobody = { cookies: [], origins: [] };

/** The curator's browser, without JavaScript: what she does is not what is tested here. */
async function curator(browser: Browser, baseURL: string): Promise<Page> {
  const context = await browser.newContext({ baseURL, javaScriptEnabled: false, storageState: nobody });
  const page = await context.newPage();
  await signIn(page, people.curator);
  return page;
}

test('a followed playlist that grows is told, read, and marked', async ({ page, browser, baseURL }, info) => {
  const js = hydrated(info.project);
  const settled = async () => { if (js) await ready(page); };
  const title = `Growing list (${info.project.name})`;
  const hers = await curator(browser, baseURL!);
  const editor = await draft(hers, title, false);
  await hers.getByRole('button', { name: 'Publish', exact: true }).click();
  await expect(hers.getByText('Published', { exact: true })).toBeVisible();

  await page.goto(editor.replace(/\/edit$/, ''));
  await settled();
  await page.getByRole('button', { name: 'Follow', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Following', exact: true })).toBeVisible();

  await hers.goto(editor);
  const box = hers.getByRole('searchbox', { name: 'Search the catalogue' });
  await box.fill('python');
  await box.press('Enter');
  await hers.locator('.edit-hit').getByRole('button', { name: /^Add/ }).first().click();
  await expect(hers.locator('.edit-item')).toHaveCount(3);
  await hers.context().close();

  await page.goto('/notices');
  await settled();
  const row = page.locator('.notice-row').filter({ hasText: title });
  await expect(row).toHaveAttribute('data-unread', 'true');
  const bell = page.locator('.bell');
  await expect(bell).toHaveAccessibleName(/Notices, \d+ unread/);
  await row.getByRole('button', { name: /^Mark as read/ }).click();
  await expect(row).toHaveAttribute('data-unread', 'false');
  if (js) await expect(page.locator('.notice-row:focus, .notice-row :focus'), 'the hands stay there').toHaveCount(1);
  await settled();
  await row.getByRole('button', { name: /^Mark as unread/ }).click();
  await expect(row).toHaveAttribute('data-unread', 'true');
  await settled();
  await page.getByRole('button', { name: 'Mark all as read' }).click();
  await expect(row).toHaveAttribute('data-unread', 'false');
  await expect(bell).toHaveAccessibleName('Notices');
  await settled();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(row).toHaveAttribute('data-unread', 'true');
  await expect(bell).toHaveAccessibleName(/unread/);
  await row.getByRole('link').click();
  await expect(page.locator('h1')).toContainText(title);
  await page.goto('/notices?show=unread');
  await settled();
  await expect(page.locator('.notice-row').filter({ hasText: title })).toHaveCount(0);
});

test('what she wants by mail and when is kept', async ({ page }, info) => {
  const settled = async () => { if (hydrated(info.project)) await ready(page); };
  await page.goto('/notices/settings');
  await settled();
  await expect(page.getByText('This portal sends no mail')).toBeVisible();
  const lists = page.getByRole('group', { name: 'Playlists that you follow' });
  await lists.getByLabel('By mail').selectOption('weekly');
  // The label takes the click: it is the larger target.
  const quiet = page.locator('label[for="quiet"]');
  await quiet.click();
  await expect(page.getByRole('checkbox', { name: 'Quiet hours' })).toBeChecked();
  await page.getByLabel('Until').fill('06:45');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved.')).toBeVisible();
  await settled();
  await expect(lists.getByLabel('By mail')).toHaveValue('weekly');
  await expect(page.getByLabel('Until')).toHaveValue('06:45');
  await quiet.click();
  await lists.getByLabel('By mail').selectOption('daily');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('checkbox', { name: 'Quiet hours' })).not.toBeChecked();
});

test.describe('a link to unsubscribe that is none of ours', () => {
  test.use({ who: undefined, expected: /422/ });
  test('is refused, with a way on', async ({ page }) => {
    const answer = await page.goto('/notices/unsubscribe?t=forged');
    expect(answer!.status()).toBe(422);
    await expect(page.getByText('This link is not one of ours')).toBeVisible();
  });
});
