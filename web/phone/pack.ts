// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const text = /\.(?:css|html|js|json|map|svg|txt|webmanifest)$/;
// What fits into one packet with its head gains nothing.
const leastBytes = 1024;

function packBeside(file: string): void {
  const bytes = readFileSync(file);
  if (bytes.length < leastBytes) return;
  const brotli = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  const packed = {
    br: brotliCompressSync(bytes, { params: brotli }),
    gz: gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }),
  };
  for (const [ending, content] of Object.entries(packed)) {
    if (content.length < bytes.length) writeFileSync(`${file}.${ending}`, content);
  }
}

/** Puts name.br and name.gz beside each text file, for the server to send to who takes them. */
export function pack(): Plugin {
  let folder = '';
  return {
    name: 'pack',
    apply: 'build',
    configResolved({ root, build }) {
      folder = join(root, build.outDir);
    },
    closeBundle() {
      for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        if (entry.isFile() && text.test(entry.name)) packBeside(join(entry.parentPath, entry.name));
      }
    },
  };
}
