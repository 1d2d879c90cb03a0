// What only JavaScript gives the editor: moving by keyboard with the focus kept, and being told what an edit came to.
import { test, expect, ready } from '../support/fixtures';
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

test('a note is saved by leaving it, whatever one does next', async ({ page }) => {
  await draft(page, 'While writing', true);
  const [first, second] = await page.locator('.edit-item .edit-title').allTextContents();
  const item = page.locator('.edit-item', { hasText: second! });
  await item.locator('summary').click();
  await expect(item.locator('textarea')).toBeFocused();
  await page.keyboard.type('Read this one first');
  await page.getByRole('button', { name: `Move down: ${first}` }).click();
  await expect(page.locator('.edit-item .edit-title')).toHaveText([second!, first!]);
  await expect(item.locator('.playlist-note')).toHaveText('Read this one first');
  await expect(item.locator('details')).not.toHaveAttribute('open');
  // by keyboard, to another page
  await item.locator('summary').click();
  await item.locator('textarea').fill('Or this one');
  await page.getByRole('link', { name: 'Preview' }).click();
  await expect(page.locator('main .playlist-note')).toHaveText('Or this one');
});

test('a title is saved by leaving it, so that what is published has it', async ({ page }) => {
  const address = await draft(page, 'A working title', true);
  await page.getByLabel('Title').fill('What it is really called');
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('What it is really called');
  await expect(page.locator('main .badge', { hasText: 'Published' })).toBeVisible();
  // Undoing both brings the first title back, in the field as well.
  await page.getByRole('button', { name: 'Undo publishing' }).click();
  await expect(page.locator('main .badge', { hasText: 'Draft' })).toBeVisible();
  await page.getByRole('button', { name: /^Undo/ }).first().click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('A working title');
  await expect(page.getByLabel('Title')).toHaveValue('A working title');
  // An empty title is not sent; nothing is said while somebody may still be at it.
  await page.getByLabel('Title').fill('');
  await page.getByLabel('Summary').focus();
  await expect(page.locator('main .notice')).toHaveCount(0);
  await page.goto(address);
  await expect(page.getByLabel('Title')).toHaveValue('A working title');
});

test('an edit is confirmed where it is seen and read out', async ({ page }) => {
  await draft(page, 'With an answer', true);
  const told = page.locator('main [aria-live="polite"]');
  await expect(told, 'in the document before anything is said').toBeAttached();
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  await expect(told).toHaveText('Published to Everyone.');
  await expect(told.locator('.toast')).toBeInViewport();
  const group = await page.getByLabel('Audience').locator('option').nth(1).textContent();
  await page.getByLabel('Audience').selectOption({ index: 1 });
  await page.getByRole('button', { name: 'Change the audience' }).click();
  await expect(told).toHaveText(`Published to ${group}.`);
  await page.getByRole('button', { name: 'Undo publishing' }).click();
  await expect(told).toHaveText('Undone.');
  await expect(page.getByLabel('Audience'), 'the choice follows').toHaveValue('');
  await page.getByLabel('Summary').fill('For those who come back to it.');
  await page.getByRole('button', { name: 'Save', exact: true }).last().click();
  await expect(told).toHaveText('Saved.');
});

test('what was removed is named, and one key brings it back', async ({ page }) => {
  await draft(page, 'There and back', true);
  const titles = page.locator('.edit-item .edit-title');
  const [first, second] = await titles.allTextContents();
  await page.getByRole('button', { name: `Remove: ${first}` }).focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('main [aria-live="polite"]')).toContainText(`Removed: ${first}.`);
  await expect(page.getByRole('button', { name: 'Undo', exact: true })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(titles).toHaveText([first!, second!]);
  await expect(page.getByRole('button', { name: `Remove: ${first}` })).toBeFocused();
});

test.describe('of two windows', () => {
  test.use({ expected: /409/ });
  test('what is wrong with an edit is in view', async ({ page, browser }) => {
    const address = await draft(page, 'Two at once', true);
    // A colleague's window, signed in as the same person.
    const other = await browser.newPage({ storageState: await page.context().storageState() });
    await other.goto(new URL(address, page.url()).href);
    await ready(other);
    await other.getByRole('button', { name: /^Move down/ }).click();
    await expect(other.getByRole('button', { name: 'Undo the move' })).toBeVisible();
    await other.close();
    // At the far end of the page, where the settings are.
    await page.setViewportSize({ width: 1280, height: 420 });
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await expect(page.locator('.editor-problem .notice')).toContainText('has changed this playlist');
    await expect(page.locator('.editor-problem .notice')).toBeInViewport();
  });
});

test('a hit can be looked at before it is added', async ({ page }) => {
  await draft(page, 'Looking first', true);
  const hit = page.locator('.edit-hit a').first();
  await expect(hit).toHaveAttribute('target', '_blank');
  const title = (await page.locator('.edit-hit .edit-title').first().textContent())!.trim();
  const [look] = await Promise.all([page.waitForEvent('popup'), hit.click()]);
  await expect(look.locator('h1')).toHaveText(title);
});

test('characters are counted while one types', async ({ page }) => {
  await page.goto('/playlists/new');
  await ready(page);
  await page.getByLabel('Title').fill('Twelve chars');
  await expect(page.getByText('12 of 120 characters')).toBeVisible();
});
