// A desk phone over UDP that believes what it reads: it sends ACK and BYE to where the Contact says,
// and answers to where the Via says. Run as a program, in the network that it is to be in:
//   node udp_phone.mjs '{"user":"1001","device":"desk1","password":"…","server":"10.0.0.1","port":5060,"bind":"10.0.0.2","calls":"1002"}'
// Without `calls` it waits for one call. It prints one line of JSON for each thing that happens.
import { createHash, randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';

const me = JSON.parse(process.argv[2]);
const socket = createSocket('udp4');
const tell = (event, more = {}) => console.log(JSON.stringify({ event, ...more }));
const random = () => randomBytes(6).toString('hex');
const md5 = (text) => createHash('md5').update(text).digest('hex');
const header = (message, name) => new RegExp(`^${name}:\\s*(.*)$`, 'im').exec(message)?.[1].trim();
const uriOf = (contact) => /<([^>]+)>/.exec(contact)?.[1] ?? contact;
const whereOf = (text) => {
  const [, host, port] = /(?:sip:(?:[^@>]*@)?|SIP\/2\.0\/\w+\s+)(\[[^\]]+\]|[^:;>\s]+)(?::(\d+))?/.exec(text);
  return { host: host.replace(/[[\]]/g, ''), port: Number(port ?? 5060) };
};
const home = { host: me.server, port: me.port };
const uri = `sip:${me.server}:${me.port}`;
const sdp = `v=0\r\no=- 1 1 IN IP4 ${me.bind}\r\ns=-\r\nc=IN IP4 ${me.bind}\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n`;

let mine;
const send = (text, { host, port }) =>
  socket.send(text, port, host, (error) => error && tell('cannot-send', { host, error: String(error) }));

function request(method, to, dialog, more = [], body = '') {
  return [
    `${method} ${to} SIP/2.0`,
    `Via: SIP/2.0/UDP ${me.bind}:${mine};branch=z9hG4bK${random()};rport`,
    'Max-Forwards: 70',
    `From: <sip:${me.user}@dering>;tag=${dialog.tag}`,
    `To: ${dialog.to}`,
    `Call-ID: ${dialog.id}`,
    `CSeq: ${dialog.cseq} ${method}`,
    `Contact: <sip:${me.user}@${me.bind}:${mine}>`,
    ...more,
    ...(body ? ['Content-Type: application/sdp'] : []),
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
}

function answer(message, status, body = '') {
  const kept = message.split('\r\n').filter((line) => /^(via|from|call-id|cseq):/i.test(line));
  const to = header(message, 'To');
  const text = [
    `SIP/2.0 ${status}`,
    ...kept,
    `To: ${/;tag=/.test(to) ? to : `${to};tag=${me.user}`}`,
    `Contact: <sip:${me.user}@${me.bind}:${mine}>`,
    ...(body ? ['Content-Type: application/sdp'] : []),
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
  send(text, whereOf(header(message, 'Via')));
}

/** Credentials for the challenge of a 401 or 407. */
function credentials(method, to, challenge) {
  const value = (name) => new RegExp(`\\b${name}="?([^",]+)`, 'i').exec(challenge)?.[1];
  const nonce = value('nonce');
  const [nc, cnonce] = ['00000001', random()];
  const ha1 = md5(`${me.device}:${value('realm')}:${me.password}`);
  const response = md5(`${ha1}:${nonce}:${nc}:${cnonce}:auth:${md5(`${method}:${to}`)}`);
  return `Authorization: Digest username="${me.device}", realm="${value('realm')}", nonce="${nonce}", uri="${to}", response="${response}", algorithm=MD5, qop=auth, nc=${nc}, cnonce="${cnonce}"`;
}

/** The Digest challenge that is for MD5. */
const md5Challenge = (message) =>
  message.split('\r\n').filter((line) => /^(www|proxy)-authenticate:\s*digest/i.test(line)).find((line) => !/SHA-256/i.test(line)) ?? '';

const waiting = new Map();
/** Sends, repeats, and gives the final answer; one challenge is met. */
async function ask(method, to, dialog, more, body) {
  for (let round = 0, extra = more ?? []; ; round++) {
    const text = request(method, to, dialog, extra, body);
    const final = new Promise((resolve) => waiting.set(`${dialog.id} ${dialog.cseq} ${method}`, resolve));
    send(text, home);
    const again = setInterval(() => send(text, home), 500);
    const message = await final;
    clearInterval(again);
    const status = Number(message.slice(8, 11));
    if (method === 'INVITE' && status >= 300) send(request('ACK', to, { ...dialog, to: header(message, 'To') }), home);
    if ((status !== 401 && status !== 407) || round > 0) return { status, message };
    extra = [...(more ?? []), credentials(method, to, md5Challenge(message)).replace(/^Authorization/, status === 407 ? 'Proxy-Authorization' : 'Authorization')];
    dialog.cseq++;
  }
}

socket.on('message', (data, from) => {
  const message = String(data);
  if (!message.startsWith('SIP/2.0')) return onRequest(message, from);
  const status = Number(message.slice(8, 11));
  if (status < 200) return;
  const [cseq, method] = header(message, 'CSeq').split(/\s+/);
  const key = `${header(message, 'Call-ID')} ${cseq} ${method}`;
  if (status === 200 && method === 'INVITE' && !waiting.has(key)) tell('repeated-200');
  waiting.get(key)?.(message);
  waiting.delete(key);
});

function onRequest(message, from) {
  const method = message.split(' ', 1)[0];
  if (method === 'INVITE') {
    tell('invited', { from: from.address, contact: uriOf(header(message, 'Contact')), via: header(message, 'Via') });
    answer(message, '200 OK', sdp);
  } else if (method === 'ACK') {
    tell('acknowledged', { from: from.address });
  } else {
    answer(message, '200 OK');
    if (method === 'BYE') tell('hung-up', { from: from.address });
  }
}

const dialogWith = (to) => ({ tag: random(), to, id: random(), cseq: 1 });

async function call(number) {
  const dialog = dialogWith(`<sip:${number}@dering>`);
  const { status, message } = await ask('INVITE', `sip:${number}@${me.server}:${me.port}`, dialog, [], sdp);
  if (status !== 200) return tell('refused', { status });
  const contact = uriOf(header(message, 'Contact'));
  tell('answered', { contact });
  const there = { ...dialog, to: header(message, 'To') };
  send(request('ACK', contact, there), whereOf(contact));
  await new Promise((resolve) => setTimeout(resolve, me.talks ?? 2500));
  const bye = { ...there, cseq: dialog.cseq + 1 };
  const text = request('BYE', contact, bye);
  const done = new Promise((resolve) => waiting.set(`${dialog.id} ${bye.cseq} BYE`, resolve));
  send(text, whereOf(contact));
  const ended = await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 3000, ''))]);
  tell('over', { status: Number(ended.slice(8, 11)) });
}

socket.bind(0, me.bind, async () => {
  mine = socket.address().port;
  const dialog = dialogWith(`<sip:${me.user}@dering>`);
  const { status } = await ask('REGISTER', uri, dialog, ['Expires: 300']);
  tell('registered', { status });
  if (me.calls) {
    await call(me.calls);
    socket.close();
  }
});
setTimeout(() => process.exit(0), 60_000).unref();
process.on('disconnect', () => process.exit(0));
