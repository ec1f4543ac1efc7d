// SPDX-License-Identifier: Apache-2.0
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { pack } from '../phone/pack.ts';

/** An example of an organisation's portal, which the phone's server shows at /portal/. */
export default defineConfig({
  base: './',
  plugins: [react(), pack()],
  build: {
    outDir: '../phone/dist/portal',
    emptyOutDir: true,
    target: ['chrome111', 'firefox115', 'safari16.4'],
    assetsInlineLimit: 0,
    modulePreload: false,
    rolldownOptions: { input: ['index.html', 'plain.html'] },
  },
});
