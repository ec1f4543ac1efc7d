// SPDX-License-Identifier: Apache-2.0
// Which device is meant. Pure: what a browser tells goes in.

export type DeviceKind = 'audioinput' | 'audiooutput';

/** A device as it was chosen: a browser may give it another id one day, and the label remains. */
export interface Wish {
  readonly id: string;
  readonly label: string;
}

export type Device = Pick<MediaDeviceInfo, 'kind' | 'deviceId' | 'label'>;

/** `default`: nothing is chosen; `missing`: what is chosen is not there, and the default is used. */
export interface Picked {
  readonly id: string;
  readonly how: 'default' | 'chosen' | 'missing';
}

// Names that Chromium gives to whatever the system uses, beside the devices themselves.
const aliases = new Set(['default', 'communications']);

/** The devices of a kind that can be told apart: without a label or an id nothing can be chosen. */
export function devicesOf(kind: DeviceKind, devices: readonly Device[]): readonly Device[] {
  return devices.filter(
    (each) =>
      each.kind === kind &&
      each.label !== '' &&
      each.deviceId !== '' &&
      !aliases.has(each.deviceId),
  );
}

/** The device that a wish means among those of its kind; '' is the id of the default. */
export function pick(devices: readonly Device[], wish: Wish | null): Picked {
  if (wish === null) return { id: '', how: 'default' };
  const found =
    devices.find(({ deviceId }) => deviceId === wish.id) ??
    devices.find(({ label }) => label === wish.label);
  return found === undefined ? { id: '', how: 'missing' } : { id: found.deviceId, how: 'chosen' };
}

/** Why a microphone could not be opened: each has words and something to do. */
export type MicrophoneTrouble = 'denied' | 'none' | 'inUse' | 'failed';

/** What an error of getUserMedia() means, by its name (W3C Media Capture, §10.2). */
export function troubleOf(error: unknown): MicrophoneTrouble {
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'none';
    case 'NotReadableError':
    case 'AbortError':
      return 'inUse';
    default:
      return 'failed';
  }
}
