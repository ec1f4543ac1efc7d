// SPDX-License-Identifier: Apache-2.0
import type { RTCSession } from 'jssip/lib/RTCSession';
import { answerOptions } from './jssip_options';
import { JssipSession, type Message, type Surroundings } from './jssip_session';
import type { LineEvent, Refusal } from './line';
import type { OwnPicture } from './picture';
import type { Counts } from './quality';
import type { Dialog } from './refer';

/** An INVITE that names the dialog of a session, which JsSIP has found and is confirmed. */
interface Replacing {
  readonly request: Message;
  readonly accept: (begin: (session: RTCSession) => void) => void;
}

/**
 * One call, under the telephone's name for it. The server may go on with it in another dialog
 * (RFC 3891): a browser that keeps its keys as long as a connection lasts gets another connection.
 * That is answered without a question; who talks notices nothing of it.
 */
export class JssipCall {
  private current: JssipSession;
  private coming: JssipSession | null = null;
  /** What is to be told of the one that comes, once it is there. */
  private untold: LineEvent[] = [];

  constructor(
    readonly id: string,
    session: RTCSession,
    private readonly around: Surroundings,
  ) {
    this.current = this.follow(session);
  }

  get session(): RTCSession {
    return this.current.session;
  }

  /** Somebody calls. */
  tell(invite: Message): void {
    this.current.tell(invite);
  }
  end(why?: Refusal): void {
    this.current.end(why);
  }
  mute(muted: boolean): void {
    this.current.mute(muted);
  }
  hold(held: boolean): void {
    this.current.hold(held);
  }
  async setMicrophone(track: MediaStreamTrack): Promise<void> {
    await Promise.all([this.current, this.coming].map((each) => each?.setMicrophone(track)));
  }
  show(picture: OwnPicture | null): void {
    this.current.show(picture);
  }
  sendTone(key: string): boolean {
    return this.current.sendTone(key);
  }
  /** It takes the place of one of another page, which was muted and held so. */
  continueAs(muted: boolean, held: boolean): void {
    this.current.continueAs(muted, held);
  }
  transfer(number: string, asked: Dialog | null): void {
    this.current.transfer(number, asked);
  }
  measure(): Promise<Counts | null> {
    return this.current.measure();
  }
  report(counts: Counts): void {
    this.current.report(counts);
  }

  /** Whether this session is about to take the place of the one that is there. */
  isComing(session: RTCSession): boolean {
    return this.coming?.session === session;
  }

  private follow(session: RTCSession): JssipSession {
    const its: JssipSession = new JssipSession(this.id, session, {
      listen: (event) => {
        if (its === this.current) this.around.listen(event);
        else if (its === this.coming) this.untold.push(event);
      },
      isConnected: this.around.isConnected,
      onOver: () => this.onOver(its),
    });
    // The typings take it for the event of a REFER.
    session.on('replaces', (event: unknown) => this.onReplacing(event as Replacing));
    return its;
  }

  private onReplacing({ request, accept }: Replacing): void {
    const microphone = this.microphone();
    this.dropComing();
    accept((session) => {
      // JsSIP's own way to end the old one throws where that has ended already.
      session.removeAllListeners('confirmed');
      this.coming = this.follow(session);
    });
    const { coming } = this;
    if (coming === null) return;
    coming.introduce(request);
    const { session } = coming;
    session.on('accepted', () => this.onAccepted(coming));
    session.answer(answerOptions(microphone));
  }

  private onAccepted(next: JssipSession): void {
    if (next !== this.coming) return;
    const before = this.current;
    before.endPictures();
    [this.current, this.coming] = [next, null];
    next.continueFrom(before);
    for (const event of this.untold.splice(0)) this.around.listen(event);
    // Whoever waits hears from the server from now on what is to be heard.
    if (before.session.isOnHold().remote) {
      this.around.listen({ type: 'held', id: this.id, held: false });
    }
    next.session.on('confirmed', () => {
      if (!before.session.isEnded()) before.session.terminate();
    });
  }

  private onOver(its: JssipSession): void {
    if (its === this.coming) this.forgetComing();
    if (its !== this.current) return;
    this.dropComing();
    this.around.onOver();
  }

  private dropComing(): void {
    const { coming } = this;
    this.forgetComing();
    if (coming !== null && !coming.session.isEnded()) coming.session.terminate();
  }

  private forgetComing(): void {
    this.coming = null;
    this.untold = [];
  }

  /** The call keeps the one that it has. */
  private microphone(): MediaStream {
    const senders = this.session.connection.getSenders();
    return new MediaStream(senders.flatMap(({ track }) => (track?.kind === 'audio' ? track : [])));
  }
}
