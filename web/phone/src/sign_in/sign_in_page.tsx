// SPDX-License-Identifier: Apache-2.0
import type { Issuer } from '@dering/api/types';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { signIn, type Notice } from '../boot/boot';
import { LanguageSwitch } from '../shared/language_switch';
import { Logo } from '../shared/logo';
import classes from './sign_in_page.module.css';

interface Properties {
  readonly issuers: readonly Issuer[];
  readonly notice?: Notice | undefined;
}

export function SignInPage({ issuers, notice }: Properties) {
  const { t } = useTranslation();
  const [pending, setPending] = useState<string | null>(null);
  const [problem, setProblem] = useState(notice);
  const start = (issuer: Issuer) => {
    setPending(issuer.authority);
    signIn(issuer).catch(() => {
      setPending(null);
      setProblem('failed');
    });
  };
  return (
    <main className="centred">
      <section className={classes.card} aria-labelledby="product">
        <Logo size={72} />
        <div>
          <h1 id="product" className={classes.name}>
            {t('app.name')}
          </h1>
          <p className={classes.tagline}>{t('app.tagline')}</p>
        </div>
        {problem !== undefined && (
          <p className={classes.notice} role="alert">
            {t(`signIn.${problem}`)}
          </p>
        )}
        {!window.isSecureContext && (
          <p className={classes.notice} role="alert">
            {t('signIn.insecure')}
          </p>
        )}
        <div className={classes.buttons}>
          {issuers.map((issuer, index) => (
            <Button
              key={issuer.authority}
              size="lg"
              fullWidth
              variant={index === 0 ? 'filled' : 'default'}
              loading={pending === issuer.authority}
              onClick={() => start(issuer)}
              data-testid={index === 0 ? 'sign-in' : `sign-in-${index}`}
            >
              {issuers.length === 1
                ? t('signIn.action')
                : t('signIn.with', { label: issuer.label })}
            </Button>
          ))}
        </div>
        <LanguageSwitch />
      </section>
    </main>
  );
}
