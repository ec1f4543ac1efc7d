// A Dering with some desk phones (baresip), each with a tone of its own, so that one hears who talks with whom.
import { BaresipPhone } from '../interop/phones/baresip.mjs';
import { loudest } from '../interop/sound.mjs';
import { startDering } from './dering.mjs';
import { until } from './jssip_phone.mjs';

/** `people`: user name → [extension, Hz of the phone's tone]; all are of one unit. `options`: of startDering(). */
export async function startDeskHouse(people, options) {
  const house = new DeskHouse(people, await startDering(options));
  try {
    for (const user of Object.keys(people)) await house.addPhone(user);
    await until(async () => (await house.dering.status()).bindings === Object.keys(people).length, 20, 'not all have registered');
  } catch (error) {
    await house.stop();
    throw error;
  }
  house.forget();
  return house;
}

class DeskHouse {
  phones = {};
  constructor(people, dering) {
    Object.assign(this, { people, dering });
  }
  async addPhone(user) {
    const [extension, tone] = this.people[user];
    await this.dering.addAccount(user, { extension, unit: 'Teknik' });
    const { username, password } = await this.dering.addDevice(user, `desk-${user}`, `desk-secret-of-${user}`);
    const fields = { username, authname: username, password, domain: 'dering', server: '127.0.0.1', address: '127.0.0.1', port: this.dering.ports.sip };
    this.phones[user] = await BaresipPhone.start(fields, { transport: 'udp', tone });
  }
  /** What the phones have said until now counts no more. */
  forget() {
    for (const phone of Object.values(this.phones)) phone.forget();
  }
  async hears(who, whom) {
    const [, tone] = this.people[whom];
    let last;
    await until(async () => Math.abs((last = loudest(await this.phones[who].listen())) - tone) <= 15, 15, `${who} does not hear ${whom}`).catch((error) => {
      throw new Error(`${error.message}, but ${last} Hz\n${this.phones[who].log.slice(-600)}\n${this.dering.log.join('').slice(-1500)}`);
    });
  }
  rings(who, seconds = 15) {
    return until(() => this.phones[who].isRinging, seconds, `${who} does not ring`);
  }
  /** After a test: nobody talks, and nothing is left. */
  async goQuiet() {
    for (const phone of Object.values(this.phones)) phone.hangUp();
    await until(async () => (await this.dering.status()).calls === 0, 40, 'a call was left behind');
    this.forget();
  }
  async stop() {
    await Promise.all(Object.values(this.phones).map((phone) => phone.stop()));
    await this.dering.stop();
  }
}
