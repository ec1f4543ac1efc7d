// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dering {

using Bytes = std::span<const std::uint8_t>;
using MutableBytes = std::span<std::uint8_t>;

/// Reads big-endian numbers from untrusted bytes. Errors stick: after the first read past the end
/// every read gives zero or nothing, and ok() is false. One check at the end of a parser is enough.
class ByteReader {
 public:
  explicit ByteReader(Bytes bytes) : rest_(bytes) {}

  std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
  std::uint32_t u24() { return static_cast<std::uint32_t>(number(3)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  std::uint64_t u64() { return number(8); }
  Bytes bytes(std::size_t count) {
    if (count > rest_.size()) {
      ok_ = false;
      rest_ = {};
      return {};
    }
    const Bytes taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }
  void skip(std::size_t count) { bytes(count); }

  Bytes rest() const { return rest_; }
  std::size_t remaining() const { return rest_.size(); }
  bool ok() const { return ok_; }

 private:
  std::uint64_t number(std::size_t width) {
    std::uint64_t value = 0;
    for (const std::uint8_t byte : bytes(width)) value = value << 8 | byte;
    return value;
  }

  Bytes rest_;
  bool ok_ = true;
};

/// Writes big-endian numbers into a fixed buffer. Errors stick: what does not fit is not written
/// and ok() turns false.
class ByteWriter {
 public:
  explicit ByteWriter(MutableBytes buffer) : buffer_(buffer) {}

  void u8(std::uint8_t value) { number(value, 1); }
  void u16(std::uint16_t value) { number(value, 2); }
  void u32(std::uint32_t value) { number(value, 4); }
  void u64(std::uint64_t value) { number(value, 8); }
  void bytes(Bytes source) {
    if (source.size() > buffer_.size() - size_) {
      ok_ = false;
      return;
    }
    if (!source.empty()) std::memcpy(buffer_.data() + size_, source.data(), source.size());
    size_ += source.size();
  }
  void zeros(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) u8(0);
  }

  MutableBytes written() const { return buffer_.first(size_); }
  std::size_t size() const { return size_; }
  bool ok() const { return ok_; }

 private:
  void number(std::uint64_t value, std::size_t width) {
    if (width > buffer_.size() - size_) {
      ok_ = false;
      return;
    }
    for (std::size_t i = 0; i < width; ++i) {
      buffer_[size_ + i] = static_cast<std::uint8_t>(value >> 8 * (width - 1 - i));
    }
    size_ += width;
  }

  MutableBytes buffer_;
  std::size_t size_ = 0;
  bool ok_ = true;
};

inline Bytes as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace dering
