// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/exchange.h"
#include "directory/trunk_news.h"

namespace dering::api {

/// The trunks and how they are, as the switchboard told last. Worker thread.
class TrunksApi {
 public:
  Answer list(const Exchange& exchange) const;
  void on_changed(const directory::TrunkChanged& changed) { now_ = changed; }

 private:
  directory::TrunkChanged now_;
};

}  // namespace dering::api
