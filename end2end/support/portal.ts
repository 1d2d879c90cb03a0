// How the portal under test is started: the built binary with its demo organisation, everything fresh.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');
const port = Number(process.env.ATRIUM_END2END_PORT ?? 4710);
export const address = `http://127.0.0.1:${port}`;
export const binary = process.env.ATRIUM_BINARY ?? join(root, 'target/debug/atrium');
export const command = `cd ${root} && exec ${binary} demo`;

// Playwright reads its configuration in every worker: the folder is made once, by the first.
process.env.ATRIUM_END2END_DATA ??= mkdtempSync(join(tmpdir(), 'atrium-end2end-'));

/** The environment of a portal of its own: its listener, its data. */
export function portalEnvironment(port: number, data: string): Record<string, string> {
  return {
    ...(process.env as Record<string, string>),
    ATRIUM__SERVER__LISTEN: `127.0.0.1:${port}`,
    ATRIUM__SERVER__PUBLIC_ADDRESS: `http://127.0.0.1:${port}`,
    ATRIUM__SERVER__METRICS: '',
    ATRIUM__DATABASE__URL: `sqlite://${data}/atrium.db`,
    ATRIUM__SEARCH__FOLDER: `${data}/search`,
    ATRIUM__SECRETS__KEY_FILE: `${data}/secret.key`,
    ATRIUM__LOG__FILTER: 'warn',
  };
}

export const environment = portalEnvironment(port, process.env.ATRIUM_END2END_DATA);
