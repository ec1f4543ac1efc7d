// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "identity/key_source.h"

namespace dering::identity {

/// The keys of all external issuers, each found and followed on its own. Sans-I/O. Worker thread.
class IssuerKeys {
 public:
  explicit IssuerKeys(const std::vector<std::string>& issuers, KeyTimes times = {});

  void start(Instant now, IssuerOutbox& out);
  void on_fetched(FetchId id, const Fetched& fetched, Instant now, IssuerOutbox& out);
  /// What TokenVerifier::issuer_lacking_key() said.
  void want_keys(std::string_view issuer, Instant now, IssuerOutbox& out);
  void on_time(Instant now, IssuerOutbox& out);
  std::optional<Instant> next_deadline() const;

  bool is_fetching(std::string_view issuer) const {
    const KeySource* source = find(issuer);
    return source && source->is_fetching();
  }
  /// Null for an issuer that is not one of ours.
  const KeySource* find(std::string_view issuer) const;

 private:
  std::vector<KeySource> sources_;
};

}  // namespace dering::identity
