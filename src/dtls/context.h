// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "dtls/certificate.h"

struct ssl_ctx_st;

namespace dering::dtls {

/// What all endpoints of one media thread share: our certificate, and the versions, ciphers and
/// SRTP profiles that we take part in. Immutable.
class Context {
 public:
  explicit Context(const Certificate& certificate);

  ssl_ctx_st* get() const { return context_.get(); }

 private:
  std::shared_ptr<ssl_ctx_st> context_;
};

}  // namespace dering::dtls
