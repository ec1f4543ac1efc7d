// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "net/edge.h"

namespace dering::net::testing {

/// What happened, collected on one thread and awaited on another.
template <class T>
class Collected {
 public:
  void add(T thing) {
    const std::lock_guard guard(mutex_);
    things_.push_back(std::move(thing));
    changed_.notify_all();
  }
  /// The next one in order; nothing if it does not come.
  std::optional<T> next() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, std::chrono::seconds(10), [&] { return !things_.empty(); })) {
      return std::nullopt;
    }
    T thing = std::move(things_.front());
    things_.erase(things_.begin());
    return thing;
  }
  std::size_t waiting() {
    const std::lock_guard guard(mutex_);
    return things_.size();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<T> things_;
};

/// Loopback listeners on free ports, room for many clients of one source.
inline EdgeSettings loopback_settings() {
  EdgeSettings settings;
  const auto any_port = SocketAddress::from_ipv4(0x7f000001, 0);
  settings.web = {{.address = any_port, .tls = {}}};
  settings.sip = {{.address = any_port}};
  settings.allowed_origins = {"https://phone.example"};
  settings.limits.connections_per_source = 10'000;
  return settings;
}

/// An edge on a thread of its own, stopped at the end of the test.
class RunningEdge {
 public:
  using OnHttp = std::function<void(HttpRequest, std::unique_ptr<HttpReply>)>;
  struct Arrived {
    sip::Flow flow;
    sip::Message message;
    Standing standing = Standing::stranger;
  };

  explicit RunningEdge(EdgeSettings settings = loopback_settings(), OnHttp on_http = {}) {
    if (!on_http) {
      on_http = [this](HttpRequest request, std::unique_ptr<HttpReply> reply) {
        requests.add({std::move(request), std::move(reply)});
      };
    }
    auto opened = Edge::open(
        std::move(settings),
        {.on_http = std::move(on_http),
         .on_message =
             [this](const sip::Flow& flow, sip::Message& message, Standing standing) {
               if (has_no_room) return false;
               messages.add({flow, std::move(message), standing});
               return true;
             },
         .on_flow_closed =
             [this](const sip::FlowClosed& end) {
               closed_flows.add(end.flow);
               ends.add(end.how);
             },
         .on_refused = [this](refusal::Refusal told) { refusals.add(std::move(told)); }});
    EXPECT_TRUE(opened) << opened.error();
    edge_ = std::move(*opened);
    thread_ = std::thread([this] { edge_->run(); });
  }
  ~RunningEdge() { stop(); }

  /// Returns when run() has.
  void stop() {
    edge_->stop();
    if (thread_.joinable()) thread_.join();
  }

  Edge& operator*() { return *edge_; }
  Edge* operator->() { return edge_.get(); }
  SocketAddress web() const { return edge_->web_addresses().at(0); }
  SocketAddress sip() const { return edge_->sip_addresses().at(0); }
  SocketAddress sip_over_tls() const { return edge_->sip_addresses().at(1); }

  Collected<std::pair<HttpRequest, std::unique_ptr<HttpReply>>> requests;
  Collected<Arrived> messages;
  std::atomic<bool> has_no_room = false;
  Collected<sip::Flow> closed_flows;
  Collected<sip::FlowEnd> ends;  ///< of the same
  Collected<refusal::Refusal> refusals;

 private:
  std::unique_ptr<Edge> edge_;
  std::thread thread_;
};

/// A readable OPTIONS request of about `size` bytes.
inline std::string sip_request(std::size_t size = 0) {
  const std::string head =
      "OPTIONS sip:1001@phone.example SIP/2.0\r\n"
      "Via: SIP/2.0/TCP client.invalid;branch=z9hG4bK776\r\n"
      "Max-Forwards: 70\r\n"
      "From: <sip:1002@phone.example>;tag=1928\r\n"
      "To: <sip:1001@phone.example>\r\n"
      "Call-ID: a84b4c76e66710\r\n"
      "CSeq: 1 OPTIONS\r\n";
  const std::string body(size > head.size() + 40 ? size - head.size() - 40 : 0, 'x');
  return head + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace dering::net::testing
