// SPDX-License-Identifier: Apache-2.0
import type { Issuer } from '@dering/api/types';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { signIn, type SignedOut } from '../boot/boot';
import { isUnreachable } from '../boot/identity';
import { LanguageSwitch } from '../shared/language_switch';
import { Logo } from '../shared/logo';
import { nameOfPhone } from '../shared/organisation';
import { actionText, inOrder } from './issuer_text';
import classes from './sign_in_page.module.css';
import { SignInProblem } from './sign_in_problem';

/** Letters from which on a name is written smaller. */
const longName = 24;

interface Properties {
  readonly state: SignedOut;
  /** Looks again who is here. */
  readonly onRetry: () => void;
}

/** One button for each way to sign in, and above them why the person sees this page at all. */
export function SignInPage({ state, onRetry }: Properties) {
  const { t } = useTranslation();
  const [pending, setPending] = useState<Issuer | null>(null);
  const [clicked, setClicked] = useState<SignedOut | null>(null);
  const { notice, issuer, config } = clicked ?? state;
  const start = (chosen: Issuer) => {
    setPending(chosen);
    signIn(chosen).catch((error: unknown) => {
      setPending(null);
      const problem = isUnreachable(error) ? 'issuerDown' : 'failed';
      setClicked({ ...state, notice: problem, issuer: chosen });
    });
  };
  const isOver = notice === 'ended' || notice === 'noAccess';
  // Whoever was signed out wants the same way in again.
  const again = isOver && issuer !== undefined ? issuer : null;
  const others = inOrder(config.issuers).filter(({ authority }) => authority !== again?.authority);
  const issuers = again === null ? others : [again, ...others];
  const isOnly = issuers.length === 1;
  return (
    <main className="centred">
      <section className={classes.card} aria-labelledby="title">
        <Logo size={72} />
        <div role={isOver ? 'alert' : undefined} data-testid="sign-in-title" data-notice={notice}>
          <h1
            id="title"
            className={isOver ? classes.title : classes.name}
            data-long={nameOfPhone(t).length > longName || undefined}
            title={isOver ? undefined : nameOfPhone(t)}
          >
            {isOver ? t(`signIn.${notice}.title`) : nameOfPhone(t)}
          </h1>
          <p className={classes.hint}>{isOver ? t(`signIn.${notice}.hint`) : t('app.tagline')}</p>
        </div>
        <SignInProblem
          notice={notice}
          issuer={issuer}
          hasLocal={issuers.some(({ kind }) => kind === 'built-in')}
          isRetrying={pending !== null}
          onRetry={() => (clicked?.issuer === undefined ? onRetry() : start(clicked.issuer))}
        />
        <div className={classes.buttons}>
          {issuers.map((each, index) => (
            <Button
              key={each.authority}
              size="lg"
              fullWidth
              variant={index === 0 ? 'filled' : 'default'}
              classNames={{ root: classes.button ?? '', label: classes.buttonLabel ?? '' }}
              loading={pending === each}
              onClick={() => start(each)}
              data-testid={index === 0 ? 'sign-in' : `sign-in-${index}`}
              data-kind={each.kind}
            >
              {isOver && (each === again || isOnly)
                ? t('signIn.again')
                : actionText(each, isOnly, t)}
            </Button>
          ))}
        </div>
        <LanguageSwitch />
      </section>
    </main>
  );
}
