// What docs/portal.md shows, as a portal's page loads it: its HTML, its scripts, and its sidebar in React, built.
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { fileIn, replaced, samplesOf } from './document.mjs';

const document = 'docs/portal.md';
const modules = fileURLToPath(new URL('../../web/node_modules', import.meta.url));

async function sample(start) {
  const found = (await samplesOf(document)).filter(({ text }) => text.startsWith(start));
  if (found.length !== 1) throw new Error(`${document} holds ${found.length} samples that begin with ${start}`);
  return found[0].text;
}

const html = await sample('<script');
/** `phone` is the phone's origin. */
export const guideHtml = (phone) =>
  replaced(html, [
    ['https://phone.univ.ac.id', phone],
    ['<dering-chat>', '<dering-chat id="chat">'],
  ]);

export const guideCalls = await sample('Dering.open');

/** In place of keycloak-js; the rest is what the document says. */
export const guideToken = `
const keycloak = { updateToken: async () => { keycloak.token = await (await fetch('/token')).text(); } };
${await sample('Dering.useToken')}`;

/** The script of a page with #root that shows the sidebar. */
export async function builtSidebar() {
  const folder = await mkdtemp(join(tmpdir(), 'dering-sidebar-'));
  try {
    await symlink(modules, join(folder, 'node_modules'));
    await writeFile(join(folder, 'Sidebar.tsx'), await fileIn(document, 'Sidebar.tsx'));
    await writeFile(join(folder, 'main.tsx'), "import { createRoot } from 'react-dom/client';\nimport { Sidebar } from './Sidebar';\ncreateRoot(document.getElementById('root')!).render(<Sidebar />);\n");
    const { build } = await import(pathToFileURL(join(modules, 'vite/dist/node/index.js')).href);
    const options = { target: 'es2022', write: false, rolldownOptions: { input: join(folder, 'main.tsx') } };
    const { output } = await build({ root: folder, configFile: false, logLevel: 'error', build: options });
    return output[0].code;
  } finally {
    await rm(folder, { recursive: true });
  }
}
