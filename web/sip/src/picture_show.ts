// SPDX-License-Identifier: Apache-2.0
import type { HandsetPictures } from './handset';
import { canShow, whyNoPicture } from './joining';
import type { Line, LineEvent } from './line';
import { pictureTroubleOf, type PictureTrouble, type Showing } from './picture';
import { callOf, type Phone, type PhoneEvent } from './state';

type PictureEvent = Extract<LineEvent, { type: 'their-picture' | 'not-shown' }>;

interface Surroundings {
  readonly line: Pick<Line, 'show'>;
  readonly current: () => Phone;
  readonly apply: (event: PhoneEvent) => void;
  /** Throws as getUserMedia() and getDisplayMedia() do. */
  readonly open: (wanted: Showing) => Promise<MediaStream>;
}

/** The pictures of the calls: one's own, which a person turns on and off, and the other side's. */
export class PictureShow implements HandsetPictures {
  private readonly own = new Map<string, MediaStream>();
  private readonly their = new Map<string, MediaStream>();
  private isOpening = false;

  constructor(private readonly around: Surroundings) {}

  readonly isHere = true;

  /** What the browser refuses is said in words, and the call goes on. */
  async show(wanted: Showing): Promise<void> {
    const { call } = this.around.current();
    if (call?.kind !== 'talking' || this.isOpening) return;
    const { id } = call;
    const why = whyNoPicture(this.around.current());
    if (why !== null) return this.around.apply({ type: 'unshown', id, why });
    if (!canShow(this.around.current())) return;
    this.isOpening = true;
    try {
      const stream = await this.around.open(wanted);
      this.start(id, wanted, stream);
    } catch (error) {
      this.around.apply({ type: 'unshown', id, why: pictureTroubleOf(wanted, error) });
    } finally {
      this.isOpening = false;
    }
  }

  hide(): void {
    const { call } = this.around.current();
    if (call?.kind === 'talking' && call.pictures.ours !== 'none') this.end(call.id, null);
  }

  dismiss(): void {
    const { call } = this.around.current();
    if (call?.kind === 'talking') this.around.apply({ type: 'unshown', id: call.id, why: null });
  }

  stream(whose: 'ours' | 'theirs'): MediaStream | null {
    const id = this.around.current().call?.id ?? '';
    return (whose === 'ours' ? this.own : this.their).get(id) ?? null;
  }

  hear(event: PictureEvent): void {
    const { id } = event;
    if (callOf(this.around.current(), id) === null) return;
    if (event.type === 'not-shown') return this.end(id, event.why);
    if (event.track === null) this.their.delete(id);
    else this.their.set(id, new MediaStream([event.track]));
    this.around.apply({ type: 'picture', id, whose: 'theirs', shown: event.shown });
  }

  /** A camera is on only while somebody can see it. */
  watch(phone: Phone): void {
    for (const id of this.own.keys()) {
      const call = callOf(phone, id);
      if (call === null) this.close(id);
      else if (call.reach.kind !== 'sealed') this.end(id, 'ended');
    }
    for (const id of this.their.keys()) if (callOf(phone, id) === null) this.their.delete(id);
  }

  private start(id: string, shown: Showing, stream: MediaStream): void {
    const call = callOf(this.around.current(), id);
    const [track] = stream.getVideoTracks();
    if (call?.kind !== 'talking' || call.reach.kind !== 'sealed' || track === undefined) {
      return closeStream(stream);
    }
    this.close(id);
    this.own.set(id, stream);
    // A browser has a button of its own for the end of a screen; and cameras are unplugged.
    track.addEventListener('ended', () => {
      if (this.own.get(id) === stream) this.end(id, null);
    });
    this.around.apply({ type: 'picture', id, whose: 'ours', shown });
    this.around.line.show(id, { shown, track });
  }

  private end(id: string, why: PictureTrouble | null): void {
    if (!this.own.has(id)) return;
    this.close(id);
    this.around.apply({ type: 'picture', id, whose: 'ours', shown: 'none' });
    if (why !== null) this.around.apply({ type: 'unshown', id, why });
    this.around.line.show(id, null);
  }

  private close(id: string): void {
    const stream = this.own.get(id);
    this.own.delete(id);
    if (stream) closeStream(stream);
  }
}

function closeStream(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
