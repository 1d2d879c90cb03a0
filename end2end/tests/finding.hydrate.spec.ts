// Searching while typing: the address follows, nothing is loaded anew, and going back goes back.
import { test, expect, ready } from '../support/fixtures';

test.use({ who: 'employee' });

test('typing searches by itself', async ({ page }) => {
  await page.goto('/search');
  await ready(page);
  await page.evaluate(() => ((window as unknown as { same: boolean }).same = true));
  const box = page.locator('#search');
  await box.pressSequentially('kubernetes', { delay: 20 });
  await expect(page).toHaveURL(/\/search\?q=kubernetes$/);
  await expect(page.locator('main .card').first()).toContainText(/kubernetes/i);
  expect(await page.evaluate(() => (window as unknown as { same?: boolean }).same), 'the same document').toBe(true);
  await expect(box).toBeFocused();
});

test('a slash goes to the search box from anywhere', async ({ page }) => {
  await page.goto('/saved');
  await ready(page);
  await page.keyboard.press('/');
  await expect(page.getByRole('banner').getByRole('searchbox')).toBeFocused();
});
