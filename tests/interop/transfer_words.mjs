// What the pages say of a transfer, where the phones are pages of ours.
import { readFileSync } from 'node:fs';
import { PagePhone } from './phones/page.mjs';

const { transfer: words } = JSON.parse(readFileSync(new URL('../../web/phone/src/i18n/en.json', import.meta.url), 'utf8'));
const filled = (text, values) => text.replaceAll(/\{\{(\w+)\}\}/g, (_, name) => values[name]);
const literally = (text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
const isPage = (phone) => phone instanceof PagePhone;

/** The page of who sent somebody on: it has left, and the two talk. */
export async function saysPutThrough({ transferor, transferee, target }) {
  if (!isPage(transferor)) return;
  await transferor.page.says('outcome', new RegExp(`${literally(words.done)}.*${literally(filled(words.doneHint, { name: transferee.name, to: target.name }))}`), 20);
}
/** Why it was in vain, and that the other one is `back` or `still` there; nothing: that all is over. */
export async function saysFailed({ transferor, transferee, target, number }, why, where) {
  if (!isPage(transferor)) return;
  const values = { name: transferee.name, to: target?.name, number };
  const said = [words.failed[why], ...(where ? [words[where]] : [])].map((text) => literally(filled(text, values)));
  await transferor.page.says(where ? 'transfer-note' : 'outcome', new RegExp(said.join(' ')), 20);
}
/** The page shows whom its person talks with by now. */
export async function shows(phone, other) {
  if (isPage(phone)) await phone.page.talksWith(new RegExp(literally(other.name)), 20);
}
/** The page shows who it is that rings. */
export async function announces(phone, other) {
  if (isPage(phone)) await phone.page.says('incoming', new RegExp(literally(other.name)), 20);
}
