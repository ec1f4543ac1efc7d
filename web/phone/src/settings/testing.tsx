// SPDX-License-Identifier: Apache-2.0
import { Api } from '@dering/api/client';
import type { Me, Person } from '@dering/api/types';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { vi } from 'vitest';
import { draw } from '../testing/draw';
import SettingsPage, { type Place } from './settings_page';

export const me: Me = {
  extension: '1001',
  name: 'Budi',
  username: 'budi',
  unit: '',
  sip_uri: 'sip:1001@dering',
  roles: ['user'],
  issuer: '',
};
export const admin: Me = { ...me, roles: ['admin', 'user'] };
const siti: Person = { extension: '1002', name: 'Siti', unit: 'Law', presence: 'offline' };
const budi: Person = { extension: '1001', name: 'Budi', unit: '', presence: 'offline' };

interface Question {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/** The server, as these pages see it: answers by the beginning of the method and path. */
export class FakeServer {
  readonly asked: Question[] = [];
  readonly answers: Record<string, () => Response> = {};

  constructor() {
    vi.stubGlobal('fetch', (path: string, { method = 'GET', body }: RequestInit) => {
      const value: unknown = body === undefined ? null : JSON.parse(String(body));
      this.asked.push({ method, path, body: value });
      const key = Object.keys(this.answers).find((each) => `${method} ${path}`.startsWith(each));
      return Promise.resolve(this.answers[key ?? '']?.() ?? new Response('', { status: 500 }));
    });
  }

  first(method: string): Question | undefined {
    return this.asked.find((question) => question.method === method);
  }
}

/** Opens a settings page as that person. */
export async function open(place: Place, person = me): Promise<void> {
  const api = new Api({ current: () => 'token', renew: () => Promise.resolve('token') });
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  await draw(
    <QueryClientProvider client={client}>
      <SettingsPage
        place={place}
        api={api}
        me={person}
        people={[siti, budi]}
        onEcho={() => {}}
        onClose={() => {}}
      />
    </QueryClientProvider>,
  );
}
