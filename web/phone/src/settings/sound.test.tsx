// SPDX-License-Identifier: Apache-2.0
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { choice, untouched } from '../sound/choice';
import { deviceList } from '../sound/device_list';
import type { Device } from '../sound/devices';
import { lastVerdict } from '../sound/echo_words';
import { FakeServer, open } from './testing';

const headset: Device = { kind: 'audioinput', deviceId: 'h', label: 'Headset' };
const webcam: Device = { kind: 'audioinput', deviceId: 'w', label: 'Webcam' };
const speaker: Device = { kind: 'audiooutput', deviceId: 's', label: 'Speaker' };
const user = userEvent.setup();

class FakeMedia extends EventTarget {
  devices = [headset, webcam, speaker];
  readonly stops: string[] = [];
  trouble: string | null = null;
  last: EventTarget | null = null;
  readonly enumerateDevices = () => Promise.resolve(this.devices);
  readonly getUserMedia = ({ audio }: { audio: true | { deviceId: { exact: string } } }) => {
    if (this.trouble !== null) return Promise.reject(new DOMException('', this.trouble));
    const id = audio === true ? 'default' : audio.deviceId.exact;
    const track = Object.assign(new EventTarget(), { label: id, stop: () => this.stops.push(id) });
    this.last = track;
    return Promise.resolve({ getTracks: () => [track], getAudioTracks: () => [track] });
  };
}

let media: FakeMedia;
let server: FakeServer;

beforeEach(async () => {
  localStorage.setItem('dering.language', 'en');
  server = new FakeServer();
  media = new FakeMedia();
  vi.stubGlobal('isSecureContext', true);
  vi.stubGlobal('navigator', {
    userAgent: 'Browser/1',
    language: 'en',
    mediaDevices: media,
    permissions: { query: () => Promise.resolve({ state: 'granted' }) },
    clipboard: { writeText: () => Promise.reject(new Error('closed')) },
  });
  // This browser of the tests has no AudioContext: a level is not measured, and nothing sounds.
  vi.spyOn(HTMLMediaElement.prototype, 'play').mockResolvedValue();
  HTMLMediaElement.prototype.setSinkId = () => Promise.resolve();
  choice.change(untouched);
  await deviceList.refresh();
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  lastVerdict.set(null);
});

const card = () => screen.findByTestId('microphone-card');

describe('the Sound page', () => {
  test('opens the microphone, shows its level, and releases it with the page', async () => {
    await open('sound');
    expect(await screen.findByRole('meter', { name: 'Level of the microphone' })).toBeTruthy();
    cleanup();
    expect(media.stops).toEqual(['default']);
  });

  test('keeps what is chosen, and opens that one', async () => {
    await open('sound');
    await user.selectOptions(await screen.findByTestId('choose-microphone'), 'Webcam');
    expect(choice.current().microphone).toEqual({ id: 'w', label: 'Webcam' });
    expect(JSON.parse(localStorage.getItem('dering.sound') ?? '')).toMatchObject({
      microphone: { id: 'w' },
    });
    await waitFor(() => expect(media.stops).toEqual(['default']));
    cleanup();
    await waitFor(() => expect(media.stops).toEqual(['default', 'w']));
  });

  test('opens the next one when the default one is unplugged, or says that there is none', async () => {
    await open('sound');
    await screen.findByRole('meter');
    media.trouble = 'NotFoundError';
    media.last?.dispatchEvent(new Event('ended'));
    expect(await screen.findByText(/There is no microphone/)).toBeTruthy();
  });

  test('follows what another tab of the browser has chosen', async () => {
    await open('sound');
    localStorage.setItem('dering.sound', JSON.stringify({ ring: 'classic' }));
    window.dispatchEvent(new StorageEvent('storage', { key: 'dering.sound' }));
    const select = await screen.findByTestId<HTMLSelectElement>('choose-ring');
    await waitFor(() => expect(select.value).toBe('classic'));
  });

  test('says that a chosen one is gone, and is back', async () => {
    choice.change({ microphone: { id: 'w', label: 'Webcam' } });
    await open('sound');
    media.devices = [headset, speaker];
    await deviceList.refresh();
    expect(await screen.findByText(/“Webcam” is not connected/)).toBeTruthy();
    media.devices = [headset, webcam, speaker];
    await deviceList.refresh();
    await waitFor(() => expect(screen.queryByText(/is not connected/)).toBeNull());
  });

  test.each([
    ['NotAllowedError', /is blocked/],
    ['NotFoundError', /There is no microphone/],
    ['NotReadableError', /Another program/],
  ])('says what %s means and what to do', async (trouble, words) => {
    media.trouble = trouble;
    await open('sound');
    expect(await screen.findByText(words)).toBeTruthy();
    media.trouble = null;
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    await waitFor(async () => expect((await card()).dataset['state']).toBe('open'));
  });

  test('ring tone, ring device and loudness are kept', async () => {
    await open('sound');
    await user.selectOptions(await screen.findByTestId('choose-ringer'), 'Speaker');
    await user.selectOptions(screen.getByTestId('choose-ring'), 'Wood');
    fireEvent.change(screen.getByLabelText('Loudness of the ring'), { target: { value: '40' } });
    expect(choice.current()).toMatchObject({
      ringer: { id: 's', label: 'Speaker' },
      ring: 'wood',
      loudness: 40,
    });
  });

  test('shows what the last echo test found', async () => {
    lastVerdict.set({ kind: 'heard', grade: 'good', loss: 0, delay: 40, jitter: null });
    await open('sound');
    const told = await screen.findByTestId('last-echo');
    expect(told.textContent).toBe('Last test: We hear you well. 0 % lost, 40 ms there and back');
  });

  test('a report is shown and marked where the clipboard is closed', async () => {
    await open('sound');
    await user.click(await screen.findByTestId('copy-report'));
    const report = await screen.findByTestId('report');
    expect((report as HTMLTextAreaElement).value).toContain('Microphones (2): Headset, Webcam');
    expect(screen.getByTestId('report-state').textContent).toMatch(/marked below/);
    expect(server.first('GET')?.path).toBe('/config.json');
  });
});
