// A manager chooses a playlist, finds whom to help, and looks at one person.
import { test, expect, hydrated, ready } from '../support/fixtures';

test.use({ who: 'manager' });

test('the choice is in the address, and going back brings the one before', async ({ page }, info) => {
  await page.goto('/team');
  if (hydrated(info.project)) await ready(page);
  const playlist = page.getByRole('combobox', { name: 'Playlist' });
  const first = await playlist.inputValue();
  const second = (await playlist.locator('option').nth(1).getAttribute('value'))!;
  await playlist.selectOption(second);
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await page.waitForURL((url) => url.searchParams.get('playlist') === second);
  await expect(playlist).toHaveValue(second);
  if (!hydrated(info.project)) return;
  expect(new URL(page.url()).search).toBe(`?playlist=${second}`);
  await page.goBack();
  await expect(playlist).toHaveValue(first);
  await page.goForward();
  await expect(playlist).toHaveValue(second);
});

test('who has not started is among those to help, with the reason', async ({ page }) => {
  await page.goto('/team');
  const options = await page.getByRole('combobox', { name: 'Playlist' }).locator('option').all();
  const slugs = await Promise.all(options.map((option) => option.getAttribute('value')));
  for (const slug of slugs) {
    await page.goto(`/team?playlist=${slug}`);
    const row = page.getByRole('row').filter({ hasText: 'Not started' }).first();
    // What was published a moment ago is nobody's delay yet.
    const isNew = await page.getByText('Who has not started is named here after').count();
    if ((await row.count()) === 0 || isNew > 0) continue;
    const name = (await row.getByRole('link').textContent())!.trim();
    const line = page.locator('.person-line', { hasText: name });
    await expect(line.locator('.badge')).toHaveText('Not started');
    await expect(line).toContainText('Has not started, published');
    return;
  }
  throw new Error('the demo organisation has nobody who has not started');
});

test('a person’s page says what is next, and leads on and back', async ({ page }, info) => {
  await page.goto('/team');
  const slug = await page.getByRole('combobox', { name: 'Playlist' }).inputValue();
  if (hydrated(info.project)) await ready(page);
  const row = page.getByRole('row').filter({ hasText: /Under way|Started/ }).first();
  const name = (await row.getByRole('link').textContent())!.trim();
  await row.getByRole('link').click();
  await expect(page.locator('h1')).toHaveText(name);
  await expect(page.getByRole('columnheader', { name: 'Next item' })).toBeAttached();
  await expect(page.locator('main td a[href^="/resources/"]').first()).toBeVisible();
  await expect(page.locator('main th a[href^="/playlists/"]').first()).toBeVisible();
  await expect(page.getByRole('link', { name: `Write to ${name}` })).toHaveAttribute('href', /^mailto:[^@]+@/);
  await page.getByRole('navigation', { name: 'Where you are' }).getByRole('link', { name: 'Your team' }).click();
  await page.waitForURL((url) => url.pathname === '/team' && url.searchParams.get('playlist') === slug);
});
