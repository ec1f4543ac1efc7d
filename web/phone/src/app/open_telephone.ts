// SPDX-License-Identifier: Apache-2.0
import type { Config, Me } from '@dering/api/types';
import { Telephone } from '@dering/sip/telephone';
import { useEffect, useRef, useState } from 'react';
import type { Identity } from '../boot/identity';
import { useLatest } from '../shared/use_latest';
import { choice } from '../sound/choice';
import { deviceList } from '../sound/device_list';
import { ear } from '../sound/ear';
import { callMicrophone } from '../sound/microphone';
import { openPicture } from '../call/open_picture';
import { speaker } from '../sound/speaker';
import { KeptCalls } from './kept_calls';

interface Properties {
  readonly config: Config;
  readonly identity: Identity;
  readonly me: Me | undefined;
  /** The server knows the person and lets nobody of that name in: who it is must be asked again. */
  readonly onForbidden: () => void;
}

const longestWait = 60_000;

/** The telephone of the person, from the moment that is known who it is; null before. */
export function useOpenTelephone(properties: Properties): Telephone | null {
  const { config, identity, me } = properties;
  const onForbidden = useLatest(properties.onForbidden);
  const [telephone, setTelephone] = useState<Telephone | null>(null);
  const name = me?.name ?? '';
  const named = useRef(name);
  useEffect(() => {
    named.current = name;
  }, [name]);
  // Only another number is a reason to register anew: other roles or another name are none to end
  // a call for.
  const extension = me?.extension;
  const uri = me && (me.sip_uri || `sip:${me.extension}@${config.sip.domain}`);
  useEffect(() => {
    if (extension === undefined || uri === undefined) return undefined;
    let close = () => {};
    let isGone = false;
    void openTelephone(identity, onForbidden).then((opened) => {
      if (isGone) return;
      opened.start({
        uri,
        name: named.current,
        websocket: websocketOf(config),
        instance: instanceOf(extension),
        version: config.version,
        credentials: { kind: 'token', token: identity.current() },
      });
      const forget = identity.keepFresh((fresh) => opened.renew(fresh));
      const calls = new KeptCalls(extension);
      opened.reentry.begin(calls.read());
      const unfollow = calls.follow(opened);
      const unplug = followDevices(opened);
      // A page that goes away must not leave a ringing ghost behind. Whoever talks may be back in a
      // moment, or another tab is there: what is said goes on with that.
      const leave = () => {
        if (opened.reentry.kept().length === 0) opened.stop();
      };
      window.addEventListener('pagehide', leave);
      close = () => {
        window.removeEventListener('pagehide', leave);
        forget();
        unfollow();
        unplug();
        opened.handOver();
      };
      setTelephone(opened);
    });
    return () => {
      isGone = true;
      close();
      setTelephone(null);
    };
  }, [config, identity, extension, uri, onForbidden]);
  return telephone;
}

async function openTelephone(identity: Identity, onForbidden: () => void): Promise<Telephone> {
  const { JssipLine } = await import('@dering/sip/jssip_line');
  return new Telephone({
    openLine: (listener) => new JssipLine(listener),
    openMicrophone: callMicrophone.open,
    openPicture,
    play: (stream) => speaker.play(stream),
    hear: (microphone) => ear.listen(microphone),
    requestToken: (refusals, isForbidden) => {
      if (isForbidden) onForbidden();
      // Renewing reports the new token by itself, and a failure too. A server that refuses every
      // token must not be asked in a tight loop.
      const renew = () => void identity.renew().catch(() => {});
      setTimeout(renew, refusals === 1 ? 0 : Math.min(longestWait, 1000 * 2 ** refusals));
    },
    now: () => performance.now(),
    unix: () => Date.now(),
    newId: () => crypto.randomUUID(),
  });
}

/** Another choice, or a device that comes or goes, counts in the calls that go on. */
function followDevices(telephone: Telephone): () => void {
  const look = () => {
    if (callMicrophone.isOther()) void telephone.microphones.exchange(callMicrophone.isOther);
  };
  const forget = [choice.watch(look), deviceList.watch(look)];
  return () => {
    for (const each of forget) each();
  };
}

export function websocketOf({ sip }: Config): string {
  const origin = location.origin.replace(/^http/, 'ws');
  return sip.websocket.startsWith('/') ? origin + sip.websocket : sip.websocket;
}

/** One instance per person and browser, since one tab at a time owns the telephone. */
function instanceOf(extension: string): string {
  const key = `dering.instance.${extension}`;
  const instance = localStorage.getItem(key) ?? crypto.randomUUID();
  localStorage.setItem(key, instance);
  return instance;
}
