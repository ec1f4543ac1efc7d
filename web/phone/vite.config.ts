// SPDX-License-Identifier: Apache-2.0
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { pack } from './pack.ts';

/**
 * All addresses in the build are relative, since nobody knows at build time below which path a proxy
 * has the page. A browser that comes back from a provider is one folder deeper.
 */
const callbackPage = (): Plugin => ({
  name: 'callback-page',
  enforce: 'post',
  generateBundle: {
    order: 'post',
    handler(_, bundle) {
      const page = bundle['index.html'];
      if (page?.type !== 'asset') throw new Error('there is no index.html');
      const source = String(page.source).replaceAll(/((?:src|href)=")\.\//g, '$1../');
      this.emitFile({ type: 'asset', fileName: 'auth/callback.html', source });
    },
  },
});

export default defineConfig({
  base: './',
  plugins: [react(), callbackPage(), pack()],
  build: {
    target: ['chrome111', 'firefox115', 'safari16.4'],
    // A data: address would need a wider Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
