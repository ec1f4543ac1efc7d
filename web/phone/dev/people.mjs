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
const givenNames =
  'Adi Ayu Bagus Citra Dian Eka Farhan Gita Hendra Intan Joko Kartika Lukman Mega Nanda Oki Putri Rizki Sari Teguh Utami Vina Wahyu Yuni Zahra';
const familyNames =
  'Anggraini Budiman Cahyono Darmawan Effendi Firmansyah Gunawan Hidayat Irawan Juniarti Kurniawan Lubis Maulana Nasution Oktaviani Pratama Qodir Rahayu Saputra Tanjung Utomo Valentina Wibowo Yulianti Zulkarnain';
const units = [...new Set(rows.map(([, , unit]) => unit))];

/** The first ten have names that one remembers; Budi is the administrator. */
export function peopleOf(count) {
  const [given, family] = [givenNames.split(' '), familyNames.split(' ')];
  const more = Array.from({ length: Math.max(0, count - rows.length) }, (_, i) => {
    const name = `${given[i % given.length]} ${family[Math.floor(i / given.length) % family.length]}`;
    return [String(2000 + i), name, units[i % units.length]];
  });
  return [...rows, ...more].map(([extension, name, unit], i) => ({
    extension,
    name,
    unit,
    username: i < rows.length ? name.split(' ')[0].toLowerCase() : `user${extension}`,
    roles: i === 0 ? ['user', 'supervisor', 'operator', 'admin'] : ['user'],
  }));
}

/** Who is there, told to everybody who follows. Some are always there, to have something to see. */
export class Presence {
  #states = new Map([
    ['1003', 'in_call'],
    ['1004', 'available'],
    ['1009', 'available'],
  ]);
  #followers = new Map(); // response -> username
  #people;

  constructor(people) {
    this.#people = people;
    for (const { extension } of people.slice(10)) {
      const chance = (Number(extension) * 7919) % 100;
      if (chance < 30) this.#states.set(extension, chance < 6 ? 'in_call' : 'available');
    }
  }

  people() {
    return this.#people.map(({ extension, name, unit }) => ({
      extension,
      name,
      unit,
      presence: this.#states.get(extension) ?? 'offline',
    }));
  }

  set(extension, presence) {
    this.#states.set(extension, presence);
    this.tell('presence', { extension, presence });
  }

  follow(response, username) {
    this.#followers.set(response, username);
    const beat = setInterval(() => response.write(':\n\n'), 15_000);
    response.on('close', () => {
      clearInterval(beat);
      this.#followers.delete(response);
    });
    send(response, 'ready', {});
  }

  tell(event, value, isFor = () => true) {
    for (const [follower, username] of this.#followers)
      if (isFor(username)) send(follower, event, value);
  }
}

function send(response, event, value) {
  response.write(`event: ${event}\ndata: ${JSON.stringify(value)}\n\n`);
}
