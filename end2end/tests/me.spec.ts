// What is recorded about a person: shown, explained, and hers to take along.
import { test, expect, people, signIn } from '../support/fixtures';

test.use({ who: 'employee' });

/** A context of the test's own would begin as the employee. */
const nobody = { cookies: [], origins: [] };

test('a manager’s look is on the list of the person looked at', async ({ browser, baseURL }) => {
  const context = await browser.newContext({ baseURL, javaScriptEnabled: false, storageState: nobody });
  const manager = await context.newPage();
  await signIn(manager, people.manager, '/team');
  const report = manager.locator('main a[href^="/team/"]').first();
  const name = (await report.textContent())!.trim();
  await report.click();
  await expect(manager.locator('h1')).toContainText(name);
  await manager.context().close();

  const hers = await browser.newContext({ baseURL, javaScriptEnabled: false, storageState: nobody });
  const me = await hers.newPage();
  await signIn(me, name, '/me');
  // Among the looks: her facts name the manager anyway.
  await expect(me.getByRole('row').filter({ hasText: people.manager }).first()).toBeVisible();
  await hers.close();

  // And on nobody else's: the curator is not in that line.
  const other = await browser.newContext({ baseURL, javaScriptEnabled: false, storageState: nobody });
  const theirs = await other.newPage();
  await signIn(theirs, people.curator, '/me');
  await expect(theirs.locator('h1')).toBeVisible();
  await expect(theirs.getByRole('row').filter({ hasText: people.manager })).toHaveCount(0);
  await other.close();
});

test('everything can be taken along as a file', async ({ page }) => {
  await page.goto('/me');
  for (const kept of ['notices to you', 'mails about them', 'choices about notices']) {
    await expect(page.locator('.figures').getByText(kept, { exact: true })).toBeVisible();
  }
  const link = page.getByRole('link', { name: 'Download everything' });
  const answer = await page.request.get((await link.getAttribute('href'))!);
  expect(answer.status()).toBe(200);
  expect(answer.headers()['content-disposition']).toContain('attachment');
  // A notice names whoever changed a playlist; nothing else names anyone outside her line.
  const { notices, ...rest } = await answer.json();
  expect(Array.isArray(notices.told)).toBe(true);
  const told = JSON.stringify(rest);
  expect(told).toContain(people.employee);
  expect(told).not.toContain(people.curator);
});
