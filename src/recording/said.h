// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "recording/entry.h"
#include "sip/endpoint/endpoint.h"

namespace dering::recording {

/// What a switchboard said in each dialog, then and now. Dialogs that had begun before the
/// recording are left out.
class Said {
 public:
  void on_received(const sip::Message& message);
  /// An entry "said" or "record" of the recording.
  void on_recorded(const Entry& entry);
  void on_replayed(const sip::Send& send);
  void on_replayed_record(std::string line);

  std::vector<std::string> differences() const;

 private:
  using Labels = std::vector<std::string>;

  std::set<std::string, std::less<>> begun_;  ///< Call-IDs
  std::map<std::string, Labels, std::less<>> then_;
  std::map<std::string, Labels, std::less<>> now_;
};

}  // namespace dering::recording
