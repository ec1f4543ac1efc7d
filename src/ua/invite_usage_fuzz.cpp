// SPDX-License-Identifier: Apache-2.0
//
// A confirmed dialog as a machine: any order of what either side says, of answers, of time and of
// connections that go and come.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/check.h"
#include "base/overloaded.h"
#include "ua/testing/dialogs.h"

namespace dering::ua {
namespace {

using State = InviteUsage::State;
using sip::Method;
using sip::testing::RequestText;

constexpr std::array statuses{200, 202, 400, 404, 408, 481, 488, 491, 500, 603};
/// Longer than anything here may wait for.
constexpr Duration longest_end = std::chrono::seconds(200);

class Dialog : public testing::Talking {
 public:
  explicit Dialog(sip::Flow way) : Talking(std::move(way)) {}

  void step(std::uint8_t byte) {
    const State before = usage->state();
    happen(byte % 16, byte / 16);
    deliver();
    check(before);
  }
  /// Whatever it was in, it ends once it is hung up, whether anybody answers or not.
  void end() {
    usage->hang_up(peer, "SIP;cause=200", turn);
    for (Duration passed{}; passed < longest_end; passed += std::chrono::seconds(5)) {
      turn.now += std::chrono::seconds(5);
      let_time_pass();
    }
    DERING_CHECK(usage->state() == State::ended);
    DERING_CHECK(!usage->next_deadline(peer));
  }

 private:
  void happen(unsigned what, unsigned how) {
    switch (what) {
      case 0:
        return usage->on_bye();
      case 1:
        return usage->hang_up(peer, "SIP;cause=200", turn);
      case 2:
        return usage->refresh(peer, turn);
      case 3:
        if (usage->may_offer(peer)) usage->offer(peer, how % 2 ? testing::sdp : "", turn);
        return;
      case 4:
      case 5:
        return answer(statuses[how % statuses.size()]);
      case 6:
        return lose_connection();
      case 7:
        return come_back();
      case 8:
        turn.now += std::chrono::seconds(how * how);
        return let_time_pass();
      case 9:
        return ask("UPDATE", {});
      case 10:
        return ask("INVITE", testing::sdp);
      case 11:
        return usage->on_ack(peer, turn);
      case 12:
        return ask("INFO", "Signal=5");
      case 13:
        return usage->answer_in_ack(peer, how % 2 ? testing::sdp : "", turn);
      case 14:
        return usage->on_heard();
      default:
        turn.now += std::chrono::milliseconds(how * 100);
        return let_time_pass();
    }
  }

  /// To what we asked last, late or not.
  void answer(int status) {
    const auto ours = pending();
    if (!ours || peer.lost_at()) return;
    const bool has_body = ours->method() == Method::invite && status == 200;
    receive(sip::testing::answer_text(*ours, status, {}, testing::contact,
                                      has_body ? testing::sdp : std::string_view()));
  }
  void lose_connection() {
    if (peer.lost_at() || !is_reliable(flow.transport)) return;
    endpoint.on_flow_lost(flow, turn.now, said);
    peer.on_flow_closed(turn.now);
    usage->on_flow_closed(turn.now);
  }
  void come_back() {
    if (!peer.lost_at()) return;
    const sip::Flow before = std::exchange(flow, sip::testing::wss_flow(flow.connection + 1));
    endpoint.on_flow_moved(before, flow, turn.now, said);
    peer.move_to(flow, turn);
    usage->on_flow_moved(peer, turn);
  }
  void let_time_pass() {
    endpoint.on_time(turn.now, said);
    deliver();
    usage->on_time(peer, turn);
    deliver();
  }

  /// The phone asks something in the dialog, as a leg takes it.
  void ask(std::string method, std::string_view body) {
    if (peer.lost_at()) return;
    RequestText text{.method = std::move(method),
                     .branch = "z9hG4bKtheirs" + std::to_string(++asked_),
                     .from = "<sip:1002@pbx.test>",
                     .from_tag = "b",
                     .to = "<sip:1001@pbx.test>",
                     .to_tag = peer.local_tag(),
                     .call_id = std::string(invite->call_id()),
                     .cseq = asked_,
                     .body = std::string(body)};
    receive(text.text());
    auto offered = take<sip::RequestOffered>();
    auto request = offered ? endpoint.admit(std::move(*offered), said) : std::nullopt;
    if (!request) return;
    if (usage->state() != State::talking) {
      auto refusal = peer.response(*request, 481, turn);
      return endpoint.respond(request->transaction, 481, refusal.finish(), turn.now, turn.sip);
    }
    usage->on_heard();
    if (request->message.method() == Method::info) {
      return usage->pass_on(peer, std::move(*request), turn);
    }
    if (body.empty()) return usage->on_refresh(peer, *request, turn);
    usage->answer(peer, *request, testing::sdp, turn);
  }

  void deliver() {
    sip::Outbox news = std::exchange(said, {});
    for (sip::Output& output : news) {
      std::visit(
          overloaded{
              [&](sip::ResponseArrived& response) { usage->on_response(peer, response, turn); },
              [&](sip::RequestFailed& failure) { usage->on_failed(peer, failure, turn); },
              [&](sip::AckMissing& /*missing*/) { usage->on_ack(peer, turn); },
              [&](sip::Send& send) { kept_.push_back(std::move(send)); }, [](auto&) {}},
          output);
      if (const auto passed = usage->take_passed_on()) DERING_CHECK(passed->status >= 200);
    }
    // What was said lately can still be answered.
    if (kept_.size() > 16) kept_.erase(kept_.begin(), kept_.end() - 8);
    for (sip::Send& send : kept_) said.push_back(std::move(send));
    kept_.clear();
  }
  void check(State before) const {
    DERING_CHECK(before != State::ended || usage->state() == State::ended);
    DERING_CHECK(before != State::ending || usage->state() != State::talking);
    if (usage->may_offer(peer)) DERING_CHECK(!usage->has_offer_pending() && !usage->owes_answer());
    if (usage->state() == State::ended) {
      DERING_CHECK(!usage->may_offer(peer) && !usage->may_refresh(peer));
      DERING_CHECK(!usage->next_deadline(peer));
    }
    // A peer without a connection is not waited for without end.
    const bool is_waiting = peer.lost_at() && usage->state() != State::ended;
    DERING_CHECK(!is_waiting || usage->next_deadline(peer));
  }

  std::uint32_t asked_ = 0;
  std::vector<sip::Send> kept_;
};

}  // namespace
}  // namespace dering::ua

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace dering;
  if (size == 0) return 0;
  const bool is_page = bytes[0] % 2 == 0;
  ua::Dialog dialog(is_page ? sip::testing::wss_flow() : sip::testing::udp_flow());
  for (const std::uint8_t byte : std::span(bytes, std::min<std::size_t>(size, 400)).subspan(1))
    dialog.step(byte);
  dialog.end();
  return 0;
}
