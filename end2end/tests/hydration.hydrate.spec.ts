// What the document brings is not fetched a second time: a page that does so is twice as slow and shows it to nobody.
import { test, expect, ready } from '../support/fixtures';

test.use({ who: 'operator' });

for (const path of ['/', '/search?q=rust', '/saved', '/playlists', '/playlists/your-first-month', '/sources', '/me', '/notices', '/notices/settings', '/notices/mail']) {
  test(`${path} comes whole`, async ({ page }) => {
    const calls: string[] = [];
    page.on('request', (request) => {
      if (new URL(request.url()).pathname.startsWith('/api/')) calls.push(request.url());
    });
    await page.goto(path);
    await ready(page);
    await page.waitForLoadState('networkidle');
    expect(calls).toEqual([]);
  });
}
