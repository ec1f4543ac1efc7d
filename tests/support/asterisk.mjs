// A real Asterisk that registers as a desk phone, from the folder that tools/asterisk.sh makes.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { setUp } from './desk_phone.mjs';
import { freePort } from './free_port.mjs';

const script = fileURLToPath(new URL('../../tools/asterisk.sh', import.meta.url));

/** Why no Asterisk can be had here; nothing when one can. */
export const noAsterisk = (() => {
  try {
    execFileSync(script, ['find'], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, RES_OPTIONS: 'timeout:1 attempts:1' } });
  } catch (error) {
    return String(error.stderr).trim();
  }
})();

// What a telephone needs, and no more: all modules take seconds to load.
export const modules = [
  ...['res_pjproject', 'res_sorcery_config', 'res_sorcery_memory', 'res_sorcery_astdb', 'res_pjsip', 'res_pjsip_pubsub', 'res_pjsip_session'],
  ...['res_pjsip_authenticator_digest', 'res_pjsip_outbound_authenticator_digest', 'res_pjsip_outbound_registration'],
  ...['res_pjsip_endpoint_identifier_ip', 'res_pjsip_caller_id', 'res_pjsip_sdp_rtp', 'res_rtp_asterisk', 'res_timing_timerfd'],
  ...['chan_pjsip', 'pbx_config', 'res_clioriginate', 'app_dial', 'app_echo', 'app_playtones', 'codec_ulaw', 'codec_alaw', 'func_channel'],
];

/** Who calls it hears an echo, whom it calls a tone. */
const dialplan = (username) => `
[from-dering]
exten => ${username},1,Answer()
 same => n,Echo()
[calls]
exten => tone,1,PlayTones(1004/200000)
 same => n,Wait(60)
`;

/** What docs/desk-phones.md says, without waiting for a random time first. */
async function registration(fields, algorithms) {
  const words = (await setUp('asterisk', fields)).replace('type = registration\n', '$&max_random_initial_delay = 0\n');
  const transport = `[udp]\ntype = transport\nprotocol = udp\nbind = ${fields.address ?? '127.0.0.1'}:${await freePort()}\n\n`;
  return transport + words.replace(/^supported_algorithms_uac = .*$/m, algorithms ? `supported_algorithms_uac = ${algorithms}` : '');
}

export class Asterisk {
  log = '';

  /**
   * `fields` are those of the devices page. `algorithms` are what it may answer a challenge with; without
   * them it is what it comes with. `plan` gives another dialplan for the user's name, and `more` are
   * modules that it needs.
   */
  static async start(fields, algorithms, { plan = dialplan, more = [] } = {}) {
    return this.serve([...modules, ...more], {
      'pjsip.conf': await registration(fields, algorithms),
      'extensions.conf': plan(fields.username),
    });
  }

  /**
   * One with these modules, and with these files beside those that say which they are and what is told.
   * `prepare` may put more into its folder, which it sees as /peer.
   */
  static async serve(loaded, files, prepare = () => {}) {
    const asterisk = new this();
    asterisk.folder = await mkdtemp(join(tmpdir(), 'dering-asterisk-'));
    const own = {
      'modules.conf': ['[modules]', 'autoload = no', ...loaded.map((name) => `load = ${name}.so`), ''].join('\n'),
      'logger.conf': '[logfiles]\nconsole => notice,warning,error,dtmf\n',
    };
    for (const [name, text] of Object.entries({ ...own, ...files })) await writeFile(join(asterisk.folder, name), text);
    await prepare(asterisk.folder);
    asterisk.child = spawn(script, ['serve', asterisk.folder], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, RES_OPTIONS: 'timeout:1 attempts:1' } });
    asterisk.exited = new Promise((resolve) => asterisk.child.once('exit', resolve));
    for (const stream of [asterisk.child.stdout, asterisk.child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (asterisk.log += text));
    }
    return asterisk;
  }

  /** What it answers to a command of its console. */
  async console(words) {
    const { stdout } = await promisify(execFile)(script, ['console', this.folder, words]);
    return stdout;
  }
  /** Packets of sound that it received and sent in the call that it has. */
  async packets() {
    const line = (await this.console('pjsip show channelstats')).split('\n').find((text) => /\bulaw\b/.test(text));
    const [received, , , , sent] = line?.replace(/^.*\bulaw\b/, '').trim().split(/\s+/).map(Number) ?? [0, 0, 0, 0, 0];
    return { received, sent };
  }
  /** Calls a number and sounds a tone once that answers. */
  async dial(number) {
    const said = await this.console(`channel originate PJSIP/${number}@dering extension tone@calls`);
    if (/No such command/.test(said)) throw new Error(said);
  }
  hangUp() {
    return this.console('channel request hangup all');
  }

  async stop() {
    this.child.kill('SIGKILL');
    await this.exited;
    await rm(this.folder, { recursive: true, force: true });
  }
}
