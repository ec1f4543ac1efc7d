// SPDX-License-Identifier: Apache-2.0
import type { RTCSession } from 'jssip/lib/RTCSession';
import type { OwnPicture, Shown } from './picture';
import { contentOf, withContent } from './picture_content';

/** While an offer is under way, or the connection is gone, another one would end the call. */
const retryMilliseconds = 300;
/** Two who begin at once are both refused: no two wait as long. */
const afterRefusal = () => retryMilliseconds + Math.random() * 900;
/** An offer that met another one may be made again so often. */
const mostTries = 5;
/** Bits a second, for lines as people have them. */
const mostBits = { camera: 1_200_000, screen: 2_500_000 } as const;

type Session = Pick<
  RTCSession,
  | 'connection'
  | 'renegotiate'
  | 'isEnded'
  | 'isEstablished'
  | 'isOnHold'
  | 'isReadyToReOffer'
  | 'on'
>;

interface Surroundings {
  readonly isConnected: () => boolean;
  /** JsSIP turns microphone and camera on with each offer, whoever holds. */
  readonly silence: () => void;
  readonly onTheirs: (shown: Shown, track: MediaStreamTrack | null) => void;
  /** Ours is not shown: `unshown`: nobody there takes it; `ended`: nobody takes it any more. */
  readonly onRefused: (why: 'unshown' | 'ended') => void;
}

/**
 * The picture of one call in both directions: what is wished last is offered as soon as it may be. A
 * picture that comes is shown without a question, and turns on no camera here.
 */
export class PictureKeeper {
  private wanted: OwnPicture | null = null;
  /** What the other side has agreed to; null: the connection broke before it said so. */
  private told: Shown | null = 'none';
  private isTelling = false;
  private tries = 0;
  private theirs: Shown = 'none';
  private content: Exclude<Shown, 'none'> = 'camera';
  private retry: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly session: Session,
    private readonly around: Surroundings,
  ) {
    session.on('sdp', (event) => {
      if ((event.originator as string) === 'remote') this.content = contentOf(event.sdp);
      else if (this.wanted !== null) event.sdp = withContent(event.sdp, this.wanted.shown);
    });
  }

  follow(connection: RTCPeerConnection): void {
    connection.addEventListener('signalingstatechange', () => {
      if (connection.signalingState === 'stable') this.look();
    });
  }

  set(wanted: OwnPicture | null): void {
    this.wanted = wanted;
    this.tries = 0;
    const sender = this.transceiver()?.sender;
    // At once: whoever turns a camera off does not wait for an answer.
    if (this.told !== 'none') void sender?.replaceTrack(wanted?.track ?? null);
    this.settle();
  }

  /** The connection broke: what nobody has answered is offered once more. */
  onLost(): void {
    if (!this.isTelling) return;
    [this.isTelling, this.told] = [false, null];
    this.settleIn(retryMilliseconds);
  }

  /** The call goes on in another dialog, or not at all. */
  stop(): void {
    clearTimeout(this.retry);
    this.lose('ended');
    if (this.theirs !== 'none') this.around.onTheirs('none', null);
    this.theirs = 'none';
  }

  private settle(): void {
    clearTimeout(this.retry);
    const { session, wanted } = this;
    const shown = wanted?.shown ?? 'none';
    if (session.isEnded() || shown === this.told || this.isTelling) return;
    const mayOffer =
      this.around.isConnected() && session.isEstablished() && session.isReadyToReOffer();
    if (!mayOffer) return this.settleIn(retryMilliseconds);
    this.prepare(wanted);
    this.isTelling = session.renegotiate({}, () => this.onAnswered(shown));
    this.around.silence();
    if (!this.isTelling) this.settleIn(retryMilliseconds);
  }

  private settleIn(milliseconds: number): void {
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.settle(), milliseconds);
  }

  private prepare(wanted: OwnPicture | null): void {
    const transceiver = this.transceiver();
    if (transceiver === null) {
      if (wanted !== null) this.session.connection.addTransceiver(wanted.track);
      return;
    }
    void transceiver.sender.replaceTrack(wanted?.track ?? null);
    transceiver.direction = wanted === null ? 'recvonly' : 'sendrecv';
  }

  private onAnswered(shown: Shown): void {
    this.isTelling = false;
    const sender = this.sending();
    const { local, remote } = this.session.isOnHold();
    if (shown === 'none' || sender !== null || local || remote) {
      this.told = shown;
      this.tries = 0;
      if (sender !== null && shown !== 'none') void limit(sender, mostBits[shown]);
      return this.settle();
    }
    this.told = 'none';
    this.tries += 1;
    if (this.tries < mostTries) this.settleIn(afterRefusal());
    else this.lose('unshown');
  }

  private lose(why: 'unshown' | 'ended'): void {
    if (this.wanted === null) return;
    [this.wanted, this.told] = [null, 'none'];
    this.around.onRefused(why);
  }

  /** Both sides have agreed on something. */
  private look(): void {
    const transceiver = this.transceiver();
    const comes = /recv/.test(transceiver?.currentDirection ?? '');
    const theirs = comes ? this.content : 'none';
    if (theirs !== this.theirs) {
      this.theirs = theirs;
      this.around.onTheirs(theirs, comes ? (transceiver?.receiver.track ?? null) : null);
    }
    // The place of the picture itself has been refused: no hold does that.
    const isAgreed = this.told !== null && this.told !== 'none';
    if (transceiver === null && isAgreed && !this.isTelling) this.lose('ended');
  }

  private transceiver(): RTCRtpTransceiver | null {
    const connection: RTCPeerConnection | undefined = this.session.connection;
    const isLive = ({ receiver, direction, currentDirection }: RTCRtpTransceiver) =>
      receiver.track.kind === 'video' && direction !== 'stopped' && currentDirection !== 'stopped';
    return connection?.getTransceivers().find(isLive) ?? null;
  }

  private sending(): RTCRtpSender | null {
    const transceiver = this.transceiver();
    return /send/.test(transceiver?.currentDirection ?? '') ? (transceiver?.sender ?? null) : null;
  }
}

async function limit(sender: RTCRtpSender, maxBitrate: number): Promise<void> {
  const parameters = sender.getParameters();
  for (const encoding of parameters.encodings) encoding.maxBitrate = maxBitrate;
  await sender.setParameters(parameters).catch(() => {});
}
