// SPDX-License-Identifier: Apache-2.0
import { Telephone } from '@dering/sip/telephone';
import { FakeWorld } from '@dering/sip/testing/fake_world';
import { act, cleanup, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TelephoneContext } from '../call/telephone_context';
import { draw } from '../testing/draw';
import { RefusalBanner } from './refusal_banner';

let world: FakeWorld;
let asked: string[];

beforeEach(() => {
  world = new FakeWorld();
  asked = [];
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const words = () => screen.getByTestId('refusal').textContent;

async function loseConnection(answer: Response) {
  vi.stubGlobal('fetch', (address: string, { method }: RequestInit) => {
    asked.push(`${method} ${address}`);
    return Promise.resolve(answer);
  });
  await draw(
    <TelephoneContext.Provider value={world.telephone satisfies Telephone}>
      <RefusalBanner websocket="wss://phone.example/ws/sip" />
    </TelephoneContext.Provider>,
  );
  act(() => world.emit({ type: 'disconnected' }));
  await vi.waitUntil(() => asked.length > 0, { timeout: 4_000 });
}

// FR2
test('a connection that the server refuses is explained in its own words, until it is there', async () => {
  const detail = 'Pages of https://other.example may not connect: set web.origins.';
  await loseConnection(
    Response.json(
      { title: 'Forbidden', detail },
      { status: 403, headers: { 'Content-Type': 'application/problem+json' } },
    ),
  );
  await vi.waitUntil(() => words() === detail, { timeout: 2_000 });
  expect(asked).toEqual(['POST https://phone.example/ws/sip']);
  act(() => world.emit({ type: 'registered' }));
  expect(words()).toBe('');
});

test('what a gateway says is not shown', async () => {
  await loseConnection(new Response('<h1>Bad Gateway</h1>', { status: 502 }));
  await act(() => new Promise((resolve) => setTimeout(resolve, 50)));
  expect(words()).toBe('');
});
