// SPDX-License-Identifier: Apache-2.0
import './styles';
import type { Api } from '@dering/api/client';
import type { Me, Person } from '@dering/api/types';
import { DevicesPage } from './devices_page';
import { ForwardingPage } from './forwarding_page';
import { SyncPage } from './sync_page';

/** What the menu of the header leads to. */
export type Place = 'devices' | 'forwarding' | 'sync';

interface Properties {
  readonly place: Place;
  readonly api: Api;
  readonly me: Me;
  readonly people: readonly Person[];
  readonly onClose: () => void;
}

/** Loaded when somebody opens it, since most people never do. */
export default function SettingsPage({ place, api, me, people, onClose }: Properties) {
  switch (place) {
    case 'devices':
      return <DevicesPage api={api} me={me} people={people} onClose={onClose} />;
    case 'forwarding':
      return <ForwardingPage api={api} me={me} people={people} onClose={onClose} />;
    case 'sync':
      return <SyncPage api={api} onClose={onClose} />;
  }
}
