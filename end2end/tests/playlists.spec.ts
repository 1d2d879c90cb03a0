// A curator assembles a playlist, a learner follows it: the same with JavaScript and without.
import { test, expect, hydrated, ready } from '../support/fixtures';
import { draft } from '../support/playlists';

test.describe('a curator', () => {
  test.use({ who: 'curator' });

  test('adds, moves, undoes, publishes and deletes', async ({ page }, info) => {
    const js = hydrated(info.project);
    await draft(page, `Ferrous paths ${info.project.name}`, js);
    const titles = page.locator('.edit-item .edit-title');
    const [first, second] = await titles.allTextContents();
    await page.getByRole('button', { name: `Move down: ${first}` }).click();
    await expect(titles).toHaveText([second!, first!]);
    await page.getByRole('button', { name: 'Undo the move' }).click();
    await expect(titles).toHaveText([first!, second!]);
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await expect(page.getByText('Published', { exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'Delete' }).click();
    await expect(page.getByText('This playlist was deleted')).toBeVisible();
    await page.getByRole('button', { name: 'Restore', exact: true }).click();
    await expect(titles).toHaveText([first!, second!]);
  });

  test('finds what was deleted below the playlists, and restores it there', async ({ page }, info) => {
    const js = hydrated(info.project);
    const title = `Lost and found ${info.project.name}`;
    const address = await draft(page, title, js);
    await page.getByRole('button', { name: 'Delete' }).click();
    await expect(page.getByText('This playlist was deleted')).toBeVisible();
    await page.goto('/playlists');
    if (js) await ready(page);
    await page.locator('#deleted').getByRole('button', { name: `Restore: ${title}` }).click();
    await expect(page.getByText('Brought back, as it was.')).toBeVisible();
    await page.waitForURL(`**${address}*`);
    await expect(page.locator('.edit-item')).toHaveCount(2);
    await page.goto('/playlists');
    await expect(page.getByRole('link', { name: title })).toBeVisible();
    await expect(page.getByRole('button', { name: `Restore: ${title}` })).toHaveCount(0);
  });
});

test.describe('a curator who starts a playlist', () => {
  // Chromium writes a refused form to its console.
  test.use({ who: 'curator', expected: /422/ });

  test('is told once what a new playlist lacks, how long it may be, and can think better of it', async ({ page }, info) => {
    await page.goto('/playlists/new');
    if (hydrated(info.project)) await ready(page);
    const title = page.getByLabel('Title');
    await expect(title).toHaveAccessibleDescription(/At most 120 characters/);
    await title.fill('   ');
    await page.getByRole('button', { name: 'Start the playlist' }).click();
    await expect(page.getByText('Give it a title.')).toHaveCount(1);
    await page.getByRole('link', { name: 'Cancel' }).click();
    await page.waitForURL('**/playlists');
  });
});

test.describe('a learner', () => {
  test.use({ who: 'employee' });

  test('follows a playlist, finishes an item and takes both back', async ({ page }, info) => {
    await page.goto('/playlists/your-first-month');
    if (hydrated(info.project)) await ready(page);
    const follow = page.getByRole('button', { name: 'Follow', exact: true });
    const following = page.getByRole('button', { name: 'Following', exact: true });
    if (await following.isVisible()) {
      await following.click();
      await expect(follow).toBeVisible();
    }
    await follow.click();
    await expect(following).toHaveAttribute('aria-pressed', 'true');
    const done = page.locator('.playlist-item[data-state="done"]');
    const before = await done.count();
    const item = page.locator('.playlist-item[data-state="open"]').first();
    const title = (await item.locator('.playlist-item-title').textContent())!.trim();
    await page.getByRole('button', { name: `Mark as done: ${title}` }).click();
    await expect(done).toHaveCount(before + 1);
    await page.getByRole('button', { name: `Done: ${title}`, exact: true }).click();
    await expect(done).toHaveCount(before);
  });
});
