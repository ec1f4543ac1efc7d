// SPDX-License-Identifier: Apache-2.0
import type { RTCSession } from 'jssip/lib/RTCSession';
import { countsOf } from './counts';
import { HoldKeeper } from './hold_keeper';
import { outcomeOfEnd, outcomeOfFailure } from './jssip_outcome';
import { reasonOf } from './farewell';
import type { LineListener, Refusal } from './line';
import { lineReport, lineReportType } from './line_report';
import type { OwnPicture } from './picture';
import { PictureKeeper } from './picture_keeper';
import type { Counts } from './quality';
import { noteIn } from './note';
import { fingerprintOf } from './seal';
import { sentIn } from './sent';
import { identityIn } from './identity';
import { reachOf, unknownReach, type Reach } from './reach';
import { sendRefer, type Dialog } from './refer';

// Gathering never completes fast with an unreachable interface; the first host candidates suffice,
// because the server sits at a public address and learns ours from the checks.
const gatheringMilliseconds = 50;
const tone = { duration: 100, interToneGap: 70 };

type SendRequest = (method: string, options: { extraHeaders: string[]; body: string }) => void;

const reachField = 'X-Dering-Media';
export type Message = { getHeader(name: string): string | undefined } | null | undefined;

const isConnected = (state: RTCIceConnectionState): boolean =>
  state === 'connected' || state === 'completed';

/** No 2xx was sent yet; JsSIP calls a call established as soon as the person wants to answer. */
const isUnanswered = (session: RTCSession): boolean =>
  session.isInProgress() || session.status === session.C.STATUS_ANSWERED;

/** Private to JsSIP, whose version is pinned: an offer of ours is being made, or waits for its answer. */
function isOffering(session: RTCSession): boolean {
  const { _dialog: dialog, _rtcReady: isReady } = session as unknown as {
    readonly _dialog?: { readonly uac_pending_reply?: boolean };
    readonly _rtcReady?: boolean;
  };
  return dialog?.uac_pending_reply === true || isReady === false;
}

/** Private to JsSIP: what it does when the connection takes a request of the dialog with it, or nobody answers one. */
type Loss = Record<'onTransportError' | 'onRequestTimeout', () => void>;

export interface Surroundings {
  readonly listen: LineListener;
  /** Whether the connection to the server is there: a request without it would end the call. */
  readonly isConnected: () => boolean;
  readonly onOver: () => void;
}

/** One dialog of JsSIP's, which speaks for a call under the telephone's name for that. */
export class JssipSession {
  private readonly holdKeeper: HoldKeeper;
  private readonly pictures: PictureKeeper;
  /** The server has the key, and takes digits for the phone behind it. */
  private isServed = false;
  /** Of the certificate at the other end, and whether the server has said whose it is. */
  private print: string | null = null;
  private isExplained = false;

  constructor(
    readonly id: string,
    readonly session: RTCSession,
    private readonly around: Surroundings,
  ) {
    this.holdKeeper = new HoldKeeper(session, around.isConnected);
    this.pictures = new PictureKeeper(session, {
      isConnected: around.isConnected,
      silence: () => this.holdKeeper.silence(),
      onTheirs: (shown, track) => around.listen({ type: 'their-picture', id, shown, track }),
      onRefused: (why) => around.listen({ type: 'not-shown', id, why }),
    });
    this.followMedia();
    this.followStart();
    this.followOffers();
    this.followLoss();
    this.followEnd();
  }

  /** Somebody calls. */
  tell(invite: Message): void {
    const { uri, display_name } = this.session.remote_identity;
    const asserted = identityIn(invite?.getHeader('P-Asserted-Identity'));
    const party = asserted ?? { number: uri.user ?? '', name: display_name ?? '' };
    const reach = this.reachIn(invite) ?? unknownReach;
    this.around.listen({ type: 'incoming', id: this.id, party, reach, sent: sentIn(invite) });
  }

  /** The one that it takes the place of was muted and held so. */
  continueFrom(before: JssipSession): void {
    before.holdKeeper.stop();
    this.continueAs(before.session.isMuted().audio === true, before.holdKeeper.isHeld);
  }

  continueAs(muted: boolean, held: boolean): void {
    if (muted) this.session.mute({ audio: true });
    this.holdKeeper.keep(held);
    this.session.on('confirmed', () => this.holdKeeper.set(this.holdKeeper.isHeld));
  }

  /** Says of whom and how the dialog is with its first message. */
  introduce(invite: Message): void {
    this.follow(invite);
    const party = identityIn(invite?.getHeader('P-Asserted-Identity'));
    if (party !== null) this.around.listen({ type: 'identified', id: this.id, party });
  }

  end(why?: Refusal): void {
    const { session } = this;
    if (session.isEnded()) return;
    const { status } = why ?? {};
    const extraHeaders = reasonOf(why);
    // A status in a BYE would become a Reason of JsSIP's own.
    const isRefusal = session.direction === 'incoming' && isUnanswered(session);
    session.terminate({
      extraHeaders,
      ...(isRefusal && status !== undefined ? { status_code: status } : {}),
    });
  }

  mute(muted: boolean): void {
    if (muted) this.session.mute({ audio: true });
    else this.session.unmute({ audio: true });
    this.holdKeeper.silence();
  }

  hold(held: boolean): void {
    this.holdKeeper.set(held);
  }

  show(picture: OwnPicture | null): void {
    this.pictures.set(picture);
  }

  /** They belong to the connection. */
  endPictures(): void {
    this.pictures.stop();
  }

  /** Where there is no connection yet, it is made with what the call's stream holds then. */
  async setMicrophone(track: MediaStreamTrack): Promise<void> {
    const connection: RTCPeerConnection | undefined = this.session.connection;
    const sender = connection?.getSenders().find((each) => each.track?.kind === 'audio');
    if (sender === undefined) return;
    await sender.replaceTrack(track);
    this.holdKeeper.silence();
  }

  /** To the server by INFO, which plays it to whatever phone is there; else in the sound itself. */
  sendTone(key: string): boolean {
    const { session, isServed } = this;
    if (!session.isEstablished()) return false;
    const sender = session.connection.getSenders().find(({ track }) => track?.kind === 'audio');
    const canInsert = sender?.dtmf?.canInsertDTMF === true;
    const mayAsk = this.around.isConnected();
    if (!canInsert && !mayAsk) return false;
    const transport = mayAsk && (isServed || !canInsert) ? 'INFO' : 'RFC2833';
    // The typings name an enum that the library does not export as a value.
    session.sendDTMF(key, { ...tone, transportType: transport as never });
    return true;
  }

  /** A REFER without a connection would end the call. */
  transfer(number: string, asked: Dialog | null): void {
    const { id, session } = this;
    const { listen, isConnected: mayAsk } = this.around;
    sendRefer(mayAsk() ? session : null, { number, asked }, (news) =>
      listen({ type: 'transfer', id, news }),
    );
  }

  async measure(): Promise<Counts | null> {
    const { connection } = this.session;
    return connection ? countsOf(await connection.getStats()) : null;
  }

  /** Nothing hangs on its answer: JsSIP's own INFO would end the call when none comes. */
  report(counts: Counts): void {
    const { session } = this;
    if (!session.isEstablished() || !this.around.isConnected()) return;
    // The typings lack it.
    const { sendRequest } = session as unknown as { sendRequest: SendRequest };
    const extraHeaders = [`Content-Type: ${lineReportType}`];
    sendRequest.call(session, 'INFO', { extraHeaders, body: lineReport(counts) });
  }

  private followStart(): void {
    const { id, session } = this;
    const { listen } = this.around;
    // The typings lack the originator of most events.
    session.on('progress', (event: { originator: string; response?: Message }) => {
      if (event.originator !== 'remote') return;
      const response = event.response as (Message & { body?: string }) | undefined;
      this.follow(response);
      listen({ type: 'ringing', id, early: Boolean(response?.body) });
    });
    session.on('accepted', (event: { originator: string; response?: Message }) => {
      if (event.originator === 'remote') this.follow(event.response);
    });
    session.on('confirmed', () => {
      const { iceConnectionState } = session.connection;
      const stage = isConnected(iceConnectionState) ? 'connected' : 'connecting';
      listen({ type: 'confirmed', id, stage });
      this.describe(session.connection.remoteDescription?.sdp);
    });
  }

  private followOffers(): void {
    const { id, session } = this;
    const { listen } = this.around;
    session.on('reinvite', ({ request, reject }) => {
      // JsSIP answers 491 and follows the offer all the same, which takes its own away (S35).
      if (isOffering(session)) reject({ status_code: 491 });
      else this.follow(request);
    });
    session.on('update', ({ request }) => this.follow(request));
    // Whoever is there after a transfer shows another certificate.
    session.on('sdp', ({ originator, sdp }) => {
      if ((originator as string) === 'remote' && session.isEstablished()) this.describe(sdp);
    });
    const onHold = (held: boolean) => (event: { originator: unknown }) => {
      this.holdKeeper.silence();
      if (event.originator === 'remote') listen({ type: 'held', id, held });
    };
    session.on('hold', onHold(true));
    session.on('unhold', onHold(false));
  }

  /**
   * JsSIP ends a call whose offer or key goes with the connection, or is not answered for 32 s (S44). Two who
   * talk need no answer: what had none is said again, and a server that knows the call no more says so.
   */
  private followLoss(): void {
    const { session } = this;
    const loss = session as unknown as Loss;
    for (const name of ['onTransportError', 'onRequestTimeout'] as const) {
      const end = loss[name].bind(session);
      loss[name] = () => {
        if (session.status !== session.C.STATUS_CONFIRMED) return end();
        this.holdKeeper.onLost();
        this.pictures.onLost();
      };
    }
  }

  private followEnd(): void {
    const { id, session } = this;
    const { listen, onOver } = this.around;
    const close = () => {
      this.holdKeeper.stop();
      this.pictures.stop();
      onOver();
    };
    session.on('failed', (event) => {
      close();
      const outcome = outcomeOfFailure(event, session.direction);
      const { message } = event as { readonly message: Message };
      const note = outcome === 'declined' ? noteIn(message?.getHeader('Warning')) : null;
      listen({ type: 'ended', id, outcome, ...(note === null ? {} : { note }) });
    });
    session.on('ended', (event) => {
      close();
      listen({ type: 'ended', id, outcome: outcomeOfEnd(event) });
    });
  }

  private followMedia(): void {
    const { id, session } = this;
    const { listen } = this.around;
    const follow = (connection: RTCPeerConnection) => {
      this.pictures.follow(connection);
      connection.addEventListener('track', ({ streams, track }) => {
        if (track.kind === 'video') return;
        const stream = streams[0] ?? new MediaStream([track]);
        listen({ type: 'remote-stream', id, stream });
      });
      connection.addEventListener('iceconnectionstatechange', () => {
        const state = connection.iceConnectionState;
        if (state === 'disconnected') listen({ type: 'media', id, stage: 'reconnecting' });
        if (isConnected(state)) listen({ type: 'media', id, stage: 'connected' });
      });
    };
    // For an outgoing call JsSIP makes the connection before it announces the session.
    if (session.connection) follow(session.connection);
    else session.on('peerconnection', ({ peerconnection }) => follow(peerconnection));
    session.on('icecandidate', ({ ready }) => setTimeout(ready, gatheringMilliseconds));
  }

  private follow(message: Message): void {
    const reach = this.reachIn(message);
    if (reach !== null) this.around.listen({ type: 'reach', id: this.id, reach });
  }

  private claimNothing(): void {
    this.isServed = false;
    this.around.listen({ type: 'reach', id: this.id, reach: unknownReach });
  }

  private reachIn(message: Message): Reach | null {
    const reach = reachOf(message?.getHeader(reachField));
    this.isExplained = reach !== null;
    if (reach !== null) this.isServed = reach.kind === 'terminated';
    return reach;
  }

  private describe(remote: string | undefined): void {
    const print = fingerprintOf(remote);
    // Another certificate, and not a word about it: what was said before was said of the other one.
    if (this.print !== null && print !== this.print && !this.isExplained) this.claimNothing();
    [this.print, this.isExplained] = [print, false];
    const local = this.session.connection.localDescription?.sdp;
    this.around.listen({ type: 'described', id: this.id, local, remote });
  }
}
