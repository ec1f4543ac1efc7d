// SPDX-License-Identifier: Apache-2.0
import { Loader } from '@mantine/core';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { portal } from './portal/portal';
import { FramePage } from './sign_in/frame_page';
import { SignInPage } from './sign_in/sign_in_page';
import { nameOfPhone, tellOrganisation } from './shared/organisation';
import { Notice } from './shared/notice';
import { RefusedNotice } from './shared/refused_notice';
import { boot, endSignIn, type Boot, type PortalOf } from './boot/boot';
import { isFramed } from './boot/frame';

const App = lazy(() => import('./app/app'));
const RemotePage = lazy(() => import('./portal/remote_page'));

export function Root() {
  const { t } = useTranslation();
  const [state, setState] = useState<Boot>({ kind: 'loading' });
  useEffect(() => {
    if (state.kind !== 'loading') return;
    void boot(portalOf).then((found) => {
      if ('config' in found) tellOrganisation(found.config.organisation);
      setState(found);
    });
  }, [state.kind]);
  useEffect(() => {
    // The page of who is signed in has titles of its own.
    if (state.kind === 'signed-out') document.title = nameOfPhone(t);
  }, [state.kind, t]);
  useEffect(() => {
    window.addEventListener('pageshow', reloadIfRestored);
    return () => window.removeEventListener('pageshow', reloadIfRestored);
  }, []);

  const retry = () => setState({ kind: 'loading' });
  const waiting = (
    <main className="centred">
      <Loader aria-label={t('app.loading')} />
    </main>
  );
  switch (state.kind) {
    case 'loading':
      return waiting;
    case 'unreachable':
      return (
        <Notice
          title={t(state.detail === '' ? 'app.unreachable' : 'app.refused')}
          hint={state.detail || t('app.unreachableHint')}
          action={t('app.retry')}
          onAction={retry}
        />
      );
    case 'keeps-nothing':
      return <RefusedNotice />;
    case 'remote':
      return (
        <Suspense fallback={waiting}>
          <RemotePage />
        </Suspense>
      );
    case 'signed-out':
      if (isFramed()) return <FramePage notice={state.notice} />;
      return <SignInPage state={state} onRetry={retry} />;
    case 'signed-in': {
      const { config, identity } = state;
      return (
        <Suspense fallback={waiting}>
          <App
            config={config}
            identity={identity}
            onSignInEnded={(how) => setState(endSignIn(config, identity, how))}
          />
        </Suspense>
      );
    }
  }
}

/** From now on the pages that the server names are heard. */
const portalOf: PortalOf = ({ embed_origins: origins = [] }) => {
  portal?.allow([location.origin, ...origins]);
  return portal;
};

// A page from the back-forward cache has a stopped telephone, or waits for a redirect that was.
function reloadIfRestored(event: PageTransitionEvent): void {
  if (event.persisted) location.reload();
}
