// The pages' scenarios against oidc-provider, in Chromium.
import { startOidcProvider } from '../support/oidc_provider.mjs';
import { pageScenarios } from './pages.mjs';

pageScenarios('oidc-provider', () => startOidcProvider());
