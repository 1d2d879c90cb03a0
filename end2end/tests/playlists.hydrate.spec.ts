// What only JavaScript gives the editor: moving by keyboard with the focus kept, and being told where the item is.
import { test, expect } from '../support/fixtures';
import { draft } from '../support/playlists';

test.use({ who: 'curator' });

test('Alt with an arrow moves the item that has the focus, and says so', async ({ page }) => {
  await draft(page, 'By keyboard', true);
  const titles = page.locator('.edit-item .edit-title');
  const [first, second] = await titles.allTextContents();
  await page.getByRole('button', { name: `Move down: ${first}` }).focus();
  await page.keyboard.press('Alt+ArrowDown');
  await expect(titles).toHaveText([second!, first!]);
  await expect(page.locator('[aria-live="polite"]', { hasText: `${first} is now 2 of 2.` })).toBeAttached();
  await expect(page.locator('.edit-item', { hasText: first! }).locator(':focus')).toHaveCount(1);
  await page.keyboard.press('Alt+ArrowDown');
  await expect(page.locator('[aria-live="polite"]', { hasText: 'the last item already' })).toBeAttached();
  await page.keyboard.press('Alt+ArrowUp');
  await expect(titles).toHaveText([first!, second!]);
  await expect(page.locator('.edit-item', { hasText: first! }).locator(':focus')).toHaveCount(1);
});

test('who clicks faster than the server answers loses nothing and is in nobody\'s way', async ({ page }) => {
  await draft(page, 'In a hurry', true);
  await page.route('**/api/playlists/edit', async (route) => {
    await new Promise((done) => setTimeout(done, 400));
    await route.continue();
  });
  await page.locator('#add-search').fill('statistics');
  const adds = page.locator('.edit-hit').getByRole('button', { name: /^Add: / });
  await expect(page.locator('.edit-hit .edit-title').first()).toContainText(/statistic/i);
  await expect(adds.nth(2)).toBeVisible();
  const names = await page.locator('.edit-hit .edit-title').allTextContents();
  for (const n of [0, 1, 2]) await adds.nth(n).click();
  const titles = page.locator('.edit-item .edit-title');
  await expect(titles).toHaveCount(5);
  expect((await titles.allTextContents()).slice(2)).toEqual(names.slice(0, 3));
  await page.getByRole('button', { name: `Move up: ${names[2]}` }).focus();
  for (const _ of [1, 2, 3]) await page.keyboard.press('Alt+ArrowUp');
  await expect(titles.nth(1)).toHaveText(names[2]!);
  await expect(page.locator('main .notice')).toHaveCount(0);
});

test('a note that is being typed outlives another edit', async ({ page }) => {
  await draft(page, 'While writing', true);
  const [first, second] = await page.locator('.edit-item .edit-title').allTextContents();
  const item = page.locator('.edit-item', { hasText: second! });
  await item.locator('summary').click();
  await expect(item.locator('textarea')).toBeFocused();
  await page.keyboard.type('Read this one first');
  await page.getByRole('button', { name: `Move down: ${first}` }).click();
  await expect(page.locator('.edit-item .edit-title')).toHaveText([second!, first!]);
  await expect(item.locator('textarea')).toHaveValue('Read this one first');
  await item.getByRole('button', { name: 'Save' }).click();
  await expect(item.locator('.playlist-note')).toHaveText('Read this one first');
  await expect(item.locator('details')).not.toHaveAttribute('open');
});
