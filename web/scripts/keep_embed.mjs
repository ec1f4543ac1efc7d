// SPDX-License-Identifier: Apache-2.0
// When a release is made: its embed.js keeps its address in the next one (docs/decisions/0015).
import { copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';

const dist = join(import.meta.dirname, '../phone/dist');
const kept = join(import.meta.dirname, '../embed/kept');
const { address } = JSON.parse(readFileSync(join(dist, 'embed.json'), 'utf8'));
rmSync(kept, { recursive: true, force: true });
mkdirSync(kept, { recursive: true });
copyFileSync(join(dist, address), join(kept, basename(address)));
console.log(`kept ${basename(address)}`);
