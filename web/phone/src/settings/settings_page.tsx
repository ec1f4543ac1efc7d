// SPDX-License-Identifier: Apache-2.0
import './styles';
import type { Api } from '@dering/api/client';
import type { Me, Person } from '@dering/api/types';
import { DevicesPage } from './devices_page';
import { ForwardingPage } from './forwarding_page';
import { SoundPage } from './sound_page';
import { SyncPage } from './sync_page';

/** What the menu of the header leads to. */
export type Place = 'devices' | 'forwarding' | 'sound' | 'sync';

interface Properties {
  readonly place: Place;
  readonly api: Api;
  readonly me: Me;
  readonly people: readonly Person[];
  /** Calls the echo test; not there while nobody can be called. */
  readonly onEcho: (() => void) | undefined;
  readonly onClose: () => void;
}

/** Loaded when somebody opens it, since most people never do. */
export default function SettingsPage({ place, api, me, people, onEcho, onClose }: Properties) {
  switch (place) {
    case 'devices':
      return <DevicesPage api={api} me={me} people={people} onClose={onClose} />;
    case 'forwarding':
      return <ForwardingPage api={api} me={me} people={people} onClose={onClose} />;
    case 'sound':
      return <SoundPage onEcho={onEcho} onClose={onClose} />;
    case 'sync':
      return <SyncPage api={api} onClose={onClose} />;
  }
}
