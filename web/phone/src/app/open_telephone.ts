// SPDX-License-Identifier: Apache-2.0
import type { Config, Me } from '@dering/api/types';
import type { Account } from '@dering/sip/line';
import { Telephone } from '@dering/sip/telephone';
import { useEffect, useState } from 'react';
import type { Identity } from '../boot/identity';
import { speaker } from '../sound/speaker';

interface Properties {
  readonly config: Config;
  readonly identity: Identity;
  readonly me: Me | undefined;
  readonly onSignInEnded: () => void;
}

const longestWait = 60_000;

/** The telephone of the person, from the moment that is known who it is; null before. */
export function useOpenTelephone(properties: Properties): Telephone | null {
  const { config, identity, me, onSignInEnded } = properties;
  const [telephone, setTelephone] = useState<Telephone | null>(null);
  useEffect(() => {
    if (me === undefined) return undefined;
    let close = () => {};
    let isGone = false;
    void openTelephone(identity).then((opened) => {
      if (isGone) return;
      opened.start(accountOf(config, me, identity.current()));
      const forget = identity.keepFresh((token) => opened.renew(token), onSignInEnded);
      // A page that goes away must not leave a ringing or talking ghost behind.
      const leave = () => opened.stop();
      window.addEventListener('pagehide', leave);
      window.addEventListener('pageshow', reloadIfRestored);
      close = () => {
        window.removeEventListener('pagehide', leave);
        window.removeEventListener('pageshow', reloadIfRestored);
        forget();
        opened.stop();
      };
      setTelephone(opened);
    });
    return () => {
      isGone = true;
      close();
      setTelephone(null);
    };
    // A new function of the parent is no reason to register again.
    // eslint-disable-next-line react/exhaustive-deps
  }, [config, identity, me]);
  return telephone;
}

// A page from the back-forward cache has a stopped telephone.
function reloadIfRestored(event: PageTransitionEvent): void {
  if (event.persisted) location.reload();
}

async function openTelephone(identity: Identity): Promise<Telephone> {
  const { JssipLine } = await import('@dering/sip/jssip_line');
  return new Telephone({
    openLine: (listener) => new JssipLine(listener),
    openMicrophone: () => navigator.mediaDevices.getUserMedia({ audio: true }),
    play: (stream) => speaker.play(stream),
    requestToken: (refusals) => {
      // Renewing reports the new token by itself; a failure shows as "signing in again". A server
      // that refuses every token must not be asked in a tight loop.
      const renew = () => void identity.renew().catch(() => {});
      setTimeout(renew, refusals === 1 ? 0 : Math.min(longestWait, 1000 * 2 ** refusals));
    },
    now: () => performance.now(),
    newId: () => crypto.randomUUID(),
  });
}

function accountOf(config: Config, me: Me, token: string): Account {
  const { websocket } = config.sip;
  const origin = location.origin.replace(/^http/, 'ws');
  return {
    uri: me.sip_uri || `sip:${me.extension}@${config.sip.domain}`,
    name: me.name,
    websocket: websocket.startsWith('/') ? origin + websocket : websocket,
    instance: instanceOf(me.extension),
    version: config.version,
    token,
  };
}

/** One instance per person and browser, since one tab at a time owns the telephone. */
function instanceOf(extension: string): string {
  const key = `dering.instance.${extension}`;
  const instance = localStorage.getItem(key) ?? crypto.randomUUID();
  localStorage.setItem(key, instance);
  return instance;
}
