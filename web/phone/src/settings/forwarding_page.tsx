// SPDX-License-Identifier: Apache-2.0
import type { Api } from '@dering/api/client';
import type { Forwarding, ForwardingCase, ForwardingChange, Me, Person } from '@dering/api/types';
import { Button, Loader, NativeSelect, Switch } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { forwardingCases, useForwarding } from '../shared/use_forwarding';
import { OwnerChooser } from './owner_chooser';
import { Page } from './page';
import classes from './settings.module.css';
import { TargetChooser } from './target_chooser';
import { Trouble } from './trouble';

interface Properties {
  readonly api: Api;
  readonly me: Me;
  readonly people: readonly Person[];
  readonly onClose: () => void;
}

/** Where a person's calls go: one's own, or for an administrator anybody's. */
export function ForwardingPage({ api, me, people, onClose }: Properties) {
  const { t } = useTranslation();
  const [chosen, choose] = useState(me.extension);
  const isOwn = chosen === me.extension;
  const owner = isOwn ? null : (people.find(({ extension }) => extension === chosen) ?? null);
  const others = useMemo(
    () => people.filter(({ extension }) => extension !== chosen),
    [people, chosen],
  );
  const hint = owner === null ? t('forwarding.hint') : t('forwarding.hintOther', { ...owner });
  return (
    <Page title={t('forwarding.title')} hint={hint} testId="forwarding-page" onClose={onClose}>
      {me.roles.includes('admin') && (
        <OwnerChooser
          me={me}
          people={people}
          owner={owner}
          onChoose={choose}
          label={t('forwarding.owner')}
        />
      )}
      <Settings key={chosen} api={api} extension={chosen} isOwn={isOwn} people={others} />
    </Page>
  );
}

interface ChoiceProperties {
  readonly name: 'doNotDisturb' | 'pickupNotices';
  readonly isOn: boolean;
  readonly onSet: (isOn: boolean) => void;
  readonly testId: string;
}

/** Something that is on or off. */
function Choice({ name, isOn, onSet, testId }: ChoiceProperties) {
  const { t } = useTranslation();
  return (
    <div className={classes.card}>
      <Switch
        size="md"
        label={t(`forwarding.${name}`)}
        description={t(`forwarding.${name}Hint`)}
        checked={isOn}
        onChange={(event) => onSet(event.currentTarget.checked)}
        data-testid={testId}
      />
    </div>
  );
}

interface SettingsProperties {
  readonly api: Api;
  readonly extension: string;
  readonly isOwn: boolean;
  readonly people: readonly Person[];
}

/** Each change counts at once: there is nothing to save. */
function Settings({ api, extension, isOwn, people }: SettingsProperties) {
  const { t } = useTranslation();
  const { forwarding, error, refetch, change } = useForwarding(api, extension, isOwn);
  if (forwarding === undefined) {
    if (error !== null) return <Trouble error={error} onRetry={refetch} />;
    return <Loader className={classes.wait ?? ''} aria-label={t('app.loading')} />;
  }
  const set = (wish: ForwardingChange) => change.mutate(wish);
  return (
    <>
      <Trouble error={change.error} conflict={t('forwarding.refused')} />
      <Choice
        name="doNotDisturb"
        isOn={forwarding.do_not_disturb}
        onSet={(isOn) => set({ do_not_disturb: isOn })}
        testId="do-not-disturb"
      />
      {forwardingCases.map((when) => (
        <Case key={when} when={when} forwarding={forwarding} people={people} onSet={set} />
      ))}
      {forwarding.pickup_notices !== undefined && (
        <Choice
          name="pickupNotices"
          isOn={forwarding.pickup_notices}
          onSet={(isOn) => set({ pickup_notices: isOn })}
          testId="pickup-notices"
        />
      )}
      <p className={classes.dimmed}>{t('forwarding.codes')}</p>
    </>
  );
}

const ringTimes = [5, 10, 15, 20, 25, 30, 45, 60, 90, 120];

interface CaseProperties {
  readonly when: ForwardingCase;
  readonly forwarding: Forwarding;
  readonly people: readonly Person[];
  readonly onSet: (wish: ForwardingChange) => void;
}

/** Whom calls go to in one case, off by one click, and how long it rings before. */
function Case({ when, forwarding, people, onSet }: CaseProperties) {
  const { t } = useTranslation();
  const target = forwarding[when];
  const times = ringTimes.includes(forwarding.ring_seconds)
    ? ringTimes
    : [...ringTimes, forwarding.ring_seconds].toSorted((a, b) => a - b);
  return (
    <div
      className={classes.card}
      data-testid={`forward-${when}`}
      data-on={target !== null || undefined}
    >
      <TargetChooser
        key={target}
        label={t(`forwarding.case.${when}`)}
        hint={t(`forwarding.caseHint.${when}`)}
        people={people}
        target={target}
        onChoose={(extension) => onSet({ [when]: extension })}
        testId={`target-${when}`}
      />
      {when === 'no_answer' && (
        <NativeSelect
          label={t('forwarding.ringTime')}
          value={String(forwarding.ring_seconds)}
          onChange={(event) => onSet({ ring_seconds: Number(event.currentTarget.value) })}
          data={times.map((seconds) => ({
            value: String(seconds),
            label: t('forwarding.seconds', { seconds }),
          }))}
          data-testid="ring-time"
        />
      )}
      {target !== null && (
        <Button
          size="xs"
          variant="default"
          className={classes.start ?? ''}
          onClick={() => onSet({ [when]: null })}
          aria-label={t('forwarding.turnOffCase', { what: t(`forwarding.case.${when}`) })}
          data-testid={`off-${when}`}
        >
          {t('forwarding.turnOff')}
        </Button>
      )}
    </div>
  );
}
