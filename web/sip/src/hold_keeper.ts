// SPDX-License-Identifier: Apache-2.0
import type { RTCSession } from 'jssip/lib/RTCSession';

/** While an offer is under way, or the connection is gone, another one would end the call. */
const retryMilliseconds = 300;

type Session = Pick<
  RTCSession,
  | 'connection'
  | 'hold'
  | 'unhold'
  | 'renegotiate'
  | 'isEnded'
  | 'isMuted'
  | 'isOnHold'
  | 'isEstablished'
>;

/**
 * Keeps one call held or not, as it is wished last. What the person hears and says changes at once; the
 * offer that tells the other side goes out when one may, and only if it is still wanted then.
 */
export class HoldKeeper {
  private isWanted = false;
  private isTelling = false;
  /** The connection broke before what was told was answered. */
  private isInDoubt = false;
  private retry: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly session: Session,
    private readonly isConnected: () => boolean,
  ) {}

  get isHeld(): boolean {
    return this.isWanted;
  }

  set(held: boolean): void {
    this.keep(held);
    this.settle();
  }

  /** The same, and nobody is told yet. */
  keep(held: boolean): void {
    this.isWanted = held;
    this.silence();
  }

  /** JsSIP turns the microphone on with its own unmute, whoever holds. */
  silence(): void {
    const isHeld = this.isWanted || this.session.isOnHold().remote;
    const isMuted = this.session.isMuted().audio === true;
    for (const { track } of this.session.connection.getSenders()) {
      if (track !== null) track.enabled = !isHeld && (track.kind === 'video' || !isMuted);
    }
  }

  stop(): void {
    clearTimeout(this.retry);
  }

  /** The connection broke: what nobody has answered is told once more. */
  onLost(): void {
    if (!this.isTelling) return;
    [this.isTelling, this.isInDoubt] = [false, true];
    this.settleSoon();
  }

  private settle(): void {
    clearTimeout(this.retry);
    const { session, isWanted } = this;
    const isSaid = session.isOnHold().local === isWanted;
    if (session.isEnded() || (isSaid && !this.isInDoubt)) return;
    const isSent = this.isConnected() && session.isEstablished() && this.tell(isSaid);
    if (isSent) this.isTelling = true;
    else this.settleSoon();
  }

  private tell(isSaid: boolean): boolean {
    const { session, isWanted } = this;
    const done = () => {
      [this.isTelling, this.isInDoubt] = [false, false];
      this.settle();
    };
    if (isSaid) return session.renegotiate({}, done);
    return isWanted ? session.hold({}, done) : session.unhold({}, done);
  }

  private settleSoon(): void {
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.settle(), retryMilliseconds);
  }
}
