// SPDX-License-Identifier: Apache-2.0
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { pack } from './pack';

export default defineConfig({
  plugins: [react(), pack()],
  build: {
    target: ['chrome111', 'firefox115', 'safari16.4'],
    // A data: address would need a wider Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
