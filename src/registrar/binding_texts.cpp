// SPDX-License-Identifier: Apache-2.0
#include "registrar/binding_texts.h"

#include <algorithm>

#include "base/check.h"

namespace dering::registrar {

BindingTexts::BindingTexts(const Values& values) {
  std::size_t size = 0;
  for (const std::string_view value : values) size += value.size();
  DERING_CHECK(size <= UINT16_MAX);
  block_ = std::make_unique_for_overwrite<char[]>(size);
  std::size_t end = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::ranges::copy(values[i], block_.get() + end);
    end += values[i].size();
    ends_[i] = static_cast<std::uint16_t>(end);
  }
}

std::string_view BindingTexts::operator[](Name name) const {
  const std::size_t begin = name == 0 ? 0 : ends_[name - 1];
  return {block_.get() + begin, ends_[name] - begin};
}

}  // namespace dering::registrar
