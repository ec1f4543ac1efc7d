// SPDX-License-Identifier: Apache-2.0
import type { Me } from '@dering/api/types';
import { ActionIcon, Menu, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { usePhone } from '../call/telephone_context';
import { languages, switchLanguage } from '../i18n';
import { Avatar, initialsOf } from '../shared/avatar';
import { Icon } from '../shared/icon';
import { languageNames } from '../shared/language_switch';
import { Logo } from '../shared/logo';
import { nameOfPhone, organisation } from '../shared/organisation';
import type { Place } from '../settings/settings_page';
import classes from './header.module.css';

/** The roles worth a word, the highest first: everybody is a user. */
const told = ['admin', 'operator', 'supervisor'] as const;

interface Properties {
  readonly me: Me;
  readonly onOpen: (place: Place) => void;
  readonly onCheck: () => void;
  readonly onShortcuts: () => void;
  readonly onSignOut: (() => void) | undefined;
}

export function Header(properties: Properties) {
  const { t } = useTranslation();
  const link = usePhone((phone) => phone.link);
  const name = nameOfPhone(t);
  return (
    <header className={classes.header} data-logo={organisation().logo !== '' || undefined}>
      <Logo size={32} />
      <h1 className={classes.name} title={name} data-testid="organisation">
        <bdi>{name}</bdi>
      </h1>
      <span className={classes.link} data-link={link} role="status" data-testid="link">
        {t(`link.${link}`)}
      </span>
      <span className={classes.space} />
      <ColourSwitch />
      <AccountMenu {...properties} />
    </header>
  );
}

function ColourSwitch() {
  const { t } = useTranslation();
  const { setColorScheme } = useMantineColorScheme();
  const isDark = useComputedColorScheme('light') === 'dark';
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={isDark ? t('header.light') : t('header.dark')}
      onClick={() => setColorScheme(isDark ? 'light' : 'dark')}
      data-testid="colours"
    >
      <Icon name={isDark ? 'sun' : 'moon'} />
    </ActionIcon>
  );
}

function AccountMenu({ me, onOpen, onCheck, onShortcuts, onSignOut }: Properties) {
  const { t } = useTranslation();
  const role = told.find((each) => me.roles.includes(each));
  return (
    <Menu
      position="bottom-end"
      width={280}
      withInitialFocusPlaceholder={false}
      shadow="md"
      withinPortal={false}
    >
      <Menu.Target>
        <button
          type="button"
          className={classes.account}
          aria-label={t('header.account', { initials: initialsOf(me.name) })}
          data-testid="account"
        >
          <Avatar name={me.name} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label className={classes.me ?? ''}>
          <strong data-testid="me">{me.name}</strong>
          <span>{t('header.extension', { extension: me.extension })}</span>
          {me.unit !== '' && <span>{me.unit}</span>}
          {role !== undefined && <span>{t(`role.${role}`)}</span>}
        </Menu.Label>
        <Menu.Divider />
        <LanguageItems />
        <Menu.Divider />
        <PlaceItems me={me} onOpen={onOpen} />
        <Menu.Item leftSection={<Icon name="microphone" size={18} />} onClick={onCheck}>
          {t('header.check')}
        </Menu.Item>
        <Menu.Item leftSection={<Icon name="keypad" size={18} />} onClick={onShortcuts}>
          {t('header.shortcuts')}
        </Menu.Item>
        {onSignOut !== undefined && (
          <>
            <Menu.Divider />
            <Menu.Item
              leftSection={<Icon name="close" size={18} />}
              onClick={onSignOut}
              data-testid="sign-out"
            >
              {t('signIn.out')}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function LanguageItems() {
  const { t, i18n } = useTranslation();
  return (
    <>
      <Menu.Label>{t('header.language')}</Menu.Label>
      {languages.map((language) => (
        <Menu.Item
          key={language}
          lang={language}
          leftSection={<Check shown={language === i18n.language} />}
          aria-current={language === i18n.language || undefined}
          onClick={() => void switchLanguage(language)}
          data-testid={`language-${language}`}
        >
          {languageNames[language]}
        </Menu.Item>
      ))}
    </>
  );
}

function PlaceItems({ me, onOpen }: Pick<Properties, 'me' | 'onOpen'>) {
  const { t } = useTranslation();
  return (
    <>
      <Menu.Item
        leftSection={<Icon name="deskPhone" size={18} />}
        onClick={() => onOpen('devices')}
        data-testid="open-devices"
      >
        {t('devices.title')}
      </Menu.Item>
      <Menu.Item
        leftSection={<Icon name="forward" size={18} />}
        onClick={() => onOpen('forwarding')}
        data-testid="open-forwarding"
      >
        {t('forwarding.title')}
      </Menu.Item>
      <Menu.Item
        leftSection={<Icon name="volume" size={18} />}
        onClick={() => onOpen('sound')}
        data-testid="open-sound"
      >
        {t('sound.title')}
      </Menu.Item>
      {me.roles.includes('admin') && (
        <Menu.Item
          leftSection={<Icon name="sync" size={18} />}
          onClick={() => onOpen('sync')}
          data-testid="open-sync"
        >
          {t('sync.title')}
        </Menu.Item>
      )}
    </>
  );
}

/** The place of a mark in a list, kept free when there is none. */
function Check({ shown }: { readonly shown: boolean }) {
  return shown ? <Icon name="check" size={18} /> : <span className={classes.noCheck} />;
}
