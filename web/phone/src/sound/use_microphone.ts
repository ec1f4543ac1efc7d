// SPDX-License-Identifier: Apache-2.0
import { useEffect, useState } from 'react';
import { choice } from './choice';
import { deviceList } from './device_list';
import { devicesOf, pick, troubleOf, type MicrophoneTrouble } from './devices';
import { openWished } from './microphone';
import { useWatched } from './use_watched';

export type MicrophoneState =
  | { readonly kind: 'closed' | 'asking' }
  | { readonly kind: 'open'; readonly stream: MediaStream }
  | { readonly kind: 'trouble'; readonly why: MicrophoneTrouble };

const closed: MicrophoneState = { kind: 'closed' };
const asking: MicrophoneState = { kind: 'asking' };
const denied: MicrophoneState = { kind: 'trouble', why: 'denied' };

/** Whether this browser lets the page have the microphone without a question. */
export async function microphonePermission(): Promise<PermissionState | 'unknown'> {
  try {
    return (await navigator.permissions.query({ name: 'microphone' as PermissionName })).state;
  } catch {
    // Firefox has learnt this name late.
    return 'unknown';
  }
}

/**
 * The chosen microphone for as long as it is looked at: it is released with the component. Opened at once
 * where `opensItself` and the browser asks no question, else by `open`, which tries again too.
 */
export function useMicrophone(opensItself: boolean) {
  const permission = usePermission(opensItself);
  const [tries, setTries] = useState(0);
  const { microphone } = useWatched(choice);
  const devices = useWatched(deviceList);
  const isWanted = tries > 0 || permission === 'granted';
  const { id } = pick(devicesOf('audioinput', devices), microphone);
  const key = isWanted ? `${tries} ${microphone?.id ?? ''} ${id}` : null;
  const [got, setGot] = useState<{ readonly key: string; readonly state: MicrophoneState }>();
  useEffect(() => {
    if (key === null) return undefined;
    let [stream, isGone]: [MediaStream | null, boolean] = [null, false];
    const close = () => {
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
    // Unplugged: the next one is there, or words are.
    const again = () => setTries((before) => before + 1);
    const tell = (state: MicrophoneState) => {
      if (!isGone) setGot({ key, state });
    };
    openWished().then(
      (opened) => {
        stream = opened.stream;
        if (isGone) return close();
        for (const track of stream.getTracks()) track.addEventListener('ended', again);
        tell({ kind: 'open', stream });
        // Only now a browser names the devices.
        void deviceList.refresh();
      },
      (error: unknown) => tell({ kind: 'trouble', why: troubleOf(error) }),
    );
    return () => {
      isGone = true;
      close();
    };
  }, [key]);
  const open = () => setTries((before) => before + 1);
  if (key === null) return { state: permission === 'denied' ? denied : closed, open };
  return { state: got?.key === key ? got.state : asking, open };
}

function usePermission(isAsked: boolean): PermissionState | 'unknown' {
  const [permission, setPermission] = useState<PermissionState | 'unknown'>('unknown');
  useEffect(() => {
    if (!isAsked) return undefined;
    let isGone = false;
    void microphonePermission().then((state) => {
      if (!isGone) setPermission(state);
    });
    return () => {
      isGone = true;
    };
  }, [isAsked]);
  return permission;
}
