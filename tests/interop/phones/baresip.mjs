// baresip with a microphone that hums and a tape that runs along.
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Baresip, setUp } from '../../support/desk_phone.mjs';
import { freePort } from '../../support/free_port.mjs';
import { added } from '../sound.mjs';
import { Tape } from '../tape.mjs';

const modules = ['cons', 'g711', 'g722', 'opus', 'srtp', 'ausine', 'pulse', 'aufile'];

export class BaresipPhone extends Baresip {

  /**
   * `codecs`: as baresip names them ("PCMU", "opus/48000/2"); its own order when there are none. It may run in
   * the network of a namespace, and say what a file holds (WAV, 8,000 Hz) in place of the tone; `settings` are more
   * lines of its configuration.
   */
  static async start(fields, { transport, tone, speaks, codecs, authority, namespace, settings = [] }) {
    const phone = new BaresipPhone();
    phone.namespace = namespace;
    phone.folder = await mkdtemp(join(tmpdir(), 'dering-baresip-'));
    phone.tape = await Tape.start(phone.folder);
    phone.console = await freePort();
    const words = (await setUp('baresip', { ...fields, transport })).trim();
    const more = [
      'answermode=manual',
      ...(codecs ? [`audio_codecs=${codecs.join(',')}`] : []),
      ...(transport === 'tls' ? ['mediaenc=srtp-mand'] : []),
    ];
    await writeFile(join(phone.folder, 'accounts'), `${words};${more.join(';')}\n`);
    await writeFile(join(phone.folder, 'config'), phone.#config(speaks ? `aufile,${speaks}` : `ausine,${tone}`, authority, fields.address, settings));
    await writeFile(join(phone.folder, 'contacts'), '');
    phone.run('baresip', ['-f', phone.folder, '-v'], phone.tape.environment, namespace);
    return phone;
  }

  #config(source, authority, address, settings) {
    return [
      'module_path /usr/lib/baresip/modules',
      ...modules.map((name) => `module ${name}.so`),
      ...['account', 'menu'].map((name) => `module_app ${name}.so`),
      `cons_listen 127.0.0.1:${this.console}`,
      `sip_listen ${address}:0`,
      `net_interface ${address}`,
      ...(authority ? [`sip_cafile ${authority}`, 'sip_verify_server yes'] : []),
      `audio_source ${source}`,
      ...(source.startsWith('ausine') ? ['ausrc_srate 48000', 'ausrc_channels 2'] : []),
      ...settings,
      'audio_player pulse,tape',
      'audio_alert aufile,/dev/null',
      '',
    ].join('\n');
  }

  call(number) {
    this.dial(number);
  }
  get isRinging() {
    return /Incoming call from/.test(this.log);
  }
  get isTalking() {
    return /Call established/.test(this.log);
  }
  get isIdle() {
    // It tells the end of a call with its duration only when that was a second or more.
    return /terminated|terminate call|Call with .* closed|session closed|rejecting incoming call|audio: destroyed \(started=1\)/i.test(this.log);
  }
  answer() {
    this.command('/accept');
  }
  decline() {
    this.hangUp();
  }
  hold() {
    this.command('/hold');
  }
  resume() {
    this.command('/resume');
  }
  /** To this number, without asking there. */
  sendOn(number) {
    this.command(`/transfer ${number}`);
  }
  async press(digit) {
    this.command(digit);
    await setTimeout(400);
    this.command('\x04'); // the key is let go
  }
  /** The keys that the other side pressed. */
  get digits() {
    return [...this.log.matchAll(/received (?:in-band )?(?:event|DTMF): '(.)' \(end=0\)/gi)].map(([, digit]) => digit);
  }
  forget() {
    this.log = '';
  }
  listen() {
    return added(this.tape.path, 400);
  }
  async stop() {
    this.tape.stop();
    await super.stop();
  }
}
