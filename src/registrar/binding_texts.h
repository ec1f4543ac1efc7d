// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

namespace dering::registrar {

/// The texts of one binding in one block of memory: a hundred thousand of them are kept.
class BindingTexts {
 public:
  enum Name : std::uint8_t { contact_uri, instance, path, device, name_count };
  using Values = std::array<std::string_view, name_count>;

  /// At most 64 KiB together.
  explicit BindingTexts(const Values& values);
  std::string_view operator[](Name name) const;

 private:
  std::unique_ptr<char[]> block_;
  std::array<std::uint16_t, name_count> ends_{};
};

}  // namespace dering::registrar
