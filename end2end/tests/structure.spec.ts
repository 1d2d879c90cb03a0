// What a screen reader meets on the pages that people live in: names, roles and their order.
import { test, expect, hydrated, ready } from '../support/fixtures';

test.describe('an employee', () => {
  test.use({ who: 'employee' });

  test('the frame', async ({ page }, info) => {
    await page.goto('/saved');
    if (hydrated(info.project)) await ready(page);
    // With JavaScript it offers what one may mean.
    const box = hydrated(info.project) ? 'combobox' : 'searchbox';
    await expect(page.getByRole('banner')).toMatchAriaSnapshot(`
      - banner:
        - link "Atrium"
        - navigation "Main":
          - link "Home"
          - link "Search"
          - link "Playlists"
          - link "Saved"
          - link "History"
        - search:
          - ${box} "Search everything"
          - button "Search"
    `);
  });

  test('her home page', async ({ page }) => {
    await page.goto('/');
    await expect(page.getByRole('main')).toMatchAriaSnapshot(`
      - main:
        - heading /Good (morning|afternoon|evening), Ines/ [level=1]
        - navigation "Narrow this page":
          - group "Topic":
            - link "Everything"
          - group "Kind":
            - link "Everything"
            - link "Course"
        - heading "Continue where you were" [level=2]
        - article:
          - heading [level=3]:
            - link
          - button /Save/
    `);
  });
});

test.describe('a curator', () => {
  test.use({ who: 'curator' });
  test('the editor', async ({ page }) => {
    await page.goto('/playlists/your-first-month/edit');
    await expect(page.getByRole('main')).toMatchAriaSnapshot(`
      - main:
        - navigation "Where you are"
        - heading "Your first month at Halden" [level=1]
        - heading "What is in it" [level=2]
        - list:
          - listitem:
            - 'button "Move down: Your first week"'
            - 'button "Remove: Your first week"'
          - listitem:
            - 'button "Move up: Sensor families at a glance"'
            - 'button "Move down: Sensor families at a glance"'
            - 'button "Remove: Sensor families at a glance"'
    `);
  });
});

test.describe('a manager', () => {
  test.use({ who: 'manager' });
  test('the team', async ({ page }) => {
    await page.goto('/team');
    await expect(page.getByRole('main')).toMatchAriaSnapshot(`
      - main:
        - heading "Your team" [level=1]
        - combobox "Playlist"
        - combobox "People"
        - button "Show"
        - heading "Whom to help next" [level=2]
        - heading "Where they are" [level=2]
        - figure:
          - img /Done/
        - heading "Person by person" [level=2]
        - region:
          - table:
            - rowgroup:
              - row "Person State Items done Last activity"
    `);
  });
});

test.describe('an operator', () => {
  test.use({ who: 'operator' });
  test('the sources', async ({ page }) => {
    await page.goto('/sources');
    await expect(page.getByRole('main')).toMatchAriaSnapshot(`
      - main:
        - heading "Sources" [level=1]
        - link "Connect a source"
        - region "Sources":
          - table "Sources":
            - rowgroup:
              - row "Source Health Items Quarantined Last good sync Next sync"
            - rowgroup:
              - row /Halden forum Discourse/:
                - rowheader /Halden forum/:
                  - link "Halden forum"
    `);
  });
});
