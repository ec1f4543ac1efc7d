// SPDX-License-Identifier: Apache-2.0

export interface Words {
  readonly chat: string;
  readonly missed: (count: number) => string;
  readonly ringing: (name: string) => string;
  readonly blocked: string;
  readonly late: string;
  readonly number: string;
}

const english: Words = {
  chat: 'Chat',
  missed: (count) => `${count} missed call${count === 1 ? '' : 's'}`,
  ringing: (name) => `${name} is calling`,
  blocked: 'The browser does not let this page open the phone. Allow its pop-up window.',
  late: 'The phone was not ready in time, so nobody was called.',
  number: 'This is no telephone number.',
};

const indonesian: Words = {
  chat: 'Chat',
  missed: (count) => `${count} panggilan tak terjawab`,
  ringing: (name) => `${name} menelepon`,
  blocked: 'Browser tidak mengizinkan halaman ini membuka telepon. Izinkan jendela pop-up-nya.',
  late: 'Telepon belum siap pada waktunya, jadi tidak ada yang dipanggil.',
  number: 'Ini bukan nomor telepon.',
};

/** In the language of the page around it. */
export function wordsAt(element: Element): Words {
  const language = element.closest('[lang]')?.getAttribute('lang') ?? navigator.language;
  return /^id\b/i.test(language) ? indonesian : english;
}
