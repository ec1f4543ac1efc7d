// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <map>
#include <string>
#include <vector>

#include "app/dering/config.h"
#include "app/dering/sync_desk.h"
#include "directory/person.h"
#include "identity/issuer.h"

// What the configuration says of issuers, in the words of those who work with it.
namespace dering::app {

/// For the token verifier; their keys are still to be fetched.
std::vector<identity::Issuer> external_issuers(const Config& config);
/// Which numbers and departments this issuer's people get.
directory::NumberPlan number_plan(const Config& config, const IssuerConfig& issuer);
std::vector<std::string> urls_of(const std::vector<IssuerConfig>& issuers);
/// "https://sso.example": what the phone's page has to reach besides ourselves.
std::vector<std::string> issuer_origins(const Config& config);
/// The issuers whose people are read from Keycloak; a sentence if a secret can't be read.
std::expected<std::vector<SyncSettings>, std::string> sync_settings(const Config& config);
/// The secrets of [[trunk]], by id; a sentence if one can't be read.
std::expected<std::map<std::string, switchboard::TrunkSecret>, std::string> trunk_secrets(
    const Config& config);
/// On the sign-in button.
std::string label_of(const IssuerConfig& issuer);
/// What a phone without a token is told to sign in at: the first issuer, or the built-in one at the
/// address that most people know; `https` is that of our own.
std::string authorization_server(const Config& config, const std::string& https);

}  // namespace dering::app
