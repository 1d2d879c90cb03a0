// The bell says what is new without loading the page again.
import { test, expect, ready } from '../support/fixtures';

test.use({ who: 'employee' });

test('the bell is asked for again when the page comes to sight', async ({ page }) => {
  await page.goto('/saved');
  await ready(page);
  await page.route('**/api/notices/unread', (route) => route.fulfill({ json: 7 }));
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })));
  await expect(page.locator('.bell')).toHaveAccessibleName('Notices, 7 unread');
  await expect(page.locator('.bell-count')).toHaveText('7');
});
