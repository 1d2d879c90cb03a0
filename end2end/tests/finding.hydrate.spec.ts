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
  await expect(page.locator('#site-search')).toBeFocused();
});

test('the box offers pages, topics, playlists and resources, by keyboard alone', async ({ page }) => {
  await page.goto('/saved');
  await ready(page);
  await page.keyboard.press('Control+k');
  const box = page.getByRole('combobox', { name: 'Search everything' });
  await expect(box).toBeFocused();
  await expect(box).toHaveAttribute('aria-expanded', 'true');
  const list = page.getByRole('listbox', { name: 'Suggestions' });
  await expect(list.getByRole('option', { name: 'Playlists' })).toBeVisible();
  await page.keyboard.type('rust', { delay: 20 });
  await expect(list.getByRole('group', { name: 'Library' }).getByRole('option').first()).toContainText(/rust/i);
  await expect(list.getByRole('group', { name: 'Topics' }).getByRole('option').first()).toContainText(/rust/i);
  await expect(list.getByRole('option').last()).toHaveText(/Search for “rust”/);
  await page.keyboard.press('ArrowDown');
  const first = list.getByRole('option').first();
  await expect(first).toHaveAttribute('aria-selected', 'true');
  await expect(box).toHaveAttribute('aria-activedescendant', (await first.getAttribute('id'))!);
  await page.keyboard.press('Escape');
  await expect(list).toHaveCount(0);
  await expect(box, 'what was typed stays').toHaveValue('rust');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/search\?q=rust$/);
  await page.goBack();
  await expect(page.locator('#site-search'), 'meant for the page that was left').toHaveValue('');
});

test('a click on an offer leads there, and Enter without one searches', async ({ page }) => {
  await page.goto('/saved');
  await ready(page);
  await page.locator('#site-search').fill('first month');
  await page.getByRole('group', { name: 'Playlists' }).getByRole('option').first().click();
  await expect(page).toHaveURL(/\/playlists\/[^/]+$/);
  await expect(page.getByRole('listbox')).toHaveCount(0);
  await page.locator('#site-search').fill('kubernetes');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/search\?q=kubernetes$/);
});

test('on a phone the box has the bar to itself, and the search stays in sight', async ({ page }) => {
  await page.setViewportSize({ width: 375, height: 667 });
  await page.goto('/saved');
  await ready(page);
  const box = page.locator('#site-search');
  await expect(page.locator('.bell')).toBeVisible();
  await box.click();
  await page.keyboard.type('data', { delay: 20 });
  const list = page.getByRole('listbox', { name: 'Suggestions' });
  await expect(list.getByRole('group', { name: 'Library' }).getByRole('option').first()).toBeVisible();
  const search = list.getByRole('option').last();
  await expect(search).toHaveText(/Search for “data”/);
  await expect(search).toBeInViewport({ ratio: 1 });
  const { y, height } = (await search.boundingBox())!;
  expect(y + height, 'above the keyboard').toBeLessThan(410);
  expect((await box.boundingBox())!.width).toBeGreaterThan(240);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Tab');
  await expect(page.locator('.bell'), 'it comes back').toHaveCSS('opacity', '1');
});

test('typing over a search leaves it in the history, once', async ({ page }) => {
  await page.goto('/search?q=kubernetes');
  await ready(page);
  await expect(page.locator('main .card').first()).toContainText(/kubernetes/i);
  const box = page.locator('#search');
  await box.fill('ru');
  await expect(page).toHaveURL(/q=ru$/);
  await box.fill('rust');
  await expect(page).toHaveURL(/q=rust$/);
  await page.goBack();
  await expect(page).toHaveURL(/q=kubernetes$/);
  await expect(box).toHaveValue('kubernetes');
  await expect(page.locator('main .card').first()).toContainText(/kubernetes/i);
});

for (const path of ['/', '/search?q=data']) {
  test(`going back leads to where one was on ${path}`, async ({ page }) => {
    await page.goto(path);
    await ready(page);
    const card = page.locator('main .card-link').nth(9);
    await card.scrollIntoViewIfNeeded();
    await page.mouse.wheel(0, 300);
    await page.waitForTimeout(600);
    const before = await page.evaluate(() => window.scrollY);
    expect(before).toBeGreaterThan(300);
    await page.locator('main .card-link').nth(10).click();
    await expect(page.locator('.resource h1')).toBeVisible();
    await expect.poll(() => page.evaluate(() => window.scrollY)).toBe(0);
    await page.goBack();
    await expect(card).toBeVisible();
    await expect.poll(() => page.evaluate(() => window.scrollY)).toBeGreaterThan(before - 50);
    // It stays there, while the focus goes to the page's heading too.
    await page.waitForTimeout(800);
    expect(Math.abs((await page.evaluate(() => window.scrollY)) - before)).toBeLessThan(50);
  });
}

test('following a topic on the feed offers the new feed, and does not move what one reads', async ({ page }) => {
  await page.goto('/');
  await ready(page);
  const card = page.locator('main .card').first();
  await card.locator('summary').click();
  const follow = card.locator('.menu-item[aria-pressed]').first();
  const was = await follow.getAttribute('aria-pressed');
  await follow.click();
  const renew = page.getByRole('button', { name: 'Show my new feed' });
  await renew.click();
  await expect(renew).toBeHidden();
  // as it was
  await page.locator('main .card').first().locator('summary').click();
  const again = page.locator('main .card').first().locator('.menu-item[aria-pressed]').first();
  await expect(again).toHaveAttribute('aria-pressed', was === 'true' ? 'false' : 'true');
  await again.click();
  await expect(renew).toBeVisible();
});

test('a card that is shown again has the focus', async ({ page }) => {
  await page.goto('/');
  await ready(page);
  const card = page.locator('main .card').nth(5);
  const link = await card.locator('.card-link').getAttribute('href');
  await card.locator('summary').click();
  await card.getByRole('button', { name: 'Not for me' }).click();
  await page.keyboard.press('Enter');
  await expect(page.locator(`main .card-link[href="${link}"]`).first()).toBeFocused();
});

test('the way past the frame takes the focus along', async ({ page }) => {
  await page.goto('/saved');
  await ready(page);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.locator('#content')).toBeFocused();
});
