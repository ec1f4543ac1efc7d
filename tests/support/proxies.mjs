// The real nginx, Caddy and HAProxy with the files of deploy/proxy: only ports, names and certificates
// are replaced.
import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { replaced } from './document.mjs';
import { freePort } from './free_port.mjs';
import { until } from './jssip_phone.mjs';

const run = promisify(execFile);
const files = new URL('../../deploy/proxy/', import.meta.url);

const listens = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => (socket.destroy(), resolve(true)));
    socket.once('error', () => resolve(false));
  });

async function start(folder, port, program, args) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder } });
  const log = [];
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => log.push(text));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = async () => {
    child.kill('SIGTERM');
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 3000))]);
    child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  };
  await until(() => child.exitCode !== null || listens(port), 15, `${program} does not listen`);
  if (child.exitCode !== null) throw new Error(`${program} ended: ${log.join('')}`);
  return { stop, log };
}

async function prepared() {
  const folder = await mkdtemp(join(tmpdir(), 'dering-proxy-'));
  const [certificate, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  await run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', certificate]);
  return { folder, certificate, key };
}

export async function startNginx(port, http, { file = 'nginx.conf', name = 'phone.example.edu' } = {}) {
  const { folder, certificate, key } = await prepared();
  const site = replaced(await readFile(new URL(file, files), 'utf8'), [
    ['listen 443 ssl;', `listen 127.0.0.1:${port} ssl;`],
    ['  listen [::]:443 ssl;\n', ''],
    [`server_name ${name};`, 'server_name localhost;'],
    [`/etc/ssl/${name}/fullchain.pem`, certificate],
    [`/etc/ssl/${name}/key.pem`, key],
    ['http://127.0.0.1:8080', `http://127.0.0.1:${http}`],
  ]);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((it) => `${it}_temp_path ${folder}/${it};`).join(' ');
  const main = join(folder, 'main.conf');
  await mkdir(join(folder, 'logs'));
  await writeFile(main, `daemon off; worker_processes 1; pid ${folder}/pid; error_log stderr;\n${process.getuid() === 0 ? 'user root;' : ''}\nevents {}\nhttp { access_log off; ${temporary}\n${site}\n}\n`);
  return start(folder, port, 'nginx', ['-p', folder, '-e', 'stderr', '-c', main]);
}

export async function startCaddy(port, http) {
  const { folder, certificate, key } = await prepared();
  const site = replaced(await readFile(new URL('Caddyfile', files), 'utf8'), [
    ['phone.example.edu {', `localhost:${port} {\n\ttls ${certificate} ${key}`],
    ['127.0.0.1:8080', `127.0.0.1:${http}`],
  ]);
  const file = join(folder, 'Caddyfile');
  await writeFile(file, `{\n\tadmin off\n\tauto_https off\n}\n${site}`);
  return start(folder, port, 'caddy', ['run', '--config', file, '--adapter', 'caddyfile']);
}

export async function startHaproxy(port, http, sip) {
  const { folder, certificate, key } = await prepared();
  const both = join(folder, 'both.pem');
  await writeFile(both, (await readFile(certificate, 'utf8')) + (await readFile(key, 'utf8')));
  const desk = await freePort();
  const text = replaced(await readFile(new URL('haproxy.cfg', files), 'utf8'), [
    ['bind :443 ', `bind 127.0.0.1:${port} `],
    ['/etc/haproxy/phone.example.edu.pem', both],
    ['127.0.0.1:8080', `127.0.0.1:${http}`],
    ['bind :5062', `bind 127.0.0.1:${desk}`],
    ['127.0.0.1:5060', `127.0.0.1:${sip}`],
  ]);
  const file = join(folder, 'haproxy.cfg');
  await writeFile(file, text);
  return { ...(await start(folder, port, 'haproxy', ['-db', '-f', file])), desk };
}
