// linphonec with a microphone that hums and a tape that runs along.
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Linphone, setUp } from '../../support/desk_phone.mjs';
import { until } from '../../support/jssip_phone.mjs';
import { toneFile } from '../../support/tone.mjs';
import { added } from '../sound.mjs';

export class LinphonePhone extends Linphone {
  static async start(fields, { transport, tone, authority }) {
    const phone = new LinphonePhone();
    phone.folder = await mkdtemp(join(tmpdir(), 'dering-linphone-'));
    await mkdir(join(phone.folder, '.local/share/linphone'), { recursive: true });
    const words = await setUp('linphone', { ...fields, transport });
    const port = (name) => (transport === name ? -1 : 0);
    const settings = [
      `[sip]\nsip_port=${port('udp')}\nsip_tcp_port=${port('tcp')}\nsip_tls_port=${port('tls')}\ndefault_proxy=0`,
      ...(authority ? [`root_ca=${authority}`] : []),
      ...(transport === 'tls' ? ['media_encryption=srtp'] : []),
      '[net]\nfirewall_policy=none\n[rtp]\naudio_rtp_port=-1\n',
    ];
    await writeFile(join(phone.folder, '.linphonerc'), `${settings.join('\n')}\n${words}`);
    phone.tape = join(phone.folder, 'tape.wav');
    phone.run('linphonec', ['-c', join(phone.folder, '.linphonerc')], { HOME: phone.folder });
    phone.sound = await toneFile(tone);
    phone.type('soundcard use files');
    return phone;
  }

  /**
   * Both files end with the stream that they were for. It stands still for ever when it is told of them before the
   * stream is there, and does nothing when it is told right then.
   */
  async hum() {
    const streams = this.#streams;
    if (streams === this.hummed) return;
    this.hummed = streams;
    await pause(300);
    if (this.#streams === streams) this.type(`play ${this.sound}`, `record ${this.tape}`);
  }
  get #streams() {
    return this.log.split('Media streams established').length - 1;
  }

  type(...lines) {
    for (const line of lines) this.child.stdin.write(`${line}\n`);
  }
  call(number) {
    this.type(`call ${number}`);
  }
  get isRinging() {
    return /Receiving new incoming call/.test(this.log);
  }
  get isTalking() {
    return /Call \d+ with .* connected/.test(this.log);
  }
  get isIdle() {
    return /Call \d+ with .* ended/.test(this.log);
  }
  answer() {
    this.type('answer');
  }
  decline() {
    this.hangUp();
  }
  hold() {
    this.type('pause');
  }
  /** To this number, without asking there. */
  sendOn(number) {
    this.type(`transfer sip:${number}@dering`);
  }
  async consult(number) {
    this.hold();
    await until(() => / paused\.?$/m.test(this.log), 5, 'linphone did not pause');
    this.call(number);
  }
  handOver() {
    const [one, other] = this.#calls;
    this.type(`transfer ${one} --to-call ${other}`);
  }
  get #calls() {
    return [...new Set([...this.log.matchAll(/(?:Call|assigned id) (\d+)/g)].map(([, id]) => id))];
  }
  /** All calls that it had have ended. */
  get isReleased() {
    return this.#calls.every((id) => new RegExp(`Call ${id} with .* ended`).test(this.log));
  }
  async resume() {
    const before = this.#streams;
    const [, id] = /Call (\d+) with/.exec(this.log);
    this.type(`resume ${id}`);
    await until(() => this.#streams > before, 5, 'linphone did not resume');
  }
  /** To the first call, as soon as the second one is over. */
  async returns() {
    await until(() => this.isIdle, 10, 'the second call of linphone goes on');
    await this.resume();
  }
  /** It takes one key a second, and while others wait it hears of nothing else. */
  async press(digit) {
    const taken = () => this.log.split(`linphonec> ${digit}\n`).length;
    const before = taken();
    this.type(digit);
    await until(() => taken() > before, 10, 'linphone did not take the key');
  }
  get digits() {
    return [...this.log.matchAll(/Receiving tone (.) from/g)].map(([, digit]) => digit);
  }
  forget() {
    Object.assign(this, { log: '', hummed: 0 });
  }
  listen() {
    return added(this.tape, 500);
  }
}
