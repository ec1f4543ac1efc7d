// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <functional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/give_back.h"

namespace dering {

/// Finds the one owner of a key. An entry is a handle that its owner keeps and that takes itself
/// out: with the owner goes all that could be found of it. Outlives its entries. One thread.
template <class Key, class Value, class Hash = std::hash<Key>>
class Index {
 public:
  class Entry {
   public:
    Entry() = default;
    Entry(Entry&& other) noexcept
        : index_(std::exchange(other.index_, nullptr)), key_(other.key_) {}
    Entry& operator=(Entry&& other) noexcept {
      std::swap(index_, other.index_);
      std::swap(key_, other.key_);
      return *this;
    }
    ~Entry() { release(); }

    void release() {
      if (!index_) return;
      index_->map_.erase(index_->map_.find(*key_));
      give_back_buckets(index_->map_);
      index_ = nullptr;
    }
    explicit operator bool() const { return index_ != nullptr; }

   private:
    friend class Index;
    Entry(Index& index, const Key& key) : index_(&index), key_(&key) {}

    Index* index_ = nullptr;
    const Key* key_ = nullptr;  ///< in the index, where it stays
  };

  Index() = default;
  Index(const Index&) = delete;
  Index& operator=(const Index&) = delete;

  /// Nothing where the key is taken: who came first stays.
  [[nodiscard]] Entry enter(Key key, Value value) {
    const auto [at, is_new] = map_.emplace(std::move(key), std::move(value));
    return is_new ? Entry{*this, at->first} : Entry{};
  }
  /// Zero of its kind if there is none.
  template <class Look>
  Value find(const Look& key) const {
    const auto at = map_.find(key);
    return at == map_.end() ? Value{} : at->second;
  }
  std::size_t size() const { return map_.size(); }

 private:
  std::unordered_map<Key, Value, Hash, std::equal_to<>> map_;
};

/// The same for keys that many share: a connection with all that is said over it, a person with all
/// their phones. In the order in which they came.
template <class Key, class Value, class Hash = std::hash<Key>>
class MultiIndex {
  using Map = std::unordered_map<Key, std::vector<Value>, Hash>;

 public:
  class Entry {
   public:
    Entry() = default;
    Entry(Entry&& other) noexcept
        : index_(std::exchange(other.index_, nullptr)), node_(other.node_), value_(other.value_) {}
    Entry& operator=(Entry&& other) noexcept {
      std::swap(index_, other.index_);
      std::swap(node_, other.node_);
      std::swap(value_, other.value_);
      return *this;
    }
    ~Entry() { release(); }

    void release() {
      if (!index_) return;
      std::vector<Value>& values = node_->second;
      // Near the front: what came first usually goes first.
      values.erase(std::ranges::find(values, value_));
      --index_->size_;
      if (values.empty()) {
        index_->map_.erase(index_->map_.find(node_->first));
        give_back_buckets(index_->map_);
      }
      index_ = nullptr;
    }
    explicit operator bool() const { return index_ != nullptr; }

   private:
    friend class MultiIndex;
    Entry(MultiIndex& index, typename Map::value_type& node, Value value)
        : index_(&index), node_(&node), value_(value) {}

    MultiIndex* index_ = nullptr;
    typename Map::value_type* node_ = nullptr;  ///< in the index, where it stays
    Value value_{};
  };

  MultiIndex() = default;
  MultiIndex(const MultiIndex&) = delete;
  MultiIndex& operator=(const MultiIndex&) = delete;

  /// One value once for one key.
  [[nodiscard]] Entry enter(const Key& key, Value value) {
    auto& node = *map_.try_emplace(key).first;
    node.second.push_back(value);
    ++size_;
    return {*this, node, value};
  }
  /// Holds until an entry of this key comes or goes.
  std::span<const Value> find(const Key& key) const {
    const auto at = map_.find(key);
    if (at == map_.end()) return {};
    return at->second;
  }
  std::size_t size() const { return size_; }

 private:
  Map map_;
  std::size_t size_ = 0;
};

}  // namespace dering
