// A curator says what is the same thing and what is not, and takes it back: the same with JavaScript and without.
import type { Page } from '@playwright/test';
import { test, expect, hydrated, ready } from '../support/fixtures';

/** The pair about `title`. */
const pair = (page: Page, title: string) => page.locator('.pair').filter({ has: page.getByRole('heading', { name: title }) });
const RUST = 'The Rust Programming Language';
const CS50 = 'CS50\'s Introduction to Computer Science';

test.describe('a curator', () => {
  test.use({ who: 'curator' });

  test('sees both sides, puts two together, keeps two apart, and undoes both', async ({ page }, info) => {
    const settled = async () => { if (hydrated(info.project)) await ready(page); };
    await page.goto('/look-alikes');
    await settled();
    const sides = pair(page, RUST).locator('.pair-side');
    await expect(sides).toHaveCount(2);
    await expect(sides.nth(0)).toContainText('doc.rust-lang.org');
    await expect(sides.nth(1)).toContainText('rust-book.cs.brown.edu');

    await pair(page, RUST).getByRole('button', { name: `Same thing: ${RUST}` }).click();
    await expect(pair(page, RUST)).toHaveCount(0);
    await expect(page.locator('#decided')).toContainText(`“${RUST}” is one thing`);
    // Whoever looks for it finds one, with its editions.
    const card = page.locator('.card').filter({ has: page.getByRole('heading', { name: RUST, exact: true }) });
    await expect(async () => {
      // The index follows within a second or two.
      await page.goto(`/search?q=${encodeURIComponent(RUST)}`);
      await expect(card).toHaveCount(1, { timeout: 500 });
    }).toPass();
    await expect(card).toContainText('2 editions');
    await card.getByRole('link', { name: RUST }).click();
    await expect(page.locator('.edition')).toHaveCount(1);

    await page.goto('/look-alikes');
    await settled();
    await pair(page, CS50).getByRole('button', { name: `Different things: ${CS50}` }).click();
    await expect(pair(page, CS50)).toHaveCount(0);
    for (const title of [CS50, RUST]) {
      await settled();
      await page.locator('#decided').getByRole('button', { name: `Undo: ${title}` }).first().click();
      await expect(pair(page, title)).toHaveCount(1);
    }
  });

  test('splits an edition off on its page, and puts it back', async ({ page }, info) => {
    const settled = async () => { if (hydrated(info.project)) await ready(page); };
    const title = 'The Missing Semester of Your CS Education';
    await page.goto(`/search?q=${encodeURIComponent(title)}`);
    const hit = page.locator('.card').filter({ hasText: title });
    await expect(hit).toHaveCount(1);
    await hit.getByRole('link', { name: title }).first().click();
    await expect(page.locator('.edition')).toHaveCount(1);
    const here = page.url();
    await settled();
    await page.locator('.edition').getByRole('button', { name: /^Not the same thing/ }).click();
    await page.waitForURL('**/look-alikes*');
    await expect(page.locator('#decided')).toContainText('was split off from');
    await page.goto(here);
    await expect(page.locator('.edition')).toHaveCount(0);
    await page.goto('/look-alikes');
    await settled();
    await page.locator('#decided').getByRole('button', { name: /^Undo: The Missing Semester/ }).click();
    await expect(page.locator('#decided')).toHaveCount(0);
    await page.goto(here);
    await expect(page.locator('.edition')).toHaveCount(1);
  });

  test('answers with the keyboard alone', async ({ page }, info) => {
    test.skip(!hydrated(info.project), 'keys need JavaScript; the buttons do not');
    await page.goto('/look-alikes');
    await ready(page);
    const first = page.locator('.pair').first();
    const count = await page.locator('.pair').count();
    expect(count).toBeGreaterThan(1);
    await first.getByRole('button').first().focus();
    await page.keyboard.press('ArrowDown');
    await expect(page.locator('.pair').nth(1)).toBeFocused();
    await page.keyboard.press('ArrowUp');
    await expect(first).toBeFocused();
    const title = (await first.locator('h2').first().textContent())!.trim();
    await page.keyboard.press('d');
    await expect(page.locator('.pair')).toHaveCount(count - 1);
    // The next one has come into its place, and the hands go on.
    await expect(page.locator('.pair').first()).toBeFocused();
    await page.locator('#decided').getByRole('button', { name: `Undo: ${title}` }).first().click();
    await expect(page.locator('.pair')).toHaveCount(count);
  });
});

test.describe('a learner', () => {
  test.use({ who: 'employee', expected: /403/ });

  test('is not asked, and may not answer', async ({ page }) => {
    const answer = await page.goto('/look-alikes');
    expect(answer!.status()).toBe(403);
    const posted = await page.request.post('/api/works/decide', {
      form: { one: 'a', two: 'b', same: 'true' },
      headers: { origin: new URL(page.url()).origin, accept: 'application/json' },
    });
    expect(posted.status()).toBe(403);
  });
});
