// SPDX-License-Identifier: Apache-2.0
import { UA } from 'jssip';
import type { IncomingRequest } from 'jssip/lib/SIPMessage';
import type { IncomingMessageEvent, OutgoingMessageEvent, RTCSessionEvent } from 'jssip/lib/UA';
import { identityOfMessage } from './identity';
import { JssipCall } from './jssip_call';
import { farewell } from './farewell';
import type { DialogName, Kept } from './kept';
import type { Account, Line, LineListener, Refusal } from './line';
import type { OwnPicture } from './picture';
import type { Counts } from './quality';
import { agentOptions, answerOptions, callOptions, returnOptions } from './jssip_options';
import { questionFor } from './question';
import { dialogOf } from './refer';
import { WatchedSocket, type SocketWatcher } from './watched_socket';

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

/** JsSIP behind the Line interface. */
export class JssipLine implements Line {
  private ua: UA | null = null;
  private socket: WatchedSocket | null = null;
  private readonly calls = new Map<string, JssipCall>();
  private registrationTimer: ReturnType<typeof setTimeout> | undefined;
  private renewalTimer: ReturnType<typeof setTimeout> | undefined;
  private isRetired = false;
  private dialling: string | null = null;
  private address = '';

  constructor(private readonly listen: LineListener) {}

  start(account: Account): void {
    const watcher: SocketWatcher = {
      onText: (text) => this.onText(text),
      onAlive: () => {
        if (this.ua?.isRegistered() === true) this.listen({ type: 'registered' });
      },
    };
    const socket = new WatchedSocket(account.websocket, watcher, questionFor(account));
    const ua = new UA({ sockets: socket, ...agentOptions(account) });
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
    // The page has no place to show a text: refused here, it waits for a phone that has one.
    ua.on('newMessage', ({ originator, message }: IncomingMessageEvent | OutgoingMessageEvent) => {
      if (originator === 'remote') message.reject({ status_code: 405 });
    });
    ua.on('newRTCSession', (event: RTCSessionEvent) => this.onSession(event));
    ua.start();
    this.ua = ua;
    this.address = account.uri;
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

  release(): void {
    this.retire();
    this.ua?.unregister();
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
      this.ua?.call(number, callOptions(microphone));
    } catch {
      // JsSIP throws on a target it cannot make a URI of.
      this.listen({ type: 'ended', id, outcome: 'unknown_number' });
    }
    this.dialling = null;
  }

  answer(id: string, microphone: MediaStream): void {
    try {
      this.calls.get(id)?.session.answer(answerOptions(microphone));
    } catch {
      // JsSIP throws where the call is over already.
      this.listen({ type: 'ended', id, outcome: 'missed' });
    }
  }

  dialog(id: string): DialogName | null {
    const session = this.calls.get(id)?.session;
    const dialog = session?.isEstablished() === true ? dialogOf(session) : null;
    if (session === undefined || dialog === null) return null;
    const { _request: request, _from_tag: from, _to_tag: to } = dialog;
    // JsSIP calls it From where the other side began, too.
    const [ownTag, theirTag] = session.direction === 'incoming' ? [to, from] : [from, to];
    return { callId: request.call_id, ownTag, theirTag };
  }

  resume({ id, dialog, muted, held }: Kept, microphone: MediaStream): void {
    for (const track of microphone.getTracks()) track.enabled = !muted && !held;
    this.dialling = id;
    // Whom it is with the dialog tells; a Request-URI there must be.
    this.ua?.call(this.address, returnOptions(microphone, dialog));
    this.dialling = null;
    this.calls.get(id)?.continueAs(muted, held);
  }

  leave(dialog: DialogName, why?: Refusal): void {
    this.socket?.send(farewell(this.address, dialog, why));
  }

  end(id: string, why?: Refusal): void {
    this.calls.get(id)?.end(why);
  }

  mute(id: string, muted: boolean): void {
    this.calls.get(id)?.mute(muted);
  }

  hold(id: string, held: boolean): void {
    this.calls.get(id)?.hold(held);
  }

  async setMicrophone(id: string, track: MediaStreamTrack): Promise<void> {
    await this.calls.get(id)?.setMicrophone(track);
  }

  show(id: string, picture: OwnPicture | null): void {
    this.calls.get(id)?.show(picture);
  }

  sendTone(id: string, tone: string): boolean {
    return this.calls.get(id)?.sendTone(tone) ?? false;
  }

  transfer(id: string, number: string, asked: string | null): void {
    const call = this.calls.get(id);
    if (asked === null) return call?.transfer(number, null);
    const other = this.calls.get(asked);
    const dialog = other ? dialogOf(other.session) : null;
    // Without it the number would be rung anew, beside the call that is there.
    if (dialog !== null) return call?.transfer(number, dialog);
    this.listen({ type: 'transfer', id, news: { kind: 'failed', why: 'over' } });
  }

  measure(id: string): Promise<Counts | null> {
    return this.calls.get(id)?.measure() ?? Promise.resolve(null);
  }

  report(id: string, counts: Counts): void {
    this.calls.get(id)?.report(counts);
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

  // JsSIP keeps a 100 to itself, and of the answers to its own requests in a dialog it shows none.
  private onText(text: string): void {
    const isHeard = isProvisional.test(text);
    const party = identityOfMessage(text);
    if (!isHeard && party === null) return;
    const callId = callIdOf.exec(text)?.[1];
    for (const [id, { session }] of this.calls) {
      if (callId === undefined || !session.id.startsWith(callId)) continue;
      if (isHeard) this.listen({ type: 'heard', id });
      if (party !== null) this.listen({ type: 'identified', id, party });
    }
  }

  private onSession({ session, originator, request }: RTCSessionEvent): void {
    // Of a call that is there, which goes on in it.
    if ([...this.calls.values()].some((call) => call.isComing(session))) return;
    const isIncoming = (originator as string) === 'remote';
    const id = isIncoming ? session.id : (this.dialling ?? session.id);
    const call = new JssipCall(id, session, {
      listen: this.listen,
      isConnected: () => this.ua?.isConnected() === true,
      onOver: () => this.calls.delete(id),
    });
    this.calls.set(id, call);
    if (isIncoming) call.tell(request as IncomingRequest);
  }
}
