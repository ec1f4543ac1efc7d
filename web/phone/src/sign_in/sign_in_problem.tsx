// SPDX-License-Identifier: Apache-2.0
import type { Issuer } from '@dering/api/types';
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Notice } from '../boot/boot';
import { labelOf } from './issuer_text';
import classes from './sign_in_page.module.css';

interface Properties {
  readonly notice: Notice | undefined;
  readonly issuer: Issuer | undefined;
  /** There are local accounts, with which one can sign in meanwhile. */
  readonly hasLocal: boolean;
  readonly isRetrying: boolean;
  readonly onRetry: () => void;
}

/** What stands in the way of signing in, and what to do about it. */
export function SignInProblem({ notice, issuer, hasLocal, isRetrying, onRetry }: Properties) {
  const { t } = useTranslation();
  const isDown = notice === 'issuerDown' && issuer !== undefined;
  const showsLocal = hasLocal && issuer?.kind === 'external';
  return (
    <>
      {notice === 'failed' && <Warning>{t('signIn.failed')}</Warning>}
      {notice === 'stale' && <Warning>{t('signIn.stale')}</Warning>}
      {isDown && (
        <Warning>
          <p>{t('signIn.issuerDown', { label: labelOf(issuer) })}</p>
          <p>{showsLocal ? t('signIn.issuerDownLocal') : t('signIn.issuerDownHint')}</p>
          <Button
            size="sm"
            variant="default"
            loading={isRetrying}
            onClick={onRetry}
            data-testid="retry"
          >
            {t('app.retry')}
          </Button>
        </Warning>
      )}
      {!window.isSecureContext && <Warning>{t('signIn.insecure')}</Warning>}
    </>
  );
}

function Warning({ children }: { readonly children: ReactNode }) {
  return (
    <div className={classes.notice} role="alert" data-testid="sign-in-problem">
      {children}
    </div>
  );
}
