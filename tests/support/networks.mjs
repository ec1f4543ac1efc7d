// Network namespaces of a test, joined by cables; nothing in them reaches another machine.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { randomBytes } from 'node:crypto';

const run = promisify(execFile);

export class Networks {
  #tag = `dt${randomBytes(2).toString('hex')}`;
  #all = [];
  #cables = 0;

  /** Gives the namespace's full name. */
  async add(name) {
    const namespace = `${this.#tag}-${name}`;
    await run('ip', ['netns', 'add', namespace]);
    this.#all.push(namespace);
    // As in_namespace.sh: no address that appears seconds after its link.
    await this.in(namespace, 'sh', '-c', 'for kind in all default; do echo 0 >/proc/sys/net/ipv6/conf/$kind/accept_dad; done');
    await this.ip(namespace, 'link set lo up');
    return namespace;
  }
  async ip(namespace, words) {
    await run('ip', ['-n', namespace, ...words.split(' ')]);
  }
  async in(namespace, ...command) {
    const { stdout } = await run('ip', ['netns', 'exec', namespace, ...command]);
    return stdout;
  }
  /** A cable between two, with an address at each end. */
  async join([one, oneAddress], [other, otherAddress]) {
    const number = this.#cables++;
    const ends = [`${this.#tag}a${number}`, `${this.#tag}b${number}`];
    await run('ip', ['link', 'add', ends[0], 'netns', one, 'type', 'veth', 'peer', 'name', ends[1], 'netns', other]);
    for (const [namespace, device, address] of [[one, ends[0], oneAddress], [other, ends[1], otherAddress]]) {
      await this.ip(namespace, `addr add ${address} dev ${device}`);
      await this.ip(namespace, `link set ${device} up`);
    }
    return ends;
  }
  async remove() {
    for (const namespace of this.#all.splice(0)) await run('ip', ['netns', 'del', namespace]).catch(() => {});
  }
}
