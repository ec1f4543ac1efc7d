// SPDX-License-Identifier: Apache-2.0
import { refusalOf } from '@dering/api/client';
import { useEffect, useState } from 'react';
import { usePhone } from '../call/telephone_context';
import { Icon } from '../shared/icon';
import classes from './banner.module.css';

/** A connection that comes back by itself needs no words. */
const patience = 2_000;

/** Why the server does not take the phone's connection, in its own words, where it says so. */
export function RefusalBanner({ websocket }: { readonly websocket: string }) {
  const isLost = usePhone((phone) => phone.link === 'lost');
  const [detail, setDetail] = useState('');
  useEffect(() => {
    if (!isLost) return undefined;
    let isGone = false;
    const timer = setTimeout(async () => {
      const words = await whyRefused(websocket);
      if (!isGone) setDetail(words);
    }, patience);
    return () => {
      isGone = true;
      clearTimeout(timer);
      setDetail('');
    };
  }, [isLost, websocket]);
  return (
    <div role="status" data-testid="refusal">
      {detail !== '' && (
        <p className={classes.banner} data-text>
          <Icon name="warning" size={18} />
          <span>{detail}</span>
        </p>
      )}
    </div>
  );
}

/**
 * A browser tells a page nothing about a WebSocket that was refused. The same address says it to a
 * request that a page may read; by POST, because only then the browser adds the page's origin.
 */
async function whyRefused(websocket: string): Promise<string> {
  const address = websocket.replace(/^ws/, 'http');
  const response = await fetch(address, { method: 'POST', cache: 'no-store' }).catch(() => null);
  if (response === null || response.ok) return '';
  return (await refusalOf(response, address)).detail;
}
