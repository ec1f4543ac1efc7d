// SPDX-License-Identifier: Apache-2.0
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { embed } from '../embed/build.ts';
import { pack } from './pack.ts';

/** The folders in which the page has addresses, see src/net/page_paths.h. */
const folders = ['auth', 'c', 'settings'];

/**
 * All addresses in the build are relative, since nobody knows at build time below which path a proxy
 * has the page. Where its own address is one folder deeper, it has a page of its own.
 */
const deeperPages = (): Plugin => ({
  name: 'deeper-pages',
  enforce: 'post',
  generateBundle: {
    order: 'post',
    handler(_, bundle) {
      const page = bundle['index.html'];
      if (page?.type !== 'asset') throw new Error('there is no index.html');
      const source = String(page.source).replaceAll(/((?:src|href|content)=")\.\//g, '$1../');
      for (const folder of folders) {
        this.emitFile({ type: 'asset', fileName: `${folder}/index.html`, source });
      }
    },
  },
});

export default defineConfig({
  base: './',
  plugins: [react(), deeperPages(), embed(), pack()],
  build: {
    target: ['chrome111', 'firefox115', 'safari16.4'],
    // A data: address would need a wider Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
