// @dering/phone as somebody else uses it: packed, installed from its tarball into a folder of its own, without a network,
// and built into pages.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const web = fileURLToPath(new URL('../../web', import.meta.url));
const modules = join(web, 'node_modules');

const read = async (path) => JSON.parse(await readFile(path, 'utf8'));

/** The names of what the package needs, and of what that needs. */
async function closure(names, found = new Set()) {
  for (const name of names) {
    if (found.has(name)) continue;
    found.add(name);
    const { dependencies = {} } = await read(join(modules, name, 'package.json'));
    await closure(Object.keys(dependencies), found);
  }
  return [...found];
}

export class App {
  /** An app with the package in it. Dependencies come from packages that are on this machine, packed anew. */
  static async make() {
    const app = new App();
    app.folder = await mkdtemp(join(tmpdir(), 'dering-app-'));
    // Each test program packs into its own folder: two may do it at the same time.
    const { stdout } = await run(process.execPath, [join(web, 'scripts/pack_phone.mjs'), join(app.folder, 'pack')], { cwd: web });
    app.tarball = stdout.trim().split('\n').at(-1);
    const { dependencies } = await read(join(app.folder, 'pack/package.json'));
    const folders = (await closure(Object.keys(dependencies))).map((name) => join(modules, name));
    const said = await run('npm', ['pack', '--json', '--offline', '--ignore-scripts', ...folders], { cwd: app.folder });
    const tarballs = JSON.parse(said.stdout).map(({ name, filename }) => [name, join(app.folder, filename)]);
    const wanted = Object.fromEntries([['@dering/phone', app.tarball], ...tarballs].map(([name, file]) => [name, `file:${file}`]));
    await app.write('package.json', JSON.stringify({ private: true, type: 'module', dependencies: wanted }));
    await run('npm', ['install', '--offline', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: app.folder });
    // What any app of React's has.
    for (const name of ['react', 'react-dom', 'scheduler', '@types/react', '@types/react-dom', 'csstype']) {
      await mkdir(join(app.folder, 'node_modules/@types'), { recursive: true });
      await symlink(join(modules, name), join(app.folder, 'node_modules', name));
    }
    return app;
  }

  async write(name, text) {
    await mkdir(join(this.folder, 'src'), { recursive: true });
    await writeFile(join(this.folder, name), text);
  }

  /** NAME.html, with a script of this kind. */
  async page(name, kind, body, script) {
    await this.write(`src/${name}_page.${kind}`, script);
    await this.write(`${name}.html`, `<!doctype html>${body}<script type="module" src="/src/${name}_page.${kind}"></script>`);
  }

  get packed() {
    return run('tar', ['-tzf', this.tarball]).then(({ stdout }) => stdout.trim().split('\n').map((path) => path.replace('package/', '')));
  }

  /** What TypeScript has against these files of src/; nothing when all is well. */
  async check(...names) {
    const compilerOptions = { noEmit: true, strict: true, target: 'ES2022', module: 'ESNext', moduleResolution: 'bundler', jsx: 'react-jsx', lib: ['ES2023', 'DOM', 'DOM.Iterable'], types: [] };
    await this.write('tsconfig.json', JSON.stringify({ compilerOptions, files: names.map((name) => join('src', name)) }));
    const tsc = [join(modules, 'typescript/bin/tsc'), '-p', '.'];
    return run(process.execPath, tsc, { cwd: this.folder }).then(({ stdout }) => stdout, (error) => error.stdout + error.stderr);
  }

  /** Builds pages, each of an HTML file of the app, and serves them at this port; gives the origin. */
  async serve(pages, port) {
    const { build } = await import(pathToFileURL(join(modules, 'vite/dist/node/index.js')).href);
    const input = pages.map((name) => join(this.folder, name));
    await build({ root: this.folder, configFile: false, logLevel: 'error', base: './', build: { outDir: 'out', target: 'es2022', rolldownOptions: { input } } });
    const files = new Map();
    const out = join(this.folder, 'out');
    for (const name of await readdir(out, { recursive: true, withFileTypes: true })) {
      if (!name.isFile()) continue;
      const path = join(name.parentPath, name.name);
      files.set(path.slice(out.length), await readFile(path));
    }
    const types = { '.html': 'text/html', '.js': 'text/javascript' };
    this.server = createServer((request, response) => {
      const path = new URL(request.url, 'http://localhost').pathname;
      const file = files.get(path);
      if (file === undefined) return response.writeHead(path === '/favicon.ico' ? 204 : 404).end();
      return response.setHeader('content-type', types[extname(basename(path))] ?? 'application/octet-stream').end(file);
    });
    await new Promise((resolve) => this.server.listen(port, '127.0.0.1', resolve));
    return `http://localhost:${port}`;
  }

  async stop() {
    this.server?.close().closeAllConnections();
    await rm(this.folder, { recursive: true, force: true });
  }
}
