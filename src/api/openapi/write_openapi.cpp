// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "api/openapi.h"

/// Run by the build: prints the OpenAPI document, or says why table and description do not fit and
/// fails.
int main() {
  const auto document =
      dering::api::described(dering::api::openapi_shapes(), dering::api::routes());
  if (!document) {
    std::fprintf(stderr, "%s\n", document.error().c_str());
    return 1;
  }
  return std::puts(document->c_str()) < 0 ? 1 : 0;
}
