// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/dering/config.h"
#include "monitor/traced.h"

// What the running dering says of what is live, as its commands fetch it part by part.
namespace dering::app {

template <class Value>
using Fetched = std::expected<Value, std::string>;  ///< or a sentence

/// All rows below `name` of a list that comes in parts.
Fetched<std::vector<boost::json::object>> fetch_rows(const Config& config, std::string_view path,
                                                     std::string_view name);

std::string text_in(const boost::json::object& one, std::string_view name);
std::int64_t number_in(const boost::json::object& one, std::string_view name);

/// Goes through the messages of the running dering from the oldest on.
class TraceReader {
 public:
  explicit TraceReader(const Config& config) : config_(config) {}

  /// All that came since the last time.
  Fetched<std::vector<monitor::TracedMessage>> read();
  /// How many had made room for others before they were read.
  std::uint64_t missed() const { return missed_; }

 private:
  const Config& config_;
  std::uint64_t next_ = 0;
  std::uint64_t missed_ = 0;
};

}  // namespace dering::app
