// SPDX-License-Identifier: Apache-2.0
import { Mirror } from '@dering/sip/mirror';
import { ringingOf, type Link } from '@dering/sip/state';
import { Button } from '@mantine/core';
import { useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Logo } from '../shared/logo';
import { portal } from './portal';
import type { PortalLink } from './portal_link';
import { RemoteCall } from './remote_call';
import { RemoteDial } from './remote_dial';
import framed from '../shared/framed.module.css';

/**
 * In a page of another site: what browsers keep apart there cannot be one telephone with the window,
 * so this one only shows what the window does, and has it done. It signs in nowhere.
 */
export default function RemotePage() {
  const isHeard = useSyncExternalStore(portal?.watch ?? never, () => portal?.isHeard() ?? false);
  if (portal !== null && isHeard) return <Remote link={portal} />;
  return <Words isThere={false} hint="remote.alone" />;
}

const never = (): (() => void) => () => {};

const mirrorOver = ({ remote }: PortalLink): Mirror =>
  new Mirror({
    remote,
    name: crypto.randomUUID(),
    isVisible: () => document.visibilityState === 'visible',
  });

/** The telephone in the portal's window. */
function Remote({ link }: { readonly link: PortalLink }) {
  const [mirror] = useState(() => mirrorOver(link));
  useEffect(() => {
    mirror.open();
    return () => mirror.close();
  }, [mirror]);
  const phone = useSyncExternalStore(mirror.watch, mirror.current);
  const { contact } = useSyncExternalStore(mirror.watch, mirror.view);
  const isThere = contact === 'there';
  const call = isThere ? (ringingOf(phone) ?? phone.call) : null;
  const dial = (number: string) => mirror.call({ number, name: '' });
  return (
    <Words isThere={isThere} link={phone.link} hint={call === null ? 'remote.hint' : null}>
      {call !== null && <RemoteCall call={call} handset={mirror} />}
      {isThere && call === null && <RemoteDial canCall={phone.link === 'ready'} onDial={dial} />}
      <Show isThere={isThere} onShow={() => link.show()} />
    </Words>
  );
}

interface WordsProperties {
  readonly isThere: boolean;
  readonly link?: Link;
  readonly hint: 'remote.hint' | 'remote.alone' | null;
  readonly children?: ReactNode;
}

function Words({ isThere, link, hint, children }: WordsProperties) {
  const { t } = useTranslation();
  return (
    <main
      className={framed.page}
      data-testid="remote"
      data-contact={isThere ? 'there' : 'none'}
      data-link={link}
    >
      <Logo size={44} />
      {hint !== null && (
        <>
          <h1 className={framed.title}>{t(isThere ? 'remote.title' : 'frame.title')}</h1>
          <p className={framed.hint}>{t(hint)}</p>
        </>
      )}
      {children}
    </main>
  );
}

function Show({ isThere, onShow }: { readonly isThere: boolean; readonly onShow: () => void }) {
  const { t } = useTranslation();
  return (
    <Button variant={isThere ? 'default' : 'filled'} onClick={onShow} data-testid="remote-show">
      {t(isThere ? 'remote.show' : 'frame.open')}
    </Button>
  );
}
