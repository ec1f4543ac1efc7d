// SPDX-License-Identifier: Apache-2.0
import Keycloak from 'keycloak-js';

interface Issuer {
  readonly authority: string;
  readonly client_id: string;
  readonly kind: string;
}

/** A portal knows its Keycloak; this example asks the phone's server which one there is. */
async function keycloakOfServer(): Promise<Keycloak | null> {
  const { issuers } = (await (await fetch('../config.json')).json()) as { issuers: Issuer[] };
  const issuer = issuers.find(({ kind }) => kind === 'external');
  const [, url, realm] = /^(.*)\/realms\/([^/]+)$/.exec(issuer?.authority ?? '') ?? [];
  if (issuer === undefined || url === undefined || realm === undefined) return null;
  return new Keycloak({ url, realm, clientId: issuer.client_id });
}

/**
 * Signs the person in at the portal, by Keycloak's page if need be; the phone's window then signs in
 * by itself. Gives the name; '' where there is no Keycloak.
 */
export async function signIn(): Promise<string> {
  const keycloak = await keycloakOfServer();
  if (keycloak === null) return '';
  await keycloak.init({
    onLoad: 'login-required',
    pkceMethod: 'S256',
    checkLoginIframe: false,
    redirectUri: new URL('.', location.href).href,
  });
  const { name } = (keycloak.tokenParsed ?? {}) as { name?: string };
  return name ?? '';
}
