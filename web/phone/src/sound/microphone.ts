// SPDX-License-Identifier: Apache-2.0
import { choice } from './choice';
import { deviceList } from './device_list';
import { troubleOf, type MicrophoneTrouble } from './devices';
import { Watched } from './watched';

/**
 * What a person must know of the microphone of a call: `gone`: the one in use was unplugged; `missing`:
 * the chosen one is not there; in both cases `label` is used instead. `trouble`: there is none.
 */
export type MicrophoneNews =
  | { readonly kind: 'gone' | 'missing'; readonly label: string }
  | { readonly kind: 'trouble'; readonly why: MicrophoneTrouble };

/** The microphone for calls: the one that was chosen, or another one and words. */
class CallMicrophone {
  readonly news = new Watched<MicrophoneNews | null>(null);
  /** The device that was asked for; '' is the default, null: none was yet. */
  private asked: string | null = null;

  /** `isGone`: in place of one that has ended by itself. Throws as getUserMedia() does. */
  readonly open = async (isGone = false): Promise<MediaStream> => {
    try {
      const { stream, id, how } = await openWished();
      this.asked = id;
      const label = stream.getAudioTracks()[0]?.label ?? '';
      const kind = isGone ? 'gone' : how === 'missing' ? 'missing' : null;
      this.news.set(kind === null ? null : { kind, label });
      // Only now a browser names the devices.
      void deviceList.refresh();
      return stream;
    } catch (error) {
      this.asked = null;
      this.news.set({ kind: 'trouble', why: troubleOf(error) });
      throw error;
    }
  };

  /** Whether the next one to be opened is another one than the last. */
  readonly isOther = (): boolean => deviceList.picked('audioinput', 'microphone').id !== this.asked;
}

export const callMicrophone = new CallMicrophone();

interface Opened {
  readonly stream: MediaStream;
  /** What was wished for; '' is the default. */
  readonly id: string;
  readonly how: 'default' | 'chosen' | 'missing';
}

/** The microphone that was chosen; the default where that is not there or cannot be opened. */
export async function openWished(): Promise<Opened> {
  if (choice.current().microphone !== null) await deviceList.refresh();
  const { id, how } = deviceList.picked('audioinput', 'microphone');
  if (how === 'chosen') {
    try {
      return { stream: await open({ deviceId: { exact: id } }), id, how };
    } catch (error) {
      // Without the person's leave another one is not to be had either.
      if (troubleOf(error) === 'denied') throw error;
    }
  }
  return { stream: await open(true), id, how: how === 'default' ? how : 'missing' };
}

const open = (audio: MediaTrackConstraints | true): Promise<MediaStream> =>
  navigator.mediaDevices.getUserMedia({ audio });
