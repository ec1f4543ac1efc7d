// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeNetwork, local, university } from '../testing/issuer';
import { boot, endSignIn, signIn, signOut, type Boot } from './boot';
import { setMark } from './silent';

let network: FakeNetwork;
let left: URL[];
let leave: () => void;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  sessionStorage.clear();
  localStorage.clear();
  network = new FakeNetwork(university, local);
  vi.stubGlobal('fetch', network.fetch);
  left = [];
  leave = () => {};
  for (const way of ['assign', 'replace'] as const) {
    vi.spyOn(location, way).mockImplementation((address) => {
      left.push(new URL(address));
      leave();
    });
  }
  comeTo('/');
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function comeTo(path: string): void {
  history.replaceState(null, '', path);
}
const isForgotten = () => !Object.keys(sessionStorage).some((key) => key.startsWith('oidc.user'));
const patient = { timeout: 4_000 };

/** Boots until the page is left for the provider, or until it knows who is here. */
function start(): Promise<Boot | 'left'> {
  const gone = new Promise<'left'>((resolve) => (leave = () => resolve('left')));
  return Promise.race([boot(), gone]);
}

/** The browser comes back from the provider. */
async function comeBack(answer: Record<string, string>): Promise<Boot> {
  const state = left.at(-1)?.searchParams.get('state') ?? '';
  comeTo(`/auth/callback?${new URLSearchParams({ ...answer, state })}`);
  return boot();
}

async function signedIn() {
  await start();
  const here = await comeBack({ code: 'abc' });
  if (here.kind !== 'signed-in') throw new Error(here.kind);
  return here;
}

describe('without a click', () => {
  test('the issuer is asked by one redirect that shows no page', async () => {
    expect(await start()).toBe('left');
    const [asked] = left;
    expect(asked?.href).toContain('https://sso.example/realms/dering/auth?');
    expect(asked?.searchParams.get('prompt')).toBe('none');
    // The page that was left is nothing for Back to lead to.
    expect(location.assign).not.toHaveBeenCalled();
    expect(asked?.searchParams.get('code_challenge_method')).toBe('S256');
  });

  test('whoever is signed in there is signed in here, where they wanted to go', async () => {
    comeTo('/c/1001');
    const here = await signedIn();
    expect(here.identity.current()).toBe('access-budi');
    expect(location.pathname + location.search).toBe('/c/1001');
    expect(network.forms[0]?.get('grant_type')).toBe('authorization_code');
  });

  test.each(['login_required', 'interaction_required', 'consent_required'])(
    '%s leads to the sign-in page without a complaint, and not to the issuer again',
    async (error) => {
      await start();
      const { config } = network;
      expect(await comeBack({ error })).toEqual({ kind: 'signed-out', config });
      expect(await start()).toMatchObject({ kind: 'signed-out' });
      expect(left).toHaveLength(1);
    },
  );

  test('any other error is told', async () => {
    await start();
    expect(await comeBack({ error: 'server_error' })).toMatchObject({ notice: 'failed' });
    expect(await start()).toMatchObject({ kind: 'signed-out' });
  });

  test('an issuer that is down is told, and may be asked again', async () => {
    network.isDown = true;
    expect(await start()).toMatchObject({ notice: 'issuerDown', issuer: university });
    network.isDown = false;
    expect(await start()).toBe('left');
  });

  test('nobody is asked when there are local accounts only', async () => {
    network.config = { ...network.config!, issuers: [local] };
    expect(await start()).toMatchObject({ kind: 'signed-out' });
    expect(left).toEqual([]);
  });
});

test('an answer that is not of the issuer it was asked of is refused', async () => {
  await start();
  expect(await comeBack({ code: 'abc', iss: 'https://evil.example' })).toMatchObject({
    kind: 'signed-out',
    notice: 'failed',
  });
  expect(network.forms).toEqual([]);
});

test('an address of a sign-in that never began leads to the sign-in page', async () => {
  sessionStorage.setItem('dering.silent', 'tried');
  comeTo('/auth/callback?code=abc&state=xyz');
  expect(await start()).toMatchObject({ kind: 'signed-out', notice: 'stale' });
  expect(location.pathname).toBe('/');
});

// FR17
describe('a sign-in form that was used before, found again by Back', () => {
  test('leads to the phone when the person is signed in', async () => {
    await signedIn();
    comeTo('/auth/callback?code=other&state=spent');
    expect(await start()).toMatchObject({ kind: 'signed-in' });
    expect(location.pathname).toBe('/');
    expect(network.forms).toHaveLength(1);
  });

  test('is not the first thing that Back leads to', async () => {
    setMark('tried');
    void signIn(university);
    await vi.waitUntil(() => left.length > 0, patient);
    const push = vi.spyOn(history, 'pushState');
    expect(await comeBack({ code: 'abc' })).toMatchObject({ kind: 'signed-in' });
    expect(push.mock.calls.map(([, , address]) => address)).toEqual(['/']);
  });

  test('is no matter where no form was shown', async () => {
    const push = vi.spyOn(history, 'pushState');
    await signedIn();
    expect(push).not.toHaveBeenCalled();
  });

  test('says so when nobody is', async () => {
    const { identity } = await signedIn();
    await identity.forget();
    comeTo('/auth/callback?code=other&state=spent');
    expect(await start()).toMatchObject({ kind: 'signed-out', notice: 'stale' });
  });
});

test('the provider is asked to speak the language of the page', async () => {
  document.documentElement.lang = 'id';
  void signIn(university);
  await vi.waitUntil(() => left.length > 0, patient);
  expect(left[0]?.searchParams.get('ui_locales')).toBe('id');
});

test('after a click the provider may show its page', async () => {
  void signIn(university);
  await vi.waitUntil(() => left.length > 0, patient);
  expect(left[0]?.searchParams.has('prompt')).toBe(false);
  expect(left[0]?.searchParams.get('scope')).toBe('openid profile');
});

test('our own provider is asked for a token that can be renewed', async () => {
  void signIn(local);
  await vi.waitUntil(() => left.length > 0, patient);
  expect(left[0]?.searchParams.get('scope')).toBe('openid profile offline_access');
});

test('below a path the browser is sent back below that path', async () => {
  comeTo('/phone/');
  vi.resetModules();
  const page = await import('./boot');
  void page.signIn(local);
  await vi.waitUntil(() => left.length > 0, patient);
  expect(left[0]?.searchParams.get('redirect_uri')).toBe(`${location.origin}/phone/auth/callback`);
});

describe('after a reload', () => {
  test('who was here is here, without a word to the issuer', async () => {
    await signedIn();
    network.asked = [];
    expect(await start()).toMatchObject({ kind: 'signed-in' });
    expect(network.asked).toEqual(['/config.json']);
  });

  test('a token that is too old is renewed', async () => {
    await signedIn();
    vi.setSystemTime(Date.now() + 400_000);
    expect(await start()).toMatchObject({ kind: 'signed-in' });
    expect(network.forms.at(-1)?.get('grant_type')).toBe('refresh_token');
  });

  test('while the issuer is down nobody is signed out', async () => {
    await signedIn();
    vi.setSystemTime(Date.now() + 400_000);
    network.isDown = true;
    expect(await start()).toMatchObject({ notice: 'issuerDown', issuer: university });
    network.isDown = false;
    network.refusal = { status: 502, body: '<h1>Bad Gateway</h1>' };
    expect(await start()).toMatchObject({ notice: 'issuerDown' });
    network.refusal = null;
    expect(await start()).toMatchObject({ kind: 'signed-in' });
  });

  test('a sign-in that the issuer ended is asked for anew', async () => {
    await signedIn();
    vi.setSystemTime(Date.now() + 400_000);
    network.refusal = { status: 400, body: { error: 'invalid_grant' } };
    expect(await start()).toBe('left');
    expect(left.at(-1)?.searchParams.get('prompt')).toBe('none');
  });
});

describe('a renewal', () => {
  test('that the issuer refuses ends the sign-in', async () => {
    const { identity } = await signedIn();
    network.refusal = { status: 400, body: { error: 'invalid_grant' } };
    await identity.renew().catch(() => {});
    expect(identity.standing()).toBe('ended');
  });

  test.each([
    [503, { error: 'temporarily_unavailable' }],
    [500, 'oops'],
    [400, { error: 'invalid_client' }],
  ])('that fails with %i %o does not', async (status, body) => {
    const { identity } = await signedIn();
    network.refusal = { status, body };
    await identity.renew().catch(() => {});
    expect(identity.standing()).toBe('good');
    expect(identity.current()).toBe('access-budi');
  });

  test('is not tried in a frame when there is no refresh token', async () => {
    network.givesRefreshToken = false;
    const { identity } = await signedIn();
    await identity.renew().catch(() => {});
    expect(identity.standing()).toBe('ended');
    expect(document.querySelector('iframe')).toBeNull();
  });
});

describe('after the end', () => {
  test('of a sign-out nobody is signed in again without a click', async () => {
    const { identity } = await signedIn();
    void signOut(identity);
    await vi.waitUntil(() => left.length > 1, patient);
    expect(left[1]?.href).toContain('/logout?');
    expect(left[1]?.searchParams.get('ui_locales')).toBe(document.documentElement.lang);
    expect(await start()).toMatchObject({ kind: 'signed-out', notice: undefined });
    expect(left).toHaveLength(2);
  });

  test('that came from outside a reload still says so, and asks nobody', async () => {
    const { config, identity } = await signedIn();
    const state = endSignIn(config, identity, 'ended');
    expect(state).toMatchObject({ notice: 'ended', issuer: university });
    await vi.waitUntil(() => isForgotten(), patient);
    expect(await start()).toMatchObject({ notice: 'ended', issuer: university });
    expect(left).toHaveLength(1);
  });

  test('a new sign-in makes all as new', async () => {
    const { config, identity } = await signedIn();
    endSignIn(config, identity, 'ended');
    await vi.waitUntil(() => isForgotten(), patient);
    void signIn(university);
    await vi.waitUntil(() => left.length > 1, patient);
    expect(await comeBack({ code: 'abc' })).toMatchObject({ kind: 'signed-in' });
    expect(sessionStorage.getItem('dering.silent')).toBeNull();
  });
});

test('a server that does not answer is no sign-out', async () => {
  network.config = null;
  expect(await start()).toEqual({ kind: 'unreachable', detail: '' });
});

// FR2
test('a server that refuses the page is heard in its own words', async () => {
  const detail = 'This server is not configured to be reached as https://other.example.';
  network.configAnswer = Response.json(
    { title: 'Not Found', detail },
    { status: 404, headers: { 'Content-Type': 'application/problem+json' } },
  );
  expect(await start()).toEqual({ kind: 'unreachable', detail });
  network.configAnswer = new Response('<h1>Bad Gateway</h1>', {
    status: 502,
    headers: { 'Content-Type': 'text/html' },
  });
  expect(await start()).toEqual({ kind: 'unreachable', detail: '' });
});
