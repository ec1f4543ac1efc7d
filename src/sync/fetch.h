// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/strong_id.h"
#include "directory/person.h"

namespace dering::sync {

using FetchId = StrongId<struct SyncFetchTag>;

/// Ask that of the issuer and give the answer to on_fetched(). It carries secrets: not for logs.
struct Fetch {
  FetchId id;
  std::string method;  ///< GET or POST
  std::string url;
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;
  std::size_t most_bytes = 0;  ///< of the answer's body
};

struct FetchedDocument {
  int status = 0;  ///< of HTTP
  std::string body;
};
/// The error is a sentence: why there was no answer.
using Fetched = std::expected<FetchedDocument, std::string>;

/// Make the store follow (store/reconciliation.h), and tell DirectorySync::on_applied().
struct Apply {
  directory::Population population;
};

using Output = std::variant<Fetch, Apply>;
using Outbox = std::vector<Output>;

}  // namespace dering::sync
