// SPDX-License-Identifier: Apache-2.0
import Keycloak from 'keycloak-js';

interface Issuer {
  readonly authority: string;
  readonly kind: string;
}

/** The portal's own client at Keycloak. */
const clientId = 'portal';
/** Seconds that a token is still good for when it is handed over. */
const leastLife = 60;

/** A portal knows its Keycloak; this example asks the phone's server which one there is. */
async function keycloakOfServer(): Promise<Keycloak | null> {
  const { issuers } = (await (await fetch('../config.json')).json()) as { issuers: Issuer[] };
  const issuer = issuers.find(({ kind }) => kind === 'external');
  const [, url, realm] = /^(.*)\/realms\/([^/]+)$/.exec(issuer?.authority ?? '') ?? [];
  if (issuer === undefined || url === undefined || realm === undefined) return null;
  return new Keycloak({ url, realm, clientId });
}

/**
 * Signs the person in at the portal, by Keycloak's page if need be, and hands the token to the phone
 * whenever that asks. Gives the name; '' where there is no Keycloak.
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
  window.Dering?.useToken(async () => {
    await keycloak.updateToken(leastLife);
    return keycloak.token;
  });
  const { name } = (keycloak.tokenParsed ?? {}) as { name?: string };
  return name ?? '';
}
