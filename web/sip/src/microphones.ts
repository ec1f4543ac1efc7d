// SPDX-License-Identifier: Apache-2.0
import type { Line } from './line';
import { outcomeOfMicrophone, type Outcome } from './outcome';
import { closeMicrophone, type Sounds } from './sounds';

interface Surroundings {
  readonly line: Pick<Line, 'setMicrophone'>;
  readonly sounds: Sounds;
  /** `isGone`: in place of one that has ended by itself. */
  readonly open: (isGone: boolean) => Promise<MediaStream>;
  readonly goesOn: (id: string) => boolean;
  readonly onDenied: (id: string, outcome: Outcome) => void;
}

/** The microphones of the calls: each has its own, which can be exchanged while it goes on. */
export class Microphones {
  private turn: Promise<void> = Promise.resolve();

  constructor(private readonly around: Surroundings) {}

  /** For a call, which may be over before the person has allowed it: null then, or without one. */
  async open(id: string): Promise<MediaStream | null> {
    const { goesOn, sounds, onDenied } = this.around;
    try {
      const microphone = await this.around.open(false);
      if (goesOn(id)) {
        this.follow(microphone);
        sounds.keep(id, microphone);
        return microphone;
      }
      closeMicrophone(microphone);
    } catch (error) {
      if (goesOn(id)) onDenied(id, outcomeOfMicrophone(error));
    }
    return null;
  }

  /**
   * Another one is to be used from now on, in the calls that go on too. Those keep what they have where it
   * cannot be opened. `isWanted` is asked when its turn has come: the exchange before may have brought it.
   */
  exchange(isWanted: () => boolean = () => true): Promise<void> {
    return this.inTurn(async () => {
      if (isWanted()) await this.exchangeAll(false);
    });
  }

  /** One exchange after the other, so that the last wish is what counts. */
  private inTurn(exchange: () => Promise<void>): Promise<void> {
    // One that failed is no reason for the next to fail.
    this.turn = this.turn.catch(() => {}).then(exchange);
    return this.turn;
  }

  private async exchangeAll(isGone: boolean): Promise<void> {
    await Promise.all(this.around.sounds.ids().map((id) => this.exchangeOf(id, isGone)));
  }

  private async exchangeOf(id: string, isGone: boolean): Promise<void> {
    const { line, sounds } = this.around;
    const fresh = await this.around.open(isGone).catch(() => null);
    if (fresh === null) return;
    const kept = sounds.microphone(id);
    const [track] = fresh.getTracks();
    if (kept === undefined || track === undefined) return closeMicrophone(fresh);
    this.follow(fresh);
    // Whoever is muted stays so.
    track.enabled = kept.getTracks().every((each) => each.enabled);
    await line.setMicrophone(id, track).catch(() => {});
    if (sounds.microphone(id) === kept) sounds.exchange(id, track);
    else closeMicrophone(fresh);
  }

  /** A browser tells this of a microphone that was unplugged, and not of one that is closed. */
  private follow(microphone: MediaStream): void {
    for (const track of microphone.getTracks()) {
      const replace = () => void this.inTurn(() => this.exchangeAll(true));
      track.addEventListener('ended', replace, { once: true });
    }
  }
}
