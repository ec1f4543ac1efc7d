// SPDX-License-Identifier: Apache-2.0
#include "identity/issuer_keys.h"

#include <algorithm>

namespace dering::identity {
namespace {

/// Each source has a range of ids of its own, so that an answer finds its way.
constexpr unsigned range_bits = 40;

}  // namespace

IssuerKeys::IssuerKeys(const std::vector<std::string>& issuers, KeyTimes times) {
  for (const std::string& issuer : issuers) {
    const FetchId first{static_cast<std::uint64_t>(sources_.size()) << range_bits};
    sources_.emplace_back(issuer, first, times);
  }
}

void IssuerKeys::start(Instant now, IssuerOutbox& out) {
  for (KeySource& source : sources_) source.start(now, out);
}

void IssuerKeys::on_fetched(FetchId id, const Fetched& fetched, Instant now, IssuerOutbox& out) {
  const std::uint64_t index = id.value >> range_bits;
  if (index < sources_.size()) sources_[index].on_fetched(id, fetched, now, out);
}

void IssuerKeys::want_keys(std::string_view issuer, Instant now, IssuerOutbox& out) {
  const auto found = std::ranges::find(sources_, issuer, &KeySource::issuer);
  if (found != sources_.end()) found->want_keys(now, out);
}

void IssuerKeys::on_time(Instant now, IssuerOutbox& out) {
  for (KeySource& source : sources_) source.on_time(now, out);
}

std::optional<Instant> IssuerKeys::next_deadline() const {
  std::optional<Instant> next;
  for (const KeySource& source : sources_) next = earlier(next, source.next_deadline());
  return next;
}

const KeySource* IssuerKeys::find(std::string_view issuer) const {
  const auto found = std::ranges::find(sources_, issuer, &KeySource::issuer);
  return found == sources_.end() ? nullptr : &*found;
}

}  // namespace dering::identity
