// A network namespace of the test's own with an address and a default route: Firefox gathers no
// candidates without one. Nothing in it reaches another machine.
import { execFileSync } from 'node:child_process';

const ip = (...args) => execFileSync('ip', args, { stdio: ['ignore', 'pipe', 'pipe'] }).toString();

export class Namespace {
  constructor() {
    this.name = `dering-${process.pid}`;
    this.address = '10.203.7.1';
    ip('netns', 'add', this.name);
    const inside = (...args) => ip('-n', this.name, ...args);
    inside('link', 'set', 'lo', 'up');
    // Both ends of the pair stay inside: traffic to the address never leaves the namespace.
    inside('link', 'add', 'phone0', 'type', 'veth', 'peer', 'name', 'phone1');
    inside('addr', 'add', `${this.address}/24`, 'dev', 'phone0');
    inside('link', 'set', 'phone0', 'up');
    inside('link', 'set', 'phone1', 'up');
    inside('route', 'add', 'default', 'via', '10.203.7.254', 'dev', 'phone0');
  }
  remove() {
    ip('netns', 'del', this.name);
  }
}
