// SPDX-License-Identifier: Apache-2.0
// The page in the window of a portal that hands its token over.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeNetwork, portalToken, university } from '../testing/issuer';
import { boot, signOut, type Boot } from './boot';
import type { PortalTokens } from './handed_token';

let network: FakeNetwork;
let tokens: (string | null)[];
let refused: number;
let left: string[];
let leave: () => void;
const portal: PortalTokens = {
  askToken: () => Promise.resolve(tokens.shift() ?? null),
  refuseToken: () => void refused++,
};

beforeEach(() => {
  sessionStorage.clear();
  localStorage.clear();
  network = new FakeNetwork(university);
  vi.stubGlobal('fetch', network.fetch);
  tokens = [];
  refused = 0;
  left = [];
  leave = () => {};
  for (const way of ['assign', 'replace'] as const) {
    vi.spyOn(location, way).mockImplementation((address) => {
      left.push(String(address));
      leave();
    });
  }
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function start(): Promise<Boot | 'left'> {
  const gone = new Promise<'left'>((resolve) => (leave = () => resolve('left')));
  return Promise.race([boot(() => portal), gone]);
}

async function signedIn() {
  const here = await start();
  if (here === 'left' || here.kind !== 'signed-in') throw new Error('nobody is signed in');
  return here;
}

test('the person is signed in by it, and by the next ones; the issuer is not asked', async () => {
  const [first, second] = [portalToken(university, 'budi'), portalToken(university, 'budi2')];
  tokens = [first, second];
  network.taken = [first];
  const here = await signedIn();
  expect(here.identity.current()).toBe(first);
  expect(await here.identity.renew()).toBe(second);
  expect(left).toEqual([]);
  expect(Object.keys(sessionStorage).some((key) => key.startsWith('oidc.user'))).toBe(false);
});

test('a token that the server does not take is refused, and the issuer asked as ever', async () => {
  tokens = [portalToken(university, 'budi')];
  expect(await start()).toBe('left');
  expect(refused).toBe(1);
});

test.each([
  ['none', null],
  ['of an issuer that is not known here', portalToken({ ...university, authority: 'x' }, 'b')],
  ['that is no token', 'a.b.c'],
  ['that is nothing like one', '{}'],
])('a token %s is none', async (_, token) => {
  tokens = [token];
  network.taken = [String(token)];
  expect(await start()).toBe('left');
  expect(refused).toBe(0);
});

test('signing out leaves the portal signed in, and nobody is signed in again here', async () => {
  const token = portalToken(university, 'budi');
  tokens = [token, token];
  network.taken = [token];
  const here = await signedIn();
  await signOut(here.identity);
  expect(left).toEqual(['/']);
  expect(await start()).toMatchObject({ kind: 'signed-out' });
});
