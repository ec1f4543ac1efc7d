// Real desk phones, set up with the words of the devices page: baresip and linphonec, each with a folder of
// its own. What is typed into them is what docs/desk-phones.md says, with what the page shows in its braces.
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './free_port.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** The fields of the devices page by name, as it fills them from the answers of the API. */
export async function fieldsOfPage(server, device) {
  const table = JSON.parse(await readFile(join(root, 'web/phone/src/settings/phone_fields.json'), 'utf8'));
  const values = { server, device };
  return Object.fromEntries(
    table.map(({ field, from }) => {
      const [whose, name] = from.split('.');
      return [field, values[whose][name]];
    }),
  );
}

/** What docs/desk-phones.md says for one kind of phone, with these fields in its braces. */
export async function setUp(kind, fields) {
  const page = await readFile(join(root, 'docs/desk-phones.md'), 'utf8');
  const [, words] = page.match(new RegExp(`\`\`\`${kind}\n([^]*?)\`\`\``));
  return words.replaceAll(/\{(\w+)\}/g, (_, field) => {
    if (!(field in fields)) throw new Error(`the devices page shows no ${field}`);
    return fields[field];
  });
}

class DeskPhone {
  log = '';

  run(program, args, environment = {}, namespace) {
    const command = [...(namespace ? ['ip', 'netns', 'exec', namespace] : []), program, ...args];
    this.child = spawn(command[0], command.slice(1), { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...environment } });
    this.exited = new Promise((resolve) => this.child.once('exit', resolve));
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (this.log += text));
    }
  }

  async stop() {
    this.child?.kill('SIGKILL');
    await this.exited;
    if (this.folder) await rm(this.folder, { recursive: true, force: true });
  }
}

/**
 * baresip answers every call by itself. `authority` is a file with the certificate that it trusts for TLS,
 * `address` what it listens on, `contacts` the lines of its list of contacts; with `films` it has a camera. It says back what it hears, or what the file `speaks` holds (WAV, 8,000 Hz).
 */
export class Baresip extends DeskPhone {
  static async start(fields, transport, { authority, address = '127.0.0.1:0', speaks, contacts = [], films = false } = {}) {
    const phone = new Baresip();
    phone.folder = await mkdtemp(join(tmpdir(), 'dering-baresip-'));
    phone.console = await freePort();
    const words = (await setUp('baresip', { ...fields, transport })).trim();
    await writeFile(join(phone.folder, 'accounts'), `${words};answermode=auto\n`);
    await writeFile(
      join(phone.folder, 'config'),
      [
        'module_path /usr/lib/baresip/modules',
        ...['cons', 'g711', 'aubridge', 'aufile', ...(films ? ['vp8', 'fakevideo'] : [])].map((name) => `module ${name}.so`),
        ...['account', 'menu', ...(contacts.length > 0 ? ['contact', 'presence'] : [])].map((name) => `module_app ${name}.so`),
        `cons_listen 127.0.0.1:${phone.console}`,
        `sip_listen ${address}`,
        ...(authority ? [`sip_cafile ${authority}`, 'sip_verify_server yes'] : []),
        speaks ? `audio_source aufile,${speaks}` : 'audio_source aubridge,silence',
        'audio_player aubridge,silence',
        'audio_alert aufile,/dev/null',
        ...(films ? ['video_source fakevideo,nil', 'video_display fakevideo,nil'] : []),
        '',
      ].join('\n'),
    );
    await writeFile(join(phone.folder, 'contacts'), contacts.map((line) => `${line}\n`).join(''));
    phone.run('baresip', ['-f', phone.folder, ...(films ? ['-s'] : [])]);
    return phone;
  }

  command(text) {
    if (this.namespace) {
      const words = ['netns', 'exec', this.namespace, 'bash', '-c', 'printf "%s\\n" "$1" >"/dev/udp/127.0.0.1/$2"', '-', text, this.console];
      spawn('ip', words.map(String), { stdio: 'ignore' });
      return;
    }
    const socket = createSocket('udp4');
    socket.send(`${text}\n`, this.console, '127.0.0.1', () => socket.close());
  }
  /** What its console says to a command, within half a second. */
  ask(text) {
    const socket = createSocket('udp4');
    let said = '';
    socket.on('message', (data) => (said += data));
    socket.send(`${text}\n`, this.console, '127.0.0.1');
    return new Promise((resolve) => setTimeout(() => (socket.close(), resolve(said)), 500));
  }
  dial(number) {
    this.command(`/dial ${number}`);
  }
  hangUp() {
    this.command('/hangup');
  }
}

/**
 * linphonec answers every call by itself. It may run in the network of a namespace, and trusts the certificates
 * of `authority` alone.
 */
export class Linphone extends DeskPhone {
  static async start(fields, transport, { namespace, authority } = {}) {
    const phone = new Linphone();
    phone.folder = await mkdtemp(join(tmpdir(), 'dering-linphone-'));
    await mkdir(join(phone.folder, '.local/share/linphone'), { recursive: true });
    const words = await setUp('linphone', { ...fields, transport });
    const listens = (one) => (transport === one ? -1 : 0);
    const ports = `[sip]\nsip_port=${listens('udp')}\nsip_tcp_port=${listens('tcp')}\nsip_tls_port=${listens('tls')}\ndefault_proxy=0\n`
      + (authority ? `root_ca=${authority}\nverify_server_certs=1\nverify_server_cn=1\n` : '');
    await writeFile(join(phone.folder, '.linphonerc'), `${ports}[net]\nfirewall_policy=none\n\n${words}`);
    phone.run('linphonec', ['-a', '-c', join(phone.folder, '.linphonerc')], { HOME: phone.folder }, namespace);
    phone.child.stdin.write('soundcard use files\n');
    return phone;
  }

  dial(number) {
    this.child.stdin.write(`call ${number}\n`);
  }
  hangUp() {
    this.child.stdin.write('terminate\n');
  }
}
