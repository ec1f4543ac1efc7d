// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/check.h"
#include "sip/endpoint/endpoint.h"
#include "sip/testing/sip_text.h"

// The bytes of the fuzzer are a script: each event takes an opcode and its arguments. Peers send
// requests, answers and garbage, the user answers, calls and cancels, time passes, flows break.
// In the end everybody has answered and all time has passed: nothing may be left.

namespace dering::sip {
namespace {

constexpr std::size_t max_events = 200;

class Script {
 public:
  explicit Script(Bytes bytes) : reader_(bytes) {}

  void run() {
    for (std::size_t event = 0; event < max_events && reader_.remaining() > 0; ++event) {
      step(reader_.u8() % 10);
      read_outbox();
    }
    finish();
  }

 private:
  void step(unsigned opcode) {
    switch (opcode) {
      case 0:
      case 1:
        return receive(request().text());
      case 2:
      case 3:
        return receive(response());
      case 4:
        return receive(as_text(reader_.bytes(reader_.u8())));
      case 5:
        return respond();
      case 6:
        return call();
      case 7:
        return endpoint_.cancel({reader_.u8() % 16U}, "SIP;cause=200", now_, out_);
      case 8:
        return endpoint_.acknowledge({reader_.u8() % 16U}, tag(), "ACK sip:a SIP/2.0\r\n\r\n", now_,
                                     out_);
      case 9:
        return reader_.u8() % 8 == 0 ? endpoint_.on_flow_closed(flow(), now_, out_) : pass_time();
    }
  }

  Flow flow() {
    switch (reader_.u8() % 4) {
      case 0:
        return testing::udp_flow();
      case 1:
        return testing::udp_flow(2000);
      case 2:
        return testing::wss_flow(1);
      default:
        return testing::tcp_flow(2);
    }
  }
  std::string tag() { return fmt::format("t{}", reader_.u8() % 3); }
  Method method() { return static_cast<Method>(reader_.u8() % 15); }

  testing::RequestText request() {
    const Method chosen = method();
    testing::RequestText text{.method = std::string(name_of(chosen))};
    if (chosen == Method::unknown) text.method = "WHAT";
    const std::uint8_t variant = reader_.u8();
    text.branch = fmt::format("{}{}", variant & 1 ? "z9hG4bK" : "", variant >> 1 & 3);
    text.to_tag = variant & 8 ? tag() : "";
    text.call_id = fmt::format("call-{}", variant >> 4 & 1);
    text.cseq = variant >> 5U & 3U;
    return text;
  }
  std::string response() {
    if (asked_.empty()) return {};
    const std::string& ours = asked_[reader_.u8() % asked_.size()];
    const int status = 100 * (1 + reader_.u8() % 6) + reader_.u8() % 100;
    return testing::answer_text(ours, status, tag());
  }

  void receive(std::string_view text) {
    auto message = Message::parse(text);
    if (message) endpoint_.on_message(flow(), std::move(*message), now_, out_);
  }
  void respond() {
    if (arrived_.empty()) return;
    const ServerTransactionId id = arrived_[reader_.u8() % arrived_.size()];
    const int status = 100 * (1 + reader_.u8() % 6) + reader_.u8() % 100;
    endpoint_.respond(
        id, status,
        fmt::format("SIP/2.0 {} Answer\r\nTo: <sip:b@pbx.test>;tag={}\r\n\r\n", status, tag()),
        now_, out_);
  }
  void call() {
    Method chosen = method();
    if (chosen == Method::ack || chosen == Method::cancel || chosen == Method::unknown) {
      chosen = Method::invite;
    }
    const Flow to = flow();
    const std::string branch = endpoint_.new_branch();
    auto writer = MessageWriter::request(name_of(chosen), "sip:1001@192.0.2.1");
    writer.header(HeaderId::via, endpoint_.via_value(to, branch))
        .header(HeaderId::from, "<sip:a@pbx.test>;tag=1")
        .header(HeaderId::to, "<sip:b@pbx.test>")
        .header(HeaderId::call_id, "ours")
        .header(HeaderId::cseq, fmt::format("1 {}", name_of(chosen)));
    const auto id = endpoint_.request(to, chosen, branch, writer.finish(), now_, out_);
    if (chosen == Method::invite) invites_.push_back(id);
  }
  void pass_time() {
    now_ += std::chrono::milliseconds(reader_.u8() * reader_.u8());
    endpoint_.on_time(now_, out_);
  }

  /// Peers and user take note of what came out.
  void read_outbox() {
    for (std::size_t i = 0; i < out_.size(); ++i) {
      Output output = std::move(out_[i]);  // what follows may let the vector grow
      if (const auto* send = std::get_if<Send>(&output)) {
        if (!send->bytes.starts_with("SIP/2.0")) ask(send->bytes);
      }
      if (auto* request = std::get_if<RequestOffered>(&output)) judge(std::move(*request));
    }
    out_.clear();
  }

  /// The user refuses a third of what strangers want.
  void judge(RequestOffered request) {
    DERING_CHECK(!request.message.refusal());
    if (++judged_ % 3 == 0) {
      endpoint_.answer(request, {403, {}, {{"Warning", "399 a \"no\""}}}, out_);
      return;
    }
    if (const auto arrived = endpoint_.admit(std::move(request), out_)) {
      arrived_.push_back(arrived->transaction);
    }
  }

  void ask(const std::string& bytes) {
    const auto message = Message::parse(bytes);
    if (message && !message->refusal()) asked_.push_back(bytes);
  }

  void finish() {
    for (const ServerTransactionId id : arrived_) {
      endpoint_.respond(id, 500, "SIP/2.0 500 End\r\n\r\n", now_, out_);
    }
    for (const auto id : invites_) endpoint_.cancel(id, {}, now_, out_);
    std::size_t rounds = 0;
    while (const auto deadline = endpoint_.next_deadline()) {
      DERING_CHECK(++rounds < 100'000);
      now_ = std::max(now_, *deadline);
      endpoint_.on_time(now_, out_);
    }
    DERING_CHECK(endpoint_.transaction_count() == 0);
  }

  ByteReader reader_;
  SeededRandom random_{1};
  Endpoint endpoint_{{.host = "pbx.test", .product = "fuzz"}, {.transactions = 50}, random_};
  Instant now_{std::chrono::hours(1)};
  Outbox out_;
  unsigned judged_ = 0;
  std::vector<std::string> asked_;
  std::vector<ServerTransactionId> arrived_;
  std::vector<ClientTransactionId> invites_;
};

}  // namespace
}  // namespace dering::sip

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  dering::sip::Script({bytes, size}).run();
  return 0;
}
