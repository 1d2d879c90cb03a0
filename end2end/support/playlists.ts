// Assembling a playlist, as every spec of the editor begins.
import { expect, type Page } from '@playwright/test';
import { ready } from './fixtures';

/** Makes a draft with the first two hits for "rust" and answers its address. */
export async function draft(page: Page, title: string, js: boolean): Promise<string> {
  await page.goto('/playlists/new');
  if (js) await ready(page);
  await page.getByLabel('Title').fill(title);
  await page.getByRole('button', { name: 'Start the playlist' }).click();
  await page.waitForURL(/\/playlists\/[^/]+\/edit/);
  const box = page.getByRole('searchbox', { name: 'Search the catalogue' });
  await box.fill('rust');
  await box.press('Enter');
  for (const count of [1, 2]) {
    await page.locator('.edit-hit').getByRole('button', { name: /^Add/ }).first().click();
    await expect(page.locator('.edit-item')).toHaveCount(count);
  }
  return new URL(page.url()).pathname;
}
