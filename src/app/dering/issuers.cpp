// SPDX-License-Identifier: Apache-2.0
#include "app/dering/issuers.h"

#include <algorithm>

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
    for (const GroupConfig& group : configured.groups) {
      if (group.role) issuer.group_roles.push_back({group.path, *group.role});
    }
    issuers.push_back(std::move(issuer));
  }
  return issuers;
}

directory::NumberPlan number_plan(const Config& config, const IssuerConfig& issuer) {
  directory::NumberPlan plan{.usual = {config.first_extension, config.last_extension}};
  for (const GroupConfig& group : issuer.groups) {
    plan.groups.push_back({group.path, group.unit, group.extensions});
  }
  return plan;
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

std::string authorization_server(const Config& config, const std::vector<std::string>& origins) {
  return config.issuers.empty() ? origins.back() + "/oidc" : config.issuers.front().url;
}

}  // namespace dering::app
