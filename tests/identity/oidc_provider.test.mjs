// The scenarios against oidc-provider, quick enough for every run: once with tokens like Keycloak's,
// once with nothing but what RFC 9068 says.
import { startOidcProvider } from '../support/oidc_provider.mjs';
import { pageScenarios } from './pages.mjs';
import { telephoneScenarios } from './scenarios.mjs';

telephoneScenarios("oidc-provider with Keycloak's kind of tokens", () => startOidcProvider());
pageScenarios('oidc-provider', () => startOidcProvider());
