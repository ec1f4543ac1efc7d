// SPDX-License-Identifier: Apache-2.0
import { at } from './base';
import { readJson } from './shown_text';
import type {
  CallHistory,
  Config,
  CreatedDevice,
  DeviceList,
  Directory,
  Forwarding,
  ForwardingChange,
  HistoryState,
  Me,
  NewDevice,
  RefusalList,
  SyncStates,
} from './types';

/** Where the bearer token comes from; `renew` gets another one after the server refused the first. */
export interface TokenSource {
  current(): string;
  renew(): Promise<string>;
}

/** The server answered, but not with what was asked for. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    path: string,
    /** The server's own sentence about it, '' when there is none. */
    readonly detail = '',
  ) {
    super(`${path} answered ${status}`);
    this.name = 'ApiError';
  }
}

const longestDetail = 500;

/** What the server says of a refusal (RFC 9457). A gateway's page is no sentence for a person. */
export async function refusalOf(response: Response, path: string): Promise<ApiError> {
  const isProblem = response.headers.get('Content-Type')?.startsWith('application/problem+json');
  const body: unknown = isProblem === true ? await response.json().catch(() => null) : null;
  const detail = typeof body === 'object' && body !== null && 'detail' in body ? body.detail : '';
  const text = typeof detail === 'string' ? detail.slice(0, longestDetail) : '';
  return new ApiError(response.status, path, text);
}

/** A value with the ETag under which the server knows it. */
export interface Tagged<T> {
  readonly value: T;
  readonly tag: string | null;
}

/** Long enough for the directory of a university over a slow line; nobody waits longer. */
const patience = 30_000;

/** Says where the page is, so that a server which takes it for a foreign one can tell why. */
export async function fetchConfig(): Promise<Config> {
  const path = `/config.json?origin=${encodeURIComponent(location.origin)}`;
  const signal = AbortSignal.timeout(patience);
  const response = await fetch(at(path), { cache: 'no-cache', signal });
  if (!response.ok) throw await refusalOf(response, path);
  return (await response.json()) as Config;
}

const of = (extension: string | undefined): string =>
  extension === undefined ? '' : `?extension=${encodeURIComponent(extension)}`;

function jsonBody(method: string, value: object): RequestInit {
  const headers = { 'Content-Type': 'application/json' };
  return { method, headers, body: JSON.stringify(value) };
}

/** The HTTP interface of the switchboard, for one signed-in person. */
export class Api {
  constructor(private readonly token: TokenSource) {}

  readonly me = (): Promise<Me> => this.json('/api/v1/me');
  readonly calls = (): Promise<CallHistory> => this.json('/api/v1/calls');
  /** Only those that the person has missed, the latest hundred. */
  readonly missedCalls = (): Promise<CallHistory> =>
    this.json('/api/v1/calls?missed=true&limit=100');
  readonly history = (): Promise<HistoryState> => this.json('/api/v1/history');
  readonly sync = (): Promise<SyncStates> => this.json('/api/v1/sync');

  /** `force`: even if most of the people known so far are missing. */
  readonly startSync = async (force: boolean): Promise<SyncStates> => {
    const response = await this.send('/api/v1/sync', jsonBody('POST', { force }));
    return readJson(await response.text());
  };

  /** Gives back the same object when the server still has what it tagged so. */
  readonly directory = async (known: Tagged<Directory> | null): Promise<Tagged<Directory>> => {
    const headers: HeadersInit = known?.tag ? { 'If-None-Match': known.tag } : {};
    const response = await this.get('/api/v1/directory', { headers });
    if (response.status === 304 && known !== null) return known;
    return { value: readJson(await response.text()), tag: response.headers.get('ETag') };
  };

  /** The person's own phones, or for an administrator those of an extension. */
  readonly devices = (extension?: string): Promise<DeviceList> =>
    this.json(`/api/v1/devices${of(extension)}`);

  readonly addDevice = async (device: NewDevice): Promise<CreatedDevice> => {
    const response = await this.send('/api/v1/devices', jsonBody('POST', device));
    return readJson(await response.text());
  };

  readonly removeDevice = async (id: string, extension?: string): Promise<void> => {
    const path = `/api/v1/devices/${encodeURIComponent(id)}${of(extension)}`;
    await this.send(path, { method: 'DELETE' });
  };

  /** Where the person's calls go, or for an administrator those of an extension. */
  readonly forwarding = (extension?: string): Promise<Forwarding> =>
    this.json(`/api/v1/forwarding${of(extension)}`);

  readonly changeForwarding = async (change: ForwardingChange): Promise<Forwarding> => {
    const response = await this.send('/api/v1/forwarding', jsonBody('PATCH', change));
    return readJson(await response.text());
  };

  /** All missed calls up to this id have been seen. */
  readonly seeCalls = async (until: string): Promise<HistoryState> => {
    const response = await this.send('/api/v1/history', jsonBody('PATCH', { seen_until: until }));
    return readJson(await response.text());
  };

  /** Those that concern the person, or for an administrator an extension. */
  readonly refusals = (extension?: string): Promise<RefusalList> =>
    this.json(`/api/v1/refusals${of(extension)}`);

  get(path: string, init: RequestInit = {}): Promise<Response> {
    return this.send(path, init);
  }

  /** Tries once more with a new token when the first is refused. */
  private async send(path: string, init: RequestInit): Promise<Response> {
    const token = this.token.current();
    let response = await this.request(path, token, init);
    if (response.status === 401) {
      // Several requests may be refused at once; the first of them has renewed for all.
      const renewed = this.token.current();
      const next = renewed === token ? await this.token.renew() : renewed;
      response = await this.request(path, next, init);
    }
    if (!response.ok && response.status !== 304) throw await refusalOf(response, path);
    return response;
  }

  private async json<T>(path: string): Promise<T> {
    return readJson<T>(await (await this.get(path)).text());
  }

  private request(path: string, token: string, init: RequestInit): Promise<Response> {
    const signal = init.signal ?? AbortSignal.timeout(patience);
    const headers = { ...init.headers, Authorization: `Bearer ${token}` };
    return fetch(at(path), { ...init, signal, headers });
  }
}
