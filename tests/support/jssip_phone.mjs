// The real JsSIP in Node: its WebSocket is `ws`, its RTCPeerConnection a stand-in that keeps the rules
// of offer and answer but carries no media. Everything JsSIP puts on the wire is its own.
import { randomBytes, randomUUID } from 'node:crypto';
import WebSocket from 'ws';

class BrowserWebSocket extends WebSocket {
  constructor(url, protocol) {
    const { protocol: scheme, host } = new URL(url);
    super(url, protocol, { origin: `${scheme === 'wss:' ? 'https' : 'http'}://${host}`, rejectUnauthorized: false });
  }
}

const fingerprint = () => [...randomBytes(32)].map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(':');

/** Follows JSEP (RFC 9429) as far as JsSIP looks: states, descriptions, one audio section. */
class StandInPeerConnection extends EventTarget {
  signalingState = 'stable';
  iceGatheringState = 'complete';
  iceConnectionState = 'new';
  connectionState = 'new';
  localDescription = null;
  remoteDescription = null;
  fingerprint = fingerprint();
  ufrag = randomBytes(3).toString('hex');
  pwd = randomBytes(12).toString('hex');
  direction = 'sendrecv';

  constructor() {
    super();
    StandInPeerConnection.made.push(this);
  }
  static made = [];

  addTrack() {}
  getSenders() {
    return [{ track: { kind: 'audio', enabled: true }, dtmf: null }];
  }
  async createOffer(constraints) {
    if (constraints?.iceRestart) {
      [this.ufrag, this.pwd] = [randomBytes(3).toString('hex'), randomBytes(12).toString('hex')];
      // A restart gathers anew; the news comes after the description is set.
      setTimeout(() => this.dispatchEvent(new Event('icegatheringstatechange')), 20);
    }
    return { type: 'offer', sdp: this.#describe('actpass') };
  }
  async createAnswer() {
    if (this.signalingState !== 'have-remote-offer') throw new Error(`createAnswer in ${this.signalingState}`);
    return { type: 'answer', sdp: this.#describe('active') };
  }
  async setLocalDescription(description) {
    this.#step(description.type, 'stable', 'have-local-offer', 'have-remote-offer');
    this.localDescription = description;
  }
  async setRemoteDescription(description) {
    this.#step(description.type, 'stable', 'have-remote-offer', 'have-local-offer');
    for (const needed of ['a=ice-ufrag:', 'a=ice-pwd:', 'a=fingerprint:sha-256 ', 'a=setup:', 'a=rtcp-mux', 'a=mid:']) {
      if (!description.sdp.includes(needed)) throw new Error(`remote description lacks ${needed}`);
    }
    this.remoteDescription = description;
  }
  close() {
    this.signalingState = 'closed';
  }

  /** An offer goes stable → mine; an answer goes theirs → stable. */
  #step(type, stable, mine, theirs) {
    if (type === 'offer' && this.signalingState === stable) this.signalingState = mine;
    else if (type === 'answer' && this.signalingState === theirs) this.signalingState = stable;
    else throw new Error(`${type} in ${this.signalingState}`);
  }
  #describe(setup) {
    return [
      'v=0',
      'o=- 4611733062524 2 IN IP4 127.0.0.1',
      's=-',
      't=0 0',
      'a=group:BUNDLE 0',
      'a=msid-semantic: WMS',
      'm=audio 9 UDP/TLS/RTP/SAVPF 111 9 0 8 110 126',
      'c=IN IP4 0.0.0.0',
      'a=rtcp:9 IN IP4 0.0.0.0',
      `a=ice-ufrag:${this.ufrag}`,
      `a=ice-pwd:${this.pwd}`,
      'a=ice-options:trickle',
      `a=fingerprint:sha-256 ${this.fingerprint}`,
      `a=setup:${setup}`,
      'a=mid:0',
      'a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level',
      `a=${this.direction}`,
      'a=rtcp-mux',
      'a=rtpmap:111 opus/48000/2',
      'a=fmtp:111 minptime=10;useinbandfec=1',
      'a=rtpmap:9 G722/8000',
      'a=rtpmap:0 PCMU/8000',
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:110 telephone-event/48000',
      'a=rtpmap:126 telephone-event/8000',
      '',
    ].join('\r\n');
  }
}

globalThis.window ??= globalThis;
Object.assign(globalThis, {
  WebSocket: BrowserWebSocket,
  RTCPeerConnection: StandInPeerConnection,
  RTCSessionDescription: class {
    constructor(init) {
      Object.assign(this, init);
    }
  },
});

const { default: JsSIP } = await import('jssip');
export { JsSIP };

const silence = { getTracks: () => [], getAudioTracks: () => [], getVideoTracks: () => [] };
export const callOptions = { mediaStream: silence, sessionTimersExpires: 1800 };

/**
 * A JsSIP user agent as web/sip configures it. `sent` and `received` hold every SIP message, parsed
 * no further than text. Options go over the configuration. What `breaksBefore` matches is not sent: the
 * connection breaks in its place, once.
 */
export class JsSipPhone {
  constructor(origin, extension, token, options = {}) {
    const socket = new JsSIP.WebSocketInterface(`${origin.replace(/^http/, 'ws')}/ws/sip`);
    this.extension = extension;
    this.sent = [];
    this.received = [];
    this.ringing = [];
    this.ua = new JsSIP.UA({
      sockets: [socket],
      uri: `sip:${extension}@dering`,
      authorization_jwt: token ? `Bearer ${token}` : null,
      instance_id: randomUUID(),
      register_expires: 300,
      no_answer_timeout: 3600,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 2,
      ...options,
    });
    this.#tap(socket);
    this.ua.on('newRTCSession', ({ originator, session }) => {
      if (originator === 'remote') this.ringing.push(session);
    });
  }

  #tap(socket) {
    const send = socket.send.bind(socket);
    socket.send = (message) => {
      if (this.breaksBefore?.test(message)) {
        this.breaksBefore = null;
        socket._ws.terminate();
        return true;
      }
      this.sent.push(String(message));
      return send(message);
    };
    let handler;
    Object.defineProperty(socket, 'ondata', {
      get: () => (data) => {
        this.received.push(String(data));
        handler(data);
      },
      set: (value) => {
        handler = value;
      },
    });
  }

  start() {
    const registered = once(this.ua, ['registered'], ['registrationFailed', 'disconnected']);
    this.ua.start();
    return registered;
  }

  call(target, options = {}) {
    return this.ua.call(String(target), { ...callOptions, ...options });
  }

  /** The next incoming session. */
  async rings(seconds = 15) {
    await until(() => this.ringing.length > 0, seconds, `${this.extension} does not ring`);
    return this.ringing.shift();
  }

  /** Sent or received messages whose first line matches. */
  messages(direction, pattern) {
    return this[direction].filter((text) => pattern.test(text.split('\r\n', 1)[0]));
  }

  async stop() {
    this.ua.stop();
    await new Promise((resolve) => setTimeout(resolve, 50));
    this.ua.transport?.disconnect();
  }
}

/** Resolves with the first of the good events, rejects on a bad one or when time is up. */
export function once(emitter, good, bad = [], seconds = 15) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`none of ${good} within ${seconds} s`)), seconds * 1000);
    for (const name of good) emitter.on(name, (event) => (clearTimeout(timer), resolve({ name, ...event })));
    for (const name of bad) {
      emitter.on(name, (event) => {
        clearTimeout(timer);
        reject(Object.assign(new Error(`${name}: ${event?.cause ?? event?.reason ?? ''}`), { event }));
      });
    }
  });
}

export async function until(condition, seconds, words) {
  const deadline = Date.now() + seconds * 1000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(typeof words === 'function' ? words() : words);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
