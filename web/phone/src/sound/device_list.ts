// SPDX-License-Identifier: Apache-2.0
import { choice } from './choice';
import { devicesOf, pick, type Device, type DeviceKind } from './devices';
import { Watched } from './watched';

/** The devices of this machine, as they come and go. A browser names them once the microphone is allowed. */
class DeviceList extends Watched<readonly Device[]> {
  constructor() {
    super([]);
    globalThis.navigator?.mediaDevices?.addEventListener?.(
      'devicechange',
      () => void this.refresh(),
    );
    void this.refresh();
  }

  /** Asks again: after the microphone was allowed there is more to tell. */
  readonly refresh = async (): Promise<readonly Device[]> => {
    const devices = await navigator.mediaDevices?.enumerateDevices().catch(() => null);
    if (devices && textOf(devices) !== textOf(this.current())) {
      this.set(devices.map(({ kind, deviceId, label }) => ({ kind, deviceId, label })));
    }
    return this.current();
  };

  /** The id of the device to play to; '' is the default. */
  output(what: 'speaker' | 'ringer'): string {
    return this.picked('audiooutput', what).id;
  }

  picked(kind: DeviceKind, what: 'microphone' | 'speaker' | 'ringer') {
    return pick(devicesOf(kind, this.current()), choice.current()[what]);
  }
}

const textOf = (devices: readonly Device[]): string =>
  devices.map(({ kind, deviceId, label }) => `${kind} ${deviceId} ${label}`).join('\n');

export const deviceList = new DeviceList();
