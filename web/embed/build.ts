// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'vite';

const kept = join(import.meta.dirname, 'kept');

/** What the script of a portal's page is made of, as one file that needs no module loader. */
async function embedCode(): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    build: {
      write: false,
      target: ['chrome111', 'firefox115', 'safari16.4'],
      lib: {
        entry: join(import.meta.dirname, 'src/embed.ts'),
        formats: ['iife'],
        name: 'DeringScript',
      },
    },
  });
  const [first] = Array.isArray(result) ? result : [result];
  if (first === undefined || !('output' in first)) throw new Error('embed.js was not built');
  return `/*! Dering, Apache-2.0 */\n${first.output[0].code}`;
}

/**
 * /embed.js is the newest one, /assets/embed-HASH.js the same for who wants to say which one, and
 * embed.json names it. Those of the release before are in kept/ (docs/decisions/0015).
 */
export function embed(): Plugin {
  return {
    name: 'embed',
    apply: 'build',
    async generateBundle() {
      const code = await embedCode();
      const hash = createHash('sha256').update(code).digest('hex').slice(0, 10);
      const integrity = `sha384-${createHash('sha384').update(code).digest('base64')}`;
      const address = `assets/embed-${hash}.js`;
      const files = new Map([
        ['embed.js', code],
        [address, code],
        ['embed.json', `${JSON.stringify({ address, integrity }, null, 2)}\n`],
      ]);
      for (const name of existsSync(kept) ? readdirSync(kept) : []) {
        if (name.endsWith('.js'))
          files.set(`assets/${name}`, readFileSync(join(kept, name), 'utf8'));
      }
      for (const [fileName, source] of files) this.emitFile({ type: 'asset', fileName, source });
    },
  };
}
