// The telephones' scenarios against oidc-provider, quick enough for every run.
import { startOidcProvider } from '../support/oidc_provider.mjs';
import { telephoneScenarios } from './scenarios.mjs';

telephoneScenarios('oidc-provider', () => startOidcProvider());
