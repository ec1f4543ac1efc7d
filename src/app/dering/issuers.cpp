// SPDX-License-Identifier: Apache-2.0
#include "app/dering/issuers.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "base/web_url.h"

namespace dering::app {

std::vector<identity::Issuer> external_issuers(const Config& config) {
  std::vector<identity::Issuer> issuers;
  for (const IssuerConfig& configured : config.issuers) {
    identity::Issuer issuer{.url = configured.url,
                            .name = configured.url,
                            .audience = configured.audience,
                            .clients = {configured.client_id},
                            .keys = std::make_shared<const identity::KeySet>(),
                            .default_role = configured.default_role};
    const auto& portals = configured.portal_clients;
    issuer.clients.insert(issuer.clients.end(), portals.begin(), portals.end());
    for (const GroupConfig& group : configured.groups) {
      if (group.role) issuer.group_roles.push_back({group.path, *group.role});
    }
    issuers.push_back(std::move(issuer));
  }
  return issuers;
}

directory::NumberPlan number_plan(const Config& config, const IssuerConfig& issuer) {
  directory::NumberPlan plan{.usual = {config.first_extension, config.last_extension},
                             .groups = {}};
  for (const GroupConfig& group : issuer.groups) {
    plan.groups.push_back({group.path, group.unit, group.extensions});
  }
  return plan;
}

namespace {

/// The first line of a file that others may not read.
std::expected<std::string, std::string> read_secret(const std::filesystem::path& file) {
  constexpr auto for_others =
      std::filesystem::perms::group_write | std::filesystem::perms::others_all;
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  std::ifstream in(file);
  std::string secret;
  if (error || !in || !std::getline(in, secret) || secret.empty()) {
    return std::unexpected(fmt::format("the secret file {} can't be read.", file.string()));
  }
  if ((status.permissions() & for_others) != std::filesystem::perms::none) {
    return std::unexpected(
        fmt::format("the secret file {} is open to others (chmod 600 it).", file.string()));
  }
  return secret;
}

}  // namespace

std::expected<std::vector<SyncSettings>, std::string> sync_settings(const Config& config) {
  std::vector<SyncSettings> settings;
  for (const IssuerConfig& issuer : config.issuers) {
    if (issuer.sync_client_id.empty()) continue;
    const auto api = sync::AdminApi::of_issuer(issuer.url);
    if (!api) {
      return std::unexpected(fmt::format(
          "issuer {} can't be synced: it is not the address of a Keycloak realm.", issuer.url));
    }
    auto secret = read_secret(issuer.sync_secret_file);
    if (!secret) return std::unexpected(secret.error());
    sync::Realm realm{.issuer = issuer.url,
                      .client_id = issuer.sync_client_id,
                      .client_secret = *std::move(secret),
                      .groups = {},
                      .reads_extensions = issuer.has_extension_attribute};
    for (const GroupConfig& group : issuer.groups) realm.groups.push_back(group.path);
    settings.push_back({std::move(realm), *api, number_plan(config, issuer)});
  }
  return settings;
}

std::expected<std::map<std::string, switchboard::TrunkSecret>, std::string> trunk_secrets(
    const Config& config) {
  std::map<std::string, switchboard::TrunkSecret> secrets;
  for (const TrunkConfig& trunk : config.trunks) {
    auto secret = read_secret(trunk.secret_file);
    if (!secret) return std::unexpected(fmt::format("trunk {}: {}", trunk.id, secret.error()));
    secrets[trunk.id] = {*std::move(secret), trunk.realm};
  }
  return secrets;
}

std::vector<std::string> urls_of(const std::vector<IssuerConfig>& issuers) {
  std::vector<std::string> urls;
  for (const IssuerConfig& issuer : issuers) urls.push_back(issuer.url);
  return urls;
}

std::vector<std::string> issuer_origins(const Config& config) {
  std::vector<std::string> origins;
  for (const IssuerConfig& issuer : config.issuers) {
    const auto url = read_web_url(issuer.url);
    if (url && std::ranges::find(origins, url->origin()) == origins.end()) {
      origins.push_back(url->origin());
    }
  }
  return origins;
}

std::string label_of(const IssuerConfig& issuer) {
  if (!issuer.label.empty()) return issuer.label;
  const auto url = read_web_url(issuer.url);
  return url ? url->host : issuer.url;
}

std::string authorization_server(const Config& config, const std::string& https) {
  if (!config.issuers.empty()) return config.issuers.front().url;
  return (config.public_origins.empty() ? https : config.public_origins.front()) + "/oidc";
}

}  // namespace dering::app
