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
