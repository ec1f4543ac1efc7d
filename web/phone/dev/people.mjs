// SPDX-License-Identifier: Apache-2.0
const rows = [
  ['1001', 'Budi Santoso', 'Library'],
  ['1002', 'Siti Rahmawati', 'Faculty of Law'],
  ['1003', 'Agus Wijaya', 'Helpdesk'],
  ['1004', 'Dewi Lestari', 'Student Affairs'],
  ['1005', 'I Made Surya', 'Faculty of Engineering'],
  ['1006', 'Rina Kusuma', 'Finance'],
  ['1007', 'Yohanes Pakpahan', 'Rectorate'],
  ['1008', 'Fitri Handayani', 'Library'],
  ['1009', 'Maria Ulfa', 'International Office'],
  ['1010', 'Bambang Hartono', 'Facilities'],
];

export const people = rows.map(([extension, name, unit]) => ({
  extension,
  name,
  unit,
  username: name.split(' ')[0].toLowerCase(),
}));

/** Who is there, told to everybody who follows. Some are always there, to have something to see. */
export class Presence {
  #states = new Map([
    ['1003', 'in_call'],
    ['1004', 'available'],
    ['1009', 'available'],
  ]);
  #followers = new Set();

  people() {
    return people.map(({ extension, name, unit }) => ({
      extension,
      name,
      unit,
      presence: this.#states.get(extension) ?? 'offline',
    }));
  }

  set(extension, presence) {
    this.#states.set(extension, presence);
    for (const follower of this.#followers) send(follower, 'presence', { extension, presence });
  }

  follow(response) {
    this.#followers.add(response);
    response.on('close', () => this.#followers.delete(response));
    send(response, 'directory', { people: this.people() });
  }
}

function send(response, event, value) {
  response.write(`event: ${event}\ndata: ${JSON.stringify(value)}\n\n`);
}
