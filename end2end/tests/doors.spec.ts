// Who may not come in does not: pages and machine routes, by role.
import { test, expect, people, signIn } from '../support/fixtures';

test('somebody who is not signed in is asked to, and lands where she wanted to go', async ({ page }) => {
  await page.goto('/saved');
  await expect(page).toHaveURL(/\/sign-in\?to=/);
  await signIn(page, people.employee, '/saved');
  await expect(page).toHaveURL(/\/saved$/);
});

test.describe('an employee', () => {
  test.use({ who: 'employee', expected: /403/ });
  for (const path of ['/sources', '/sources/new', '/design', '/team']) {
    test(`may not open ${path}`, async ({ page }) => {
      const answer = await page.goto(path);
      expect(answer!.status()).toBe(403);
      await expect(page.locator('h1')).toHaveText('Not yours to open');
    });
  }

  test('may not add a source by a forged form', async ({ page, baseURL }) => {
    const answer = await page.request.post('/api/sources/submit', {
      form: { kind: 'feeds', name: 'forged', what: 'save', 'settings[urls]': 'https://example.com/feed' },
      headers: { origin: baseURL!, accept: 'application/json' },
      maxRedirects: 0,
    });
    expect(answer.status()).toBe(403);
    const list = await page.request.get('/sources');
    expect(list.status()).toBe(403);
  });
});

test.describe('another site', () => {
  test.use({ who: 'employee' });
  test('cannot post in her name', async ({ page }) => {
    const answer = await page.request.post('/sign-out', { headers: { origin: 'https://evil.example' }, maxRedirects: 0 });
    expect(answer.status()).toBe(403);
    await page.goto('/saved');
    await expect(page).toHaveURL(/\/saved$/);
  });
});

test('every page says what may run on it', async ({ page }) => {
  const answer = await page.goto('/sign-in');
  const headers = answer!.headers();
  expect(headers['content-security-policy']).toMatch(/script-src 'nonce-[^']+' 'strict-dynamic' 'wasm-unsafe-eval'/);
  expect(headers['content-security-policy']).not.toContain('unsafe-inline');
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(headers['referrer-policy']).toBe('same-origin');
  expect(headers['x-request-id']).toBeTruthy();
});
