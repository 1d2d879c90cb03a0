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
    await page.getByRole('button', { name: 'Undo deleting' }).click();
    await expect(titles).toHaveText([first!, second!]);
  });
});

test.describe('a learner', () => {
  test.use({ who: 'employee' });

  test('follows a playlist, finishes an item and takes both back', async ({ page }, info) => {
    await page.goto('/playlists/your-first-month');
    if (hydrated(info.project)) await ready(page);
    const follow = page.getByRole('button', { name: 'Follow', exact: true });
    const unfollow = page.getByRole('button', { name: 'Unfollow', exact: true });
    if (await unfollow.isVisible()) {
      await unfollow.click();
      await expect(follow).toBeVisible();
    }
    await follow.click();
    await expect(unfollow).toBeVisible();
    const done = page.locator('.playlist-item[data-state="done"]');
    const before = await done.count();
    await page.getByRole('button', { name: /^Mark as done/ }).first().click();
    await expect(done).toHaveCount(before + 1);
    await page.getByRole('button', { name: /^Mark as not done/ }).first().click();
    await expect(done).toHaveCount(before);
  });
});
