// SPDX-License-Identifier: Apache-2.0
import { UA } from 'jssip';
import type { RTCSession } from 'jssip/lib/RTCSession';
import type { RTCSessionEvent } from 'jssip/lib/UA';
import { outcomeOfFailure, outcomeOfEnd } from './jssip_outcome';
import type { Account, Line, LineListener, Refusal } from './line';
import { WatchedSocket } from './watched_socket';

// The server sends keep-alives, refreshes sessions and owns the ring time, so that a tab in the
// background, whose timers the browser slows down, has nothing to do.
const registerSeconds = 300;
const sessionSeconds = 1800;
const ringSeconds = 3600;
const recoverySeconds = { min: 1, max: 15 };
const peerConnection: RTCConfiguration = { iceServers: [], bundlePolicy: 'max-bundle' };

// Gathering never completes fast with an unreachable interface; the first host candidates suffice,
// because the server sits at a public address and learns ours from the checks.
const gatheringMilliseconds = 50;
// JsSIP says nothing at all when a 2xx to REGISTER lacks its own Contact.
const registrationMilliseconds = 5000;
// Nor does it try again after a failure; a little chance keeps a thousand phones apart.
const retryMilliseconds = () => 2000 + Math.random() * 6000;
// While a REGISTER is under way JsSIP drops another one without a word.
const busyMilliseconds = 200;
/** The close code of our server for a sign-in that is over. */
const signedOutCode = 4401;

const isProvisional = /^SIP\/2\.0 1\d\d /;
const callIdOf = /^(?:call-id|i)\s*:\s*(\S+)/im;

const isConnected = (state: RTCIceConnectionState): boolean =>
  state === 'connected' || state === 'completed';

/** No 2xx was sent yet; JsSIP calls a call established as soon as the person wants to answer. */
const isUnanswered = (session: RTCSession): boolean =>
  session.isInProgress() || session.status === session.C.STATUS_ANSWERED;

/** JsSIP behind the Line interface. Besides its socket the only file that imports the library. */
export class JssipLine implements Line {
  private ua: UA | null = null;
  private socket: WatchedSocket | null = null;
  private readonly calls = new Map<string, RTCSession>();
  private registrationTimer: ReturnType<typeof setTimeout> | undefined;
  private renewalTimer: ReturnType<typeof setTimeout> | undefined;
  private isRetired = false;
  private dialling: string | null = null;

  constructor(private readonly listen: LineListener) {}

  start(account: Account): void {
    const socket = new WatchedSocket(account.websocket, {
      onText: (text) => this.onText(text),
      onAlive: () => {
        if (this.ua?.isRegistered() === true) this.listen({ type: 'registered' });
      },
    });
    const ua = new UA({
      sockets: socket,
      uri: account.uri,
      display_name: account.name,
      authorization_jwt: `Bearer ${account.token}`,
      instance_id: account.instance,
      register_expires: registerSeconds,
      session_timers: true,
      session_timers_refresh_method: 'UPDATE',
      no_answer_timeout: ringSeconds,
      connection_recovery_min_interval: recoverySeconds.min,
      connection_recovery_max_interval: recoverySeconds.max,
      use_preloaded_route: false,
      user_agent: `Dering/${account.version} (JsSIP 3.13.8)`,
    });
    ua.on('connecting', () => this.listen({ type: 'connecting' }));
    ua.on('connected', () => this.expectRegistration());
    ua.on('disconnected', ({ code }: { code?: number }) => {
      clearTimeout(this.registrationTimer);
      this.listen({ type: 'disconnected', signedOut: code === signedOutCode });
    });
    ua.on('registered', () => {
      clearTimeout(this.registrationTimer);
      this.listen({ type: 'registered' });
    });
    ua.on('registrationFailed', ({ response }) => {
      clearTimeout(this.registrationTimer);
      const status = response?.status_code;
      if (status === 401 || status === 403)
        this.listen({ type: 'refused', forbidden: status === 403 });
      else this.retryRegistration();
    });
    ua.on('newRTCSession', (event: RTCSessionEvent) => this.onSession(event));
    ua.start();
    this.ua = ua;
    this.socket = socket;
    globalThis.addEventListener?.('offline', this.doubt);
    globalThis.addEventListener?.('online', this.doubt);
  }

  renew(token: string): void {
    if (this.ua === null) return;
    this.ua.set('authorization_jwt', `Bearer ${token}`);
    this.registerSoon();
  }

  retire(): void {
    this.isRetired = true;
    clearTimeout(this.registrationTimer);
    clearTimeout(this.renewalTimer);
    // JsSIP leaves the refresh to whoever listens for it, and here nobody registers any more.
    this.ua?.on('registrationExpiring', () => {});
  }

  stop(): void {
    clearTimeout(this.registrationTimer);
    clearTimeout(this.renewalTimer);
    globalThis.removeEventListener?.('offline', this.doubt);
    globalThis.removeEventListener?.('online', this.doubt);
    this.ua?.stop();
    this.ua = null;
    this.calls.clear();
  }

  dial(id: string, number: string, microphone: MediaStream): void {
    this.dialling = id;
    try {
      this.ua?.call(number, {
        mediaStream: microphone,
        pcConfig: peerConnection,
        sessionTimersExpires: sessionSeconds,
      });
    } catch {
      // JsSIP throws on a target it cannot make a URI of.
      this.listen({ type: 'ended', id, outcome: 'unknown_number' });
    }
    this.dialling = null;
  }

  answer(id: string, microphone: MediaStream): void {
    try {
      this.calls.get(id)?.answer({
        mediaStream: microphone,
        pcConfig: peerConnection,
        sessionTimersExpires: sessionSeconds,
      });
    } catch {
      // JsSIP throws where the call is over already.
      this.listen({ type: 'ended', id, outcome: 'missed' });
    }
  }

  end(id: string, why?: Refusal): void {
    const session = this.calls.get(id);
    if (session === undefined || session.isEnded()) return;
    const { status, word } = why ?? {};
    const extraHeaders = word === undefined ? [] : [`Reason: SIP;cause=${status};text="${word}"`];
    // A status in a BYE would become a Reason of JsSIP's own.
    const isRefusal = session.direction === 'incoming' && isUnanswered(session);
    session.terminate({
      extraHeaders,
      ...(isRefusal && status !== undefined ? { status_code: status } : {}),
    });
  }

  mute(id: string, muted: boolean): void {
    const session = this.calls.get(id);
    if (muted) session?.mute({ audio: true });
    else session?.unmute({ audio: true });
  }

  sendTone(id: string, tone: string): void {
    const session = this.calls.get(id);
    if (session === undefined || !session.isEstablished()) return;
    const sender = session.connection.getSenders().find(({ track }) => track?.kind === 'audio');
    const asEvent = sender?.dtmf?.canInsertDTMF === true;
    // An INFO over a dead connection would end the call.
    if (!asEvent && this.ua?.isConnected() !== true) return;
    session.sendDTMF(tone, {
      duration: 100,
      interToneGap: asEvent ? 70 : 500,
      // The typings name an enum that the library does not export as a value.
      transportType: (asEvent ? 'RFC2833' : 'INFO') as never,
    });
  }

  /** The server must see the new token even if a REGISTER with the old one is under way. */
  private registerSoon(): void {
    clearTimeout(this.renewalTimer);
    if (this.ua?.isConnected() !== true || this.isRetired) return;
    // Private to JsSIP, whose version is pinned, and told nowhere else.
    if (Reflect.get(this.ua.registrator(), '_registering') === true) {
      this.renewalTimer = setTimeout(() => this.registerSoon(), busyMilliseconds);
    } else this.ua.register();
  }

  private expectRegistration(): void {
    clearTimeout(this.registrationTimer);
    if (this.isRetired) return;
    this.registrationTimer = setTimeout(() => this.retryRegistration(), registrationMilliseconds);
  }

  private retryRegistration(): void {
    this.listen({ type: 'disconnected' });
    if (this.isRetired) return;
    this.registrationTimer = setTimeout(() => {
      if (this.ua?.isConnected() !== true) return;
      this.ua.register();
      this.expectRegistration();
    }, retryMilliseconds());
  }

  private readonly doubt = (): void => {
    if (this.ua?.isConnected() !== true) return;
    this.listen({ type: 'doubted' });
    this.socket?.doubt();
  };

  // JsSIP keeps a 100 to itself.
  private onText(text: string): void {
    if (!isProvisional.test(text)) return;
    const callId = callIdOf.exec(text)?.[1];
    for (const [id, session] of this.calls) {
      if (callId !== undefined && session.id.startsWith(callId)) this.listen({ type: 'heard', id });
    }
  }

  private onSession({ session, originator }: RTCSessionEvent): void {
    const isIncoming = (originator as string) === 'remote';
    const id = isIncoming ? session.id : (this.dialling ?? session.id);
    this.calls.set(id, session);
    this.followMedia(id, session);
    this.followCall(id, session);
    if (!isIncoming) return;
    const { uri, display_name } = session.remote_identity;
    this.listen({
      type: 'incoming',
      id,
      party: { number: uri.user ?? '', name: display_name ?? '' },
    });
  }

  private followCall(id: string, session: RTCSession): void {
    // The typings lack the originator of most events.
    session.on('progress', (event: { originator: string }) => {
      if (event.originator === 'remote') this.listen({ type: 'ringing', id });
    });
    session.on('confirmed', () => {
      const { localDescription, remoteDescription, iceConnectionState } = session.connection;
      const [local, remote] = [localDescription?.sdp, remoteDescription?.sdp];
      const stage = isConnected(iceConnectionState) ? 'connected' : 'connecting';
      this.listen({ type: 'confirmed', id, local, remote, stage });
    });
    session.on('failed', (event) => {
      this.calls.delete(id);
      this.listen({ type: 'ended', id, outcome: outcomeOfFailure(event, session.direction) });
    });
    session.on('ended', (event) => {
      this.calls.delete(id);
      this.listen({ type: 'ended', id, outcome: outcomeOfEnd(event) });
    });
  }

  private followMedia(id: string, session: RTCSession): void {
    const follow = (connection: RTCPeerConnection) => {
      connection.addEventListener('track', ({ streams, track }) => {
        const stream = streams[0] ?? new MediaStream([track]);
        this.listen({ type: 'remote-stream', id, stream });
      });
      connection.addEventListener('iceconnectionstatechange', () => {
        const state = connection.iceConnectionState;
        if (state === 'disconnected') this.listen({ type: 'media', id, stage: 'reconnecting' });
        if (isConnected(state)) this.listen({ type: 'media', id, stage: 'connected' });
      });
    };
    // For an outgoing call JsSIP makes the connection before it announces the session.
    if (session.connection) follow(session.connection);
    else session.on('peerconnection', ({ peerconnection }) => follow(peerconnection));
    session.on('icecandidate', ({ ready }) => setTimeout(ready, gatheringMilliseconds));
  }
}
