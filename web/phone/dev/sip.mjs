// SPDX-License-Identifier: Apache-2.0
// SIP messages between two pages, passed on unchanged: both ends are JsSIP, so no Via has to be
// written. Whom a request is for is in its Request-URI; whom a response is for, in its Via.
import { WebSocketServer } from 'ws';

const field = (message, name) => new RegExp(`^${name}: *(.*)$`, 'im').exec(message)?.[1].trim();
const userIn = (text) => /sip:([^@;>]+)/.exec(text)?.[1];

/**
 * `control.refusal` is what every call gets: a status line, and after " | " a field; or "silence".
 * `control.media` is what the server says of the encryption, as if a desk phone were at the other end;
 * null: it says nothing. `control.digits` are the keys that came by INFO. `control.caller` stands in
 * From, as of somebody who withholds the number. `control.transfer` are the statuses that a REFER gets:
 * its answer, and then what is told of it.
 * `end` of the result is what a back-channel logout does to the connection of an extension.
 */
export function attachSip(server, { people, presence, userOf, record }) {
  const flows = new Map(); // by extension, by Contact user and by the host of the Via
  const calls = new Map(); // by Call-ID
  const lastInDialog = new Map(); // by extension
  const control = {
    refusal: null,
    isClosed: false,
    media: 'sealed',
    caller: null,
    digits: [],
    transfer: [],
    identify,
    hangUp,
  };
  const sockets = new WebSocketServer({ server, path: '/ws/sip', handleProtocols: () => 'sip' });

  sockets.on('connection', (socket) => {
    if (control.isClosed) return socket.terminate();
    socket.on('message', (bytes) => {
      const message = bytes.toString();
      if (message === '\r\n\r\n') return socket.send('\r\n');
      if (message.startsWith('SIP/2.0')) return onResponse(message);
      flows.set(/SIP\/2\.0\/WSS? ([^;]+)/.exec(message)[1], socket);
      return message.startsWith('REGISTER')
        ? register(socket, message)
        : onRequest(socket, message);
    });
    socket.on('close', () => {
      for (const [key, flow] of flows) if (flow === socket) flows.delete(key);
      if (socket.extension) presence.set(socket.extension, 'offline');
    });
  });

  function endSignIn(extension) {
    const socket = flows.get(extension);
    if (socket === undefined) return;
    flows.delete(extension);
    presence.set(extension, 'offline');
    const isTalking = () =>
      [...calls.values()].some(({ caller, callee }) => [caller, callee].includes(extension));
    // A call may finish, and then the connection goes.
    const look = setInterval(() => {
      if (isTalking()) return;
      clearInterval(look);
      socket.close(4401);
    }, 200);
  }

  function register(socket, message) {
    const user = userOf(field(message, 'Authorization'));
    if (user === undefined) {
      const challenge = 'WWW-Authenticate: Bearer realm="dering", error="invalid_token"\r\n';
      return reply(socket, message, '401 Unauthorized', challenge);
    }
    const contact = field(message, 'Contact');
    const isGoing = field(message, 'Expires') === '0' || contact === '*';
    if (isGoing) flows.delete(user.extension);
    else {
      flows.set(user.extension, socket);
      flows.set(userIn(contact), socket);
      socket.extension = user.extension;
    }
    presence.set(user.extension, isGoing ? 'offline' : 'available');
    return reply(socket, message, '200 OK', isGoing ? '' : `Contact: ${contact}\r\n`);
  }

  function onRequest(socket, message) {
    const target = userIn(message.split('\r\n', 1)[0]);
    if (message.startsWith('ACK')) lastInDialog.set(socket.extension, message);
    const isFirst = message.startsWith('INVITE') && !/^To:.*;tag=/im.test(message);
    if (isFirst) {
      const failure = failureOf(socket, target);
      if (failure === 'silence') return undefined;
      if (failure) return reply(socket, message, ...failure.split(' | '));
      calls.set(field(message, 'Call-ID'), {
        id: field(message, 'Call-ID'),
        caller: socket.extension,
        callee: target,
        started_at: Math.floor(Date.now() / 1000),
        duration_ms: -1,
        outcome: 'no_answer',
      });
    }
    if (message.startsWith('REFER')) return transfer(socket, message);
    if (message.startsWith('INFO')) control.digits.push(/^Signal=(.)/m.exec(message)?.[1]);
    if (message.startsWith('BYE')) end(field(message, 'Call-ID'));
    return flows.get(target)?.send(isFirst ? named(marked(message)) : marked(message));
  }

  function failureOf(socket, target) {
    if (control.refusal !== null) return control.refusal;
    if (target === socket.extension) return '482 Loop Detected';
    if (!people.some(({ extension }) => extension === target)) return '404 Not Found';
    return flows.has(target) ? null : '480 Temporarily Unavailable';
  }

  function onResponse(message) {
    const call = calls.get(field(message, 'Call-ID'));
    const status = Number(message.slice(8, 11));
    if (call && field(message, 'CSeq').endsWith('INVITE') && status >= 200) {
      if (status >= 300) end(call.id, { 486: 'busy', 603: 'declined', 487: 'cancelled' }[status]);
      else if (call.answered === undefined) {
        Object.assign(call, { answered: Date.now(), outcome: 'answered' });
        presence.set(call.caller, 'in_call');
        presence.set(call.callee, 'in_call');
      }
    }
    flows.get(/SIP\/2\.0\/WSS? ([^;]+)/.exec(message)[1])?.send(marked(message));
  }

  function transfer(socket, refer) {
    const [answer, ...news] = control.transfer;
    reply(socket, refer, `${answer} Said`);
    for (const status of news) {
      const fields = {
        Event: `refer;id=${field(refer, 'CSeq').split(' ')[0]}`,
        'Subscription-State': status < 200 ? 'active;expires=60' : 'terminated;reason=noresource',
        'Content-Type': 'message/sipfrag',
      };
      socket.send(backwards(refer, 'NOTIFY', fields, `SIP/2.0 ${status} Said\r\n`));
    }
  }

  /** Tells a page with whom it talks now, in answer to what it sent last in the dialog. */
  function identify(extension, party) {
    const last = lastInDialog.get(extension);
    flows.get(extension).send(backwards(last, 'UPDATE', { 'P-Asserted-Identity': party }));
  }

  function hangUp(extension, reason) {
    flows.get(extension).send(backwards(lastInDialog.get(extension), 'BYE', { Reason: reason }));
  }

  /** Says how far the encryption reaches in each INVITE and in its answers. */
  function marked(message) {
    const isOfInvite = /^CSeq: *\d+ INVITE/im.test(message) && !message.startsWith('ACK');
    if (control.media === null || !isOfInvite) return message;
    return message.replace('\r\n', `\r\nX-Dering-Media: ${control.media}\r\n`);
  }

  function named(invite) {
    if (control.caller === null) return invite;
    return invite.replace(/^(From: ).*(;tag=.*)$/im, `$1${control.caller}$2`);
  }

  function end(id, outcome) {
    const call = calls.get(id);
    if (call === undefined) return;
    calls.delete(id);
    if (outcome) call.outcome = outcome;
    if (call.answered) call.duration_ms = Date.now() - call.answered;
    for (const extension of [call.caller, call.callee]) {
      presence.set(extension, flows.has(extension) ? 'available' : 'offline');
    }
    record(call);
  }

  return { end: endSignIn, control };
}

let counter = 100_000;

/** A request of the server's own in the dialog of a request that came. */
function backwards(message, method, fields, body = '') {
  const cseq = ++counter;
  const lines = {
    Via: `SIP/2.0/WS mock.invalid;branch=z9hG4bK${cseq}`,
    From: field(message, 'To'),
    To: field(message, 'From'),
    'Call-ID': field(message, 'Call-ID'),
    CSeq: `${cseq} ${method}`,
    'Max-Forwards': '70',
    Contact: '<sip:mock@mock.invalid;transport=ws>',
    ...fields,
    'Content-Length': Buffer.byteLength(body),
  };
  const text = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`);
  const target = userIn(field(message, 'From'));
  return `${method} sip:${target}@mock.invalid SIP/2.0\r\n${text.join('')}\r\n${body}`;
}

function reply(socket, message, status, extra = '') {
  const copied = ['Via', 'From', 'Call-ID', 'CSeq']
    .map((name) => `${name}: ${field(message, name)}\r\n`)
    .join('');
  const tag = /;tag=/i.test(field(message, 'To')) ? '' : `;tag=mock${Date.now()}`;
  const to = `To: ${field(message, 'To')}${tag}\r\n`;
  socket.send(`SIP/2.0 ${status}\r\n${copied}${to}${extra}Content-Length: 0\r\n\r\n`);
}
