// SPDX-License-Identifier: Apache-2.0
import { Loader } from '@mantine/core';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SignInPage } from '../sign_in/sign_in_page';
import { Notice } from '../shared/notice';
import { boot, type Boot } from './boot';

const App = lazy(() => import('../app/app'));

export function Root() {
  const { t } = useTranslation();
  const [state, setState] = useState<Boot>({ kind: 'loading' });
  useEffect(() => {
    if (state.kind === 'loading') void boot().then(setState);
  }, [state.kind]);

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
          title={t('app.unreachable')}
          hint={t('app.unreachableHint')}
          action={t('app.retry')}
          onAction={() => setState({ kind: 'loading' })}
        />
      );
    case 'signed-out':
      return <SignInPage issuers={state.config.issuers} notice={state.notice} />;
    case 'signed-in': {
      const { config, identity } = state;
      const end = () => {
        void identity.forget();
        setState({ kind: 'signed-out', config, notice: 'expired' });
      };
      return (
        <Suspense fallback={waiting}>
          <App config={config} identity={identity} onSignInEnded={end} />
        </Suspense>
      );
    }
  }
}
