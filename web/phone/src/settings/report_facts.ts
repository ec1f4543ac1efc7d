// SPDX-License-Identifier: Apache-2.0
import { at } from '@dering/api/base';
import { choice } from '../sound/choice';
import { audioContext } from '../sound/context';
import { deviceList } from '../sound/device_list';
import { lastVerdict } from '../sound/echo_words';
import { microphonePermission } from '../sound/use_microphone';
import type { Facts } from './report_text';

const patience = 3_000;

/** Looks at everything that a call needs of this browser and network; takes a few seconds at most. */
export async function gatherFacts(): Promise<Facts> {
  const [devices, microphone, candidates, websocket] = await Promise.all([
    deviceList.refresh(),
    microphonePermission(),
    candidateTypes(),
    websocketTimes(),
  ]);
  return {
    at: new Date(),
    browser: navigator.userAgent,
    language: navigator.language,
    isSecure: isSecureContext,
    devices,
    choice: choice.current(),
    permissions: {
      microphone,
      notifications: 'Notification' in globalThis ? Notification.permission : 'unknown',
    },
    sound: audioContext()?.state ?? 'none',
    candidates,
    websocket,
    verdict: lastVerdict.current(),
  };
}

/** What kinds of ways out of this machine its browser finds, by a connection to nobody. */
async function candidateTypes(): Promise<ReadonlyMap<string, number>> {
  const types = new Map<string, number>();
  if (!('RTCPeerConnection' in globalThis)) return types;
  const connection = new RTCPeerConnection();
  const gathered = new Promise<void>((resolve) => {
    connection.addEventListener('icecandidate', ({ candidate }) => {
      if (candidate === null || candidate.candidate === '') return resolve();
      const type = `${candidate.type ?? 'unknown'}/${candidate.protocol ?? 'unknown'}`;
      types.set(type, (types.get(type) ?? 0) + 1);
    });
  });
  try {
    connection.createDataChannel('');
    await connection.setLocalDescription();
    await within(gathered);
  } catch {
    // What was found until then is told.
  }
  connection.close();
  return types;
}

/** A connection of its own, on which nobody registers: how long until it opens, and answers a ping. */
async function websocketTimes(): Promise<Facts['websocket']> {
  const times: { opened: number | null; roundTrip: number | null } = {
    opened: null,
    roundTrip: null,
  };
  const config = await fetch(at('/config.json'), { cache: 'no-store' })
    .then((answer) => answer.json())
    .catch(() => null);
  const path = typeof config?.sip?.websocket === 'string' ? String(config.sip.websocket) : null;
  if (path === null) return times;
  const start = performance.now();
  const socket = new WebSocket(new URL(path, location.origin.replace(/^http/, 'ws')), 'sip');
  const answered = new Promise<void>((resolve) => {
    socket.addEventListener('open', () => {
      times.opened = performance.now() - start;
      socket.send('\r\n\r\n');
    });
    socket.addEventListener('message', () => {
      times.roundTrip = performance.now() - start - (times.opened ?? 0);
      resolve();
    });
    socket.addEventListener('close', () => resolve());
  });
  await within(answered);
  socket.close();
  return times;
}

function within(work: Promise<void>): Promise<void> {
  return Promise.race([work, new Promise<void>((resolve) => setTimeout(resolve, patience))]);
}
