// SPDX-License-Identifier: Apache-2.0
import type { Api } from '@dering/api/client';
import type { Forwarding, Me, Person } from '@dering/api/types';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Icon } from '../shared/icon';
import { forwardingCases, useForwarding } from '../shared/use_forwarding';
import classes from './banner.module.css';

interface Properties {
  readonly api: Api;
  readonly me: Me;
  readonly byNumber: ReadonlyMap<string, Person>;
  readonly onOpen: () => void;
}

/**
 * That one's calls go elsewhere, or nowhere: whoever forgot it would wait for calls in vain. The
 * place is always there, so that a change is said.
 */
export function ForwardingBanner({ api, me, byNumber, onOpen }: Properties) {
  const { t } = useTranslation();
  const { forwarding, change } = useForwarding(api, me.extension, true);
  const shown = forwarding === undefined ? null : shownOf(forwarding);
  return (
    <div role="status" data-testid="forwarding" data-shown={shown ?? 'nothing'}>
      {forwarding !== undefined && shown !== null && (
        <div className={classes.banner} data-quiet={shown === 'some' || undefined}>
          <span className={classes.words}>
            <Icon name="forward" size={18} />
            <span>{wordsOf(forwarding)}</span>
          </span>
          {shown === 'some' ? (
            <Button size="compact-sm" variant="subtle" onClick={onOpen}>
              {t('forwarding.show')}
            </Button>
          ) : (
            <Button
              size="xs"
              variant="white"
              color="dark"
              loading={change.isPending}
              onClick={() =>
                change.mutate(shown === 'always' ? { always: null } : { do_not_disturb: false })
              }
              data-testid="forwarding-off"
            >
              {t('forwarding.turnOff')}
            </Button>
          )}
        </div>
      )}
    </div>
  );

  function wordsOf(what: Forwarding): string {
    const nameOf = (target: string | null) => byNumber.get(target ?? '')?.name ?? target ?? '';
    if (what.always !== null) return t('forwarding.goTo', { name: nameOf(what.always) });
    if (what.do_not_disturb) {
      return what.busy === null
        ? t('forwarding.quiet')
        : t('forwarding.quietGoTo', { name: nameOf(what.busy) });
    }
    return forwardingCases
      .filter((each) => what[each] !== null)
      .map((each) => t(`forwarding.told.${each}`, { name: nameOf(what[each]) }))
      .join(' ');
  }
}

/** What keeps one's own phones silent comes before what they are asked for first. */
function shownOf(forwarding: Forwarding): 'always' | 'quiet' | 'some' | null {
  if (forwarding.always !== null) return 'always';
  if (forwarding.do_not_disturb) return 'quiet';
  return forwardingCases.some((each) => forwarding[each] !== null) ? 'some' : null;
}
