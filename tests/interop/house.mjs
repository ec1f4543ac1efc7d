// A Dering in the network of the test, with people who have a telephone of some kind each.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { networkInterfaces } from 'node:os';
import { startDering } from '../support/dering.mjs';
import { until } from '../support/jssip_phone.mjs';
import { foreignOrigin } from './phones/sipjs.mjs';

// Firefox gathers no candidates on a loopback device.
const address = networkInterfaces().phone0?.find(({ family }) => family === 'IPv4')?.address;

/**
 * `seats`: { kind, name, tone }. Each person's phone is registered, and has their `name`, `kind`, `tone`, `account` and
 * `extension`. `config` is TOML after the section [limits].
 */
export async function startHouse(seats, config = '') {
  assert.ok(address, 'this test belongs into a namespace of its own: run it by "npm run interop"');
  const generous = 'new_calls_per_minute = 100000\nregistrations_per_minute = 100000\n';
  const house = new House(await startDering({ address, config: `${generous}[web]\nwebsocket_origins = ["${foreignOrigin}"]\n${config}` }));
  try {
    for (const [number, seat] of seats.entries()) await house.seat(seat, number);
    await until(async () => (await house.dering.status()).bindings >= seats.length, 30, 'not all have registered');
  } catch (error) {
    const told = new Error(`${error.message}\n${house.told(house.phones)}`);
    await house.stop();
    throw told;
  }
  return house;
}

class House {
  phones = [];
  constructor(dering) {
    this.dering = dering;
    this.origin = `https://${address}:${dering.ports.https}`;
  }
  async seat({ kind, name, tone }, number) {
    const extension = `10${10 + number}`;
    const account = await this.dering.addAccount(`p${number}`, { extension, name });
    const device = await this.dering.addDevice(`p${number}`, `desk${number}`, `desk-secret-${number}`);
    const phone = await this.#started(kind, { account, device, extension, tone });
    this.phones.push(Object.assign(phone, { name, kind, tone, account, extension }));
  }
  /** A browser may need more time to start than its driver has, on a machine with much to do. */
  #started(kind, person) {
    const start = () => kind.start({ origin: this.origin, fieldsOf: this.#fieldsOf, authority: join(this.dering.data, 'ca.crt') }, person);
    return start().catch(start);
  }
  #fieldsOf = ({ device: { username, password } }, transport) => ({
    ...{ username, authname: username, password, domain: 'dering', server: address, address },
    port: transport === 'tls' ? this.dering.ports.sip_tls : this.dering.ports.sip,
  });

  async calls() {
    return (await this.dering.status()).calls;
  }
  /** In the words of these phones and of ours. */
  told(phones) {
    return `${phones.map(({ name, log }) => `---- ${name}\n${log}`).join('\n')}\n====\n${this.dering.log.join('').slice(-4000)}`;
  }
  async stop() {
    await Promise.allSettled(this.phones.map((phone) => phone.stop()));
    await this.dering.stop();
  }
}
