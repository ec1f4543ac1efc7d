// SPDX-License-Identifier: Apache-2.0
#include "net/resolver.h"

#include <ares.h>
#include <fmt/format.h>
#include <sys/time.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <unordered_set>
#include <utility>

#include "base/check.h"
#include "base/native_address.h"

namespace dering::net {
namespace {

using dns::Answer;
using dns::Question;
using std::chrono::seconds;

constexpr int internet = 1;  // class IN, RFC 1035 §3.2.4
constexpr int srv_type = 33;
constexpr int naptr_type = 35;

struct FreeData {
  void operator()(void* data) const { ares_free_data(data); }
};
struct FreeAddresses {
  void operator()(ares_addrinfo* list) const { ares_freeaddrinfo(list); }
};

bool is_no_such_record(int status) {
  return status == ARES_ENODATA || status == ARES_ENOTFOUND;
}

/// Smallest TTL of the answer section (RFC 1035 §4.1.3); 0 where it cannot be read.
seconds lifetime_of(const unsigned char* bytes, int size) {
  constexpr int head = 12;
  if (size < head) return seconds{0};
  const auto word = [&](int at) { return (bytes[at] << 8) | bytes[at + 1]; };
  int at = head;
  const auto skip_name = [&] {
    char* name = nullptr;
    long length = 0;
    if (ares_expand_name(bytes + at, bytes, size, &name, &length) != ARES_SUCCESS) return false;
    ares_free_string(name);
    at += static_cast<int>(length);
    return true;
  };
  for (int i = 0; i < word(4); ++i) {
    if (!skip_name()) return seconds{0};
    at += 4;
  }
  std::optional<seconds> smallest;
  for (int i = 0; i < word(6); ++i) {
    if (!skip_name() || at + 10 > size) return seconds{0};
    const seconds each{(std::int64_t{word(at + 4)} << 16) | word(at + 6)};
    smallest = std::min(smallest.value_or(each), each);
    at += 10 + word(at + 8);
    if (at > size) return seconds{0};
  }
  return smallest.value_or(seconds{0});
}

std::string text_of(const unsigned char* text) {
  return text == nullptr ? "" : std::string(reinterpret_cast<const char*>(text));
}

bool read_srv(const unsigned char* bytes, int size, Answer& answer) {
  ares_srv_reply* first = nullptr;
  const int status = ares_parse_srv_reply(bytes, size, &first);
  const std::unique_ptr<ares_srv_reply, FreeData> held(first);
  if (status != ARES_SUCCESS) return is_no_such_record(status);
  for (const auto* each = first; each != nullptr; each = each->next)
    answer.srv.push_back({each->priority, each->weight, each->port, each->host});
  return true;
}

bool read_naptr(const unsigned char* bytes, int size, Answer& answer) {
  ares_naptr_reply* first = nullptr;
  const int status = ares_parse_naptr_reply(bytes, size, &first);
  const std::unique_ptr<ares_naptr_reply, FreeData> held(first);
  if (status != ARES_SUCCESS) return is_no_such_record(status);
  for (const auto* each = first; each != nullptr; each = each->next)
    answer.naptr.push_back({each->order, each->preference, text_of(each->flags),
                            text_of(each->service), each->replacement});
  return true;
}

Answer addresses_of(int status, const ares_addrinfo* list) {
  Answer answer;
  answer.failed = status != ARES_SUCCESS && !is_no_such_record(status);
  if (list == nullptr) return answer;
  std::optional<seconds> smallest;
  for (const auto* node = list->nodes; node != nullptr; node = node->ai_next) {
    NativeAddress native;
    if (node->ai_addrlen > NativeAddress::room) continue;
    std::memcpy(native.get(), node->ai_addr, node->ai_addrlen);
    const SocketAddress address = from_native(native);
    if (address.is_unspecified()) continue;
    answer.addresses.push_back(address);
    smallest = std::min(smallest.value_or(seconds(node->ai_ttl)), seconds(node->ai_ttl));
  }
  answer.lifetime = smallest.value_or(seconds{0});
  return answer;
}

}  // namespace

class Resolver::Impl {
 public:
  Impl(EventLoop& loop, Settings settings, OnAnswer on_answer)
      : loop_(loop), settings_(std::move(settings)), on_answer_(std::move(on_answer)) {
    ares_options options{};
    options.timeout = static_cast<int>(settings_.timeout.count());
    options.tries = settings_.tries;
    options.sock_state_cb = [](void* self, ares_socket_t fd, int readable, int writable) {
      static_cast<Impl*>(self)->watch(fd, readable != 0, writable != 0);
    };
    options.sock_state_cb_data = this;
    DERING_CHECK(ares_library_init(ARES_LIB_INIT_ALL) == ARES_SUCCESS);
    DERING_CHECK(ares_init_options(&channel_, &options,
                                   ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB) ==
                 ARES_SUCCESS);
    if (!settings_.servers.empty()) use_servers();
  }
  ~Impl() {
    ares_destroy(channel_);
    ares_library_cleanup();
  }

  void ask(Question question) {
    if (waiting_ >= settings_.waiting) {
      came_.emplace_back(std::move(question), Answer{.failed = true});
      return;
    }
    ++waiting_;
    auto* asked = new Asked{this, std::move(question)};
    const char* name = asked->question.name.c_str();
    switch (asked->question.kind) {
      case Question::Kind::address:
        return ask_addresses(name, asked);
      case Question::Kind::srv:
        return ares_query(channel_, name, internet, srv_type, &Impl::on_records, asked);
      case Question::Kind::naptr:
        return ares_query(channel_, name, internet, naptr_type, &Impl::on_records, asked);
    }
  }

  void deliver() {
    ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    for (const auto& [question, answer] : std::exchange(came_, {})) on_answer_(question, answer);
  }

  std::optional<Instant> next_deadline(Instant now) const {
    if (!came_.empty()) return now;
    timeval left{};
    if (ares_timeout(channel_, nullptr, &left) == nullptr) return std::nullopt;
    return now + seconds(left.tv_sec) + std::chrono::microseconds(left.tv_usec);
  }

  std::size_t waiting() const { return waiting_; }

 private:
  /// Held by c-ares until it calls back, which it does once, at the latest in ares_destroy().
  struct Asked {
    Impl* self;
    Question question;
  };

  void use_servers() {
    std::string list;
    for (const SocketAddress& each : settings_.servers)
      list.append(list.empty() ? "" : ",").append(each.text());
    DERING_CHECK(ares_set_servers_ports_csv(channel_, list.c_str()) == ARES_SUCCESS);
  }

  void ask_addresses(const char* name, Asked* asked) {
    ares_addrinfo_hints hints{};
    hints.ai_family = AF_UNSPEC;
    // Only as it is written: a provider's name is not looked for below our own domain.
    hints.ai_flags = ARES_AI_NUMERICSERV;
    hints.ai_socktype = SOCK_DGRAM;
    ares_getaddrinfo(channel_, name, nullptr, &hints, &Impl::on_addresses, asked);
  }

  void watch(ares_socket_t fd, bool readable, bool writable) {
    const bool is_watched = watched_.contains(fd);
    if (!readable && !writable) {
      if (is_watched) loop_.remove(fd);
      watched_.erase(fd);
      return;
    }
    if (!is_watched) {
      loop_.add(
          fd, [this, fd] { ares_process_fd(channel_, fd, ARES_SOCKET_BAD); },
          [this, fd] { ares_process_fd(channel_, ARES_SOCKET_BAD, fd); });
      watched_.insert(fd);
    }
    loop_.want_writable(fd, writable);
  }

  static void on_records(void* data, int status, int, unsigned char* bytes, int size) {
    const std::unique_ptr<Asked> asked(static_cast<Asked*>(data));
    Answer answer;
    if (status != ARES_SUCCESS) {
      answer.failed = !is_no_such_record(status);
    } else {
      const bool is_srv = asked->question.kind == Question::Kind::srv;
      answer.failed = !(is_srv ? read_srv(bytes, size, answer) : read_naptr(bytes, size, answer));
      answer.lifetime = lifetime_of(bytes, size);
    }
    asked->self->keep(std::move(asked->question), std::move(answer));
  }
  static void on_addresses(void* data, int status, int, ares_addrinfo* list) {
    const std::unique_ptr<Asked> asked(static_cast<Asked*>(data));
    const std::unique_ptr<ares_addrinfo, FreeAddresses> held(list);
    asked->self->keep(std::move(asked->question), addresses_of(status, list));
  }
  void keep(Question question, Answer answer) {
    --waiting_;
    came_.emplace_back(std::move(question), std::move(answer));
  }

  EventLoop& loop_;
  Settings settings_;
  OnAnswer on_answer_;
  ares_channel channel_ = nullptr;
  std::unordered_set<int> watched_;
  std::size_t waiting_ = 0;
  std::vector<std::pair<Question, Answer>> came_;
};

Resolver::Resolver(EventLoop& loop, Settings settings, OnAnswer on_answer)
    : impl_(std::make_unique<Impl>(loop, std::move(settings), std::move(on_answer))) {}
Resolver::~Resolver() = default;
void Resolver::ask(dns::Question question) {
  impl_->ask(std::move(question));
}
void Resolver::deliver() {
  impl_->deliver();
}
std::optional<Instant> Resolver::next_deadline(Instant now) const {
  return impl_->next_deadline(now);
}
std::size_t Resolver::waiting() const {
  return impl_->waiting();
}

}  // namespace dering::net
