// SPDX-License-Identifier: Apache-2.0
import type { CallHistory, Config, Directory, Me } from './types';

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
  ) {
    super(`${path} answered ${status}`);
    this.name = 'ApiError';
  }
}

export async function fetchConfig(): Promise<Config> {
  const response = await fetch('/config.json', { cache: 'no-cache' });
  if (!response.ok) throw new ApiError(response.status, '/config.json');
  return (await response.json()) as Config;
}

/** The HTTP interface of the switchboard, for one signed-in person. */
export class Api {
  constructor(private readonly token: TokenSource) {}

  readonly me = (): Promise<Me> => this.json('/api/v1/me');
  readonly directory = (): Promise<Directory> => this.json('/api/v1/directory');
  readonly calls = (): Promise<CallHistory> => this.json('/api/v1/calls');

  /** Tries once more with a new token when the first is refused. */
  async get(path: string, init: RequestInit = {}): Promise<Response> {
    let response = await this.request(path, this.token.current(), init);
    if (response.status === 401)
      response = await this.request(path, await this.token.renew(), init);
    if (!response.ok) throw new ApiError(response.status, path);
    return response;
  }

  private async json<T>(path: string): Promise<T> {
    return (await (await this.get(path)).json()) as T;
  }

  private request(path: string, token: string, init: RequestInit): Promise<Response> {
    return fetch(path, { ...init, headers: { ...init.headers, Authorization: `Bearer ${token}` } });
  }
}
