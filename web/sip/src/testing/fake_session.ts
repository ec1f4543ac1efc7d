// SPDX-License-Identifier: Apache-2.0
import { EventEmitter } from 'node:events';
import { vi } from 'vitest';

export const described = (byte: string) =>
  `v=0\r\na=fingerprint:sha-256 ${Array.from({ length: 32 }, () => byte).join(':')}\r\n`;

/** A call that has been answered, as JsSIP shows it. */
export class FakeSession extends EventEmitter {
  readonly dtmf = { canInsertDTMF: true };
  readonly track = { kind: 'audio', enabled: true };
  readonly connection = {
    addEventListener: () => {},
    getSenders: () => [{ track: this.track, dtmf: this.dtmf }],
    iceConnectionState: 'connected',
    localDescription: { sdp: described('11') },
    remoteDescription: { sdp: described('22') },
  };
  direction = 'outgoing';
  isOver = false;
  isMutedHere = false;
  local = false;
  remote = false;
  remote_identity = { uri: { user: '1002' }, display_name: 'Siti' };
  sendDTMF = vi.fn<(tone: string, options: { transportType: string }) => void>();
  readonly C = { STATUS_CONFIRMED: 9 };
  status = 9;
  onTransportError = (): void => this.terminate();
  onRequestTimeout = (): void => this.terminate();
  isEstablished = () => true;
  isEnded = () => this.isOver;
  isMuted = () => ({ audio: this.isMutedHere });
  isOnHold = () => ({ local: this.local, remote: this.remote });
  answer = vi.fn<(options: { mediaStream: MediaStream; extraHeaders: string[] }) => void>();
  mute = vi.fn<() => void>(() => {
    this.isMutedHere = true;
    this.emit('muted', { audio: true });
  });
  // JsSIP holds at once, and asks the other side afterwards.
  hold = vi.fn<() => boolean>(() => {
    this.local = true;
    this.emit('hold', { originator: 'local' });
    return true;
  });
  renegotiate = vi.fn<(options: object, done: () => void) => boolean>(() => true);
  terminate = vi.fn<() => void>(() => {
    this.isOver = true;
    this.emit('ended', { originator: 'local', cause: 'Terminated' });
  });
}
