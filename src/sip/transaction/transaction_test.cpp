// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>

#include "sip/transaction/invite_client.h"
#include "sip/transaction/invite_server.h"
#include "sip/transaction/non_invite_client.h"
#include "sip/transaction/non_invite_server.h"
#include "sip/transaction/success_retransmission.h"

namespace dering::sip {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using enum Action;

/// Longer than any chronometer of a phone system has been running: 400 days (hostile-input B6).
constexpr Instant start{std::chrono::days(400)};

/// Runs a machine in virtual time and notes what it wants, with the time since the start.
template <class Machine>
class Trace {
 public:
  explicit Trace(Machine machine) : machine_(machine) {}

  template <class Input>
  Trace& input(Input input) {
    Actions out;
    input(machine_, now_, out);
    note(out);
    return *this;
  }
  Trace& after(Duration duration) {
    const Instant end = now_ + duration;
    while (machine_.next_deadline() && *machine_.next_deadline() <= end) {
      now_ = *machine_.next_deadline();
      Actions out;
      machine_.on_time(now_, out);
      note(out);
    }
    now_ = end;
    return *this;
  }
  /// What happened since the last call, as (milliseconds, action).
  std::vector<std::pair<std::int64_t, Action>> taken() { return std::exchange(notes_, {}); }
  std::vector<Action> actions() {
    std::vector<Action> result;
    for (const auto& note : taken()) result.push_back(note.second);
    return result;
  }
  Machine& machine() { return machine_; }
  auto state() const { return machine_.state(); }

 private:
  void note(const Actions& out) {
    for (const Action action : out) {
      notes_.emplace_back(std::chrono::duration_cast<milliseconds>(now_ - start).count(), action);
    }
  }

  Machine machine_;
  Instant now_ = start;
  std::vector<std::pair<std::int64_t, Action>> notes_;
};

auto response(int status) {
  return
      [status](auto& machine, Instant now, Actions& out) { machine.on_response(status, now, out); };
}
auto answer(int status) {
  return
      [status](auto& machine, Instant now, Actions& out) { machine.on_answer(status, now, out); };
}
auto cancel() {
  return [](auto& machine, Instant now, Actions& out) { machine.on_cancel(now, out); };
}
auto flow_closed() {
  return [](auto& machine, Instant now, Actions& out) { machine.on_flow_closed(now, out); };
}
auto flow_lost() {
  return [](auto& machine, Instant now, Actions& out) { machine.on_flow_lost(now, out); };
}
auto flow_moved() {
  return [](auto& machine, Instant now, Actions& out) { machine.on_flow_moved(now, out); };
}
auto retransmission() {
  return [](auto& machine, Instant, Actions& out) { machine.on_retransmission(out); };
}
auto ack() {
  return [](auto& machine, Instant now, Actions&) { machine.on_ack(now); };
}

Trace<InviteClientTransaction> invite_client(Delivery delivery) {
  return Trace(InviteClientTransaction(delivery, start));
}
Trace<NonInviteClientTransaction> non_invite_client(Delivery delivery) {
  return Trace(NonInviteClientTransaction(delivery, start));
}
Trace<InviteServerTransaction> invite_server(Delivery delivery) {
  return Trace(InviteServerTransaction(delivery));
}
Trace<NonInviteServerTransaction> non_invite_server(Delivery delivery) {
  return Trace(NonInviteServerTransaction(delivery));
}

// ---- INVITE client ------------------------------------------------------------------------------

TEST(InviteClient, SendsAtDoublingIntervalsOverUdpUntilItGivesUp) {
  using Noted = std::pair<std::int64_t, Action>;
  auto trace = invite_client(Delivery::unreliable).after(seconds(60));
  EXPECT_THAT(trace.taken(),
              ElementsAre(Noted{500, send}, Noted{1500, send}, Noted{3500, send}, Noted{7500, send},
                          Noted{15500, send}, Noted{31500, send}, Noted{32000, report_failure}));
  EXPECT_TRUE(trace.machine().is_over());
}

TEST(InviteClient, SendsOnlyOnceOnAConnection) {
  auto trace = invite_client(Delivery::reliable).after(seconds(60));
  EXPECT_THAT(trace.actions(), ElementsAre(report_failure));
}

TEST(InviteClient, WaitsForeverOnceItRings) {
  auto trace = invite_client(Delivery::unreliable).after(seconds(1)).input(response(180));
  trace.taken();
  EXPECT_THAT(trace.after(std::chrono::hours(24)).actions(), IsEmpty());
  EXPECT_EQ(trace.machine().next_deadline(), std::nullopt);
}

TEST(InviteClient, KeepsA100ToItselfAndPassesEachRinging) {
  auto trace = invite_client(Delivery::reliable);
  EXPECT_THAT(trace.input(response(100)).actions(), IsEmpty());
  EXPECT_THAT(trace.input(response(180)).input(response(180)).actions(),
              ElementsAre(deliver, deliver));
}

TEST(InviteClient, PassesEach2xxForAsLongAsForksMayAnswer) {
  auto trace = invite_client(Delivery::unreliable).input(response(200)).after(seconds(31));
  EXPECT_THAT(trace.input(response(200)).actions(), ElementsAre(deliver, deliver));
  EXPECT_THAT(trace.input(response(486)).actions(), IsEmpty());
  trace.after(seconds(1));
  EXPECT_TRUE(trace.machine().is_over());
  EXPECT_THAT(trace.input(response(200)).actions(), IsEmpty());
}

TEST(InviteClient, AcknowledgesARefusalEachTimeItComesButReportsItOnce) {
  auto trace = invite_client(Delivery::unreliable).input(response(486)).after(seconds(5));
  EXPECT_THAT(trace.input(response(486)).actions(), ElementsAre(acknowledge, deliver, acknowledge));
  EXPECT_TRUE(trace.after(seconds(27)).machine().is_over());
}

TEST(InviteClient, HoldsItsCancelUntilAProvisionalResponse) {
  auto trace = invite_client(Delivery::reliable).input(cancel());
  EXPECT_THAT(trace.actions(), IsEmpty());
  EXPECT_THAT(trace.input(response(100)).actions(), ElementsAre(send_cancel));
  EXPECT_THAT(trace.input(response(180)).input(cancel()).actions(), ElementsAre(deliver));
}

TEST(InviteClient, GivesUpWhenACancelledInviteGetsNoFinalResponse) {
  auto trace = invite_client(Delivery::reliable).input(response(180)).after(seconds(90));
  trace.input(cancel()).after(seconds(31));
  EXPECT_THAT(trace.actions(), ElementsAre(deliver, send_cancel));
  EXPECT_THAT(trace.after(seconds(1)).actions(), ElementsAre(report_failure));
}

TEST(InviteClient, NeverSendsCancelAfterTheFinalResponse) {
  auto trace = invite_client(Delivery::reliable).input(cancel()).input(response(200));
  EXPECT_THAT(trace.input(cancel()).input(response(180)).actions(), ElementsAre(deliver));
}

TEST(InviteClient, FailsWithItsFlowOnlyWhileAFinalResponseIsOwed) {
  EXPECT_THAT(invite_client(Delivery::reliable).input(flow_closed()).actions(),
              ElementsAre(report_failure));
  EXPECT_THAT(invite_client(Delivery::reliable).input(response(200)).input(flow_closed()).actions(),
              ElementsAre(deliver));
}

// ---- Non-INVITE client --------------------------------------------------------------------------

TEST(NonInviteClient, SendsAtIntervalsOfAtMostT2UntilItGivesUp) {
  auto trace = non_invite_client(Delivery::unreliable).after(seconds(60));
  std::vector<std::int64_t> times;
  for (const auto& [at, action] : trace.taken()) {
    times.push_back(at);
    EXPECT_EQ(action, at == 32000 ? report_failure : send);
  }
  EXPECT_THAT(times,
              ElementsAre(500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500, 32000));
}

TEST(NonInviteClient, SlowsDownToT2AfterAProvisionalResponse) {
  using Noted = std::pair<std::int64_t, Action>;
  auto trace = non_invite_client(Delivery::unreliable).after(milliseconds(600));
  trace.input(response(100)).after(seconds(9));
  EXPECT_THAT(trace.taken(), ElementsAre(Noted{500, send}, Noted{1500, send}, Noted{5500, send},
                                         Noted{9500, send}));
}

TEST(NonInviteClient, ReportsTheFinalResponseOnceAndAbsorbsItForT4) {
  auto trace = non_invite_client(Delivery::unreliable).input(response(200)).after(seconds(4));
  EXPECT_THAT(trace.input(response(200)).actions(), ElementsAre(deliver));
  EXPECT_TRUE(trace.after(seconds(1)).machine().is_over());
}

// ---- INVITE server ------------------------------------------------------------------------------

TEST(InviteServer, RepeatsARefusalOverUdpUntilTheAck) {
  using Noted = std::pair<std::int64_t, Action>;
  auto trace = invite_server(Delivery::unreliable).input(answer(486)).after(seconds(9));
  EXPECT_THAT(trace.taken(), ElementsAre(Noted{0, send}, Noted{500, send}, Noted{1500, send},
                                         Noted{3500, send}, Noted{7500, send}));
  EXPECT_THAT(trace.input(ack()).after(seconds(4)).input(retransmission()).actions(), IsEmpty());
  EXPECT_TRUE(trace.after(seconds(1)).machine().is_over());
}

TEST(InviteServer, EndsSilentlyWhenARefusalIsNeverAcknowledged) {
  auto trace = invite_server(Delivery::reliable).input(answer(603)).after(seconds(32));
  EXPECT_THAT(trace.actions(), ElementsAre(send));
  EXPECT_TRUE(trace.machine().is_over());
}

TEST(InviteServer, AnswersARepeatedInviteWithItsLatestResponse) {
  auto trace = invite_server(Delivery::unreliable).input(answer(180)).input(retransmission());
  EXPECT_THAT(trace.actions(), ElementsAre(send, send));
}

TEST(InviteServer, NeverRepeatsA2xxItself) {
  auto trace = invite_server(Delivery::unreliable).input(answer(200));
  trace.input(retransmission()).after(seconds(32));
  EXPECT_THAT(trace.actions(), ElementsAre(send));
  EXPECT_TRUE(trace.machine().is_over());
}

TEST(InviteServer, SendsOneFinalResponseWhateverTheUserSays) {
  for (const int first : {200, 302, 486, 500, 603}) {
    auto trace = invite_server(Delivery::unreliable).input(answer(first));
    for (const int next : {180, 200, 486, 699}) trace.input(answer(next));
    EXPECT_THAT(trace.actions(), ElementsAre(send)) << first;
  }
}

TEST(InviteServer, ReportsACancelOnceAndOnlyBeforeTheFinalResponse) {
  auto trace = invite_server(Delivery::unreliable).input(cancel()).input(cancel());
  EXPECT_THAT(trace.actions(), ElementsAre(report_cancel));
  EXPECT_THAT(trace.input(answer(487)).input(cancel()).actions(), ElementsAre(send));
}

TEST(InviteServer, LetsA2xxCrossACancel) {
  auto trace = invite_server(Delivery::reliable).input(cancel()).input(answer(200));
  EXPECT_THAT(trace.actions(), ElementsAre(report_cancel, send));
  EXPECT_EQ(trace.state(), InviteServerTransaction::State::accepted);
}

// ---- Non-INVITE server --------------------------------------------------------------------------

TEST(NonInviteServer, RepeatsItsFinalResponseOnRequestFor64T1) {
  auto trace = non_invite_server(Delivery::unreliable).input(retransmission());
  EXPECT_THAT(trace.actions(), IsEmpty());
  trace.input(answer(200)).after(seconds(31)).input(retransmission()).input(answer(500));
  EXPECT_THAT(trace.actions(), ElementsAre(send, send));
  EXPECT_TRUE(trace.after(seconds(1)).machine().is_over());
}

TEST(NonInviteServer, NeverSends408NorAProvisionalOtherThan100) {
  auto trace = non_invite_server(Delivery::unreliable).input(answer(180)).input(answer(408));
  EXPECT_THAT(trace.input(retransmission()).input(answer(200)).actions(), IsEmpty());
  EXPECT_TRUE(trace.after(seconds(32)).machine().is_over());
}

TEST(NonInviteServer, EndsWithItsFinalResponseOnAConnection) {
  EXPECT_TRUE(non_invite_server(Delivery::reliable).input(answer(200)).machine().is_over());
}

// ---- 2xx ----------------------------------------------------------------------------------------

TEST(SuccessRetransmission, RepeatsAtIntervalsOfAtMostT2AndThenReportsTheMissingAck) {
  std::vector<std::int64_t> times;
  auto trace = Trace(SuccessRetransmission(start)).after(seconds(60));
  for (const auto& [at, action] : trace.taken()) {
    times.push_back(at);
    EXPECT_EQ(action, at == 32000 ? report_missing_ack : send);
  }
  EXPECT_THAT(times,
              ElementsAre(500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500, 32000));
}

TEST(SuccessRetransmission, StopsAtTheFirstAck) {
  auto trace = Trace(SuccessRetransmission(start)).after(seconds(1));
  EXPECT_EQ(trace.machine().on_ack(), SuccessRetransmission::Ack::first);
  EXPECT_EQ(trace.machine().on_ack(), SuccessRetransmission::Ack::repeated);
  EXPECT_THAT(trace.after(seconds(60)).actions(), ElementsAre(send));
}

// ---- The machines against a table ---------------------------------------------------------------

/// One cell: what a state does on an event. Events without a cell change nothing.
template <class State>
struct Cell {
  State next;
  std::vector<Action> actions;
};
template <class State>
using Table = std::map<std::pair<State, std::string>, Cell<State>>;
template <class Machine>
using Input = std::function<void(Machine&, Instant, Actions&)>;

/// Walks all event orders up to `depth` and compares each step with the table. "end" is the moment
/// at which the machine gives up, the resend timers before it are skipped over.
template <class Machine>
class Walk {
 public:
  using State = typename Machine::State;

  Walk(Table<State> table, std::map<std::string, Input<Machine>> inputs)
      : table_(std::move(table)), inputs_(std::move(inputs)) {}

  void run(Machine machine, int depth, const std::string& path = {}) {
    ++steps;
    if (depth == 0 || ::testing::Test::HasFailure()) return;
    for (const auto& [name, input] : inputs_) {
      Machine copy = machine;
      Actions out;
      input(copy, start, out);
      compare(machine.state(), name, copy, out, path);
      run(copy, depth - 1, path + " " + name);
    }
    if (machine.next_deadline()) {
      Machine copy = machine;
      Actions out;
      copy.on_time(start + transaction_timeout, out);
      compare(machine.state(), "end", copy, out, path);
      run(copy, depth - 1, path + " end");
    }
  }
  int steps = 0;

 private:
  void compare(State before, const std::string& event, const Machine& after, const Actions& out,
               const std::string& path) {
    const auto found = table_.find({before, event});
    const Cell<State> unchanged{before, {}};
    const Cell<State>& cell = found == table_.end() ? unchanged : found->second;
    EXPECT_EQ(after.state(), cell.next) << path << " " << event;
    EXPECT_EQ(std::vector<Action>(out.begin(), out.end()), cell.actions) << path << " " << event;
    EXPECT_FALSE(after.is_over() && after.next_deadline()) << path << " " << event;
  }

  Table<State> table_;
  std::map<std::string, Input<Machine>> inputs_;
};

TEST(Machines, InviteClientFollowsItsTableInEveryOrderOfEvents) {
  using enum InviteClientTransaction::State;
  Table<InviteClientTransaction::State> table{
      {{calling, "100"}, {proceeding, {}}},
      {{calling, "180"}, {proceeding, {deliver}}},
      {{calling, "cancel"}, {cancel_held, {}}},
      {{cancel_held, "100"}, {cancelling, {send_cancel}}},
      {{cancel_held, "180"}, {cancelling, {send_cancel, deliver}}},
      {{proceeding, "180"}, {proceeding, {deliver}}},
      {{proceeding, "cancel"}, {cancelling, {send_cancel}}},
      {{cancelling, "180"}, {cancelling, {deliver}}},
      {{accepted, "200"}, {accepted, {deliver}}},
      {{accepted, "closed"}, {terminated, {}}},
      {{accepted, "end"}, {terminated, {}}},
      {{completed, "486"}, {completed, {acknowledge}}},
      {{completed, "closed"}, {terminated, {}}},
      {{completed, "end"}, {terminated, {}}},
      {{flow_lost, "back"}, {flow_lost, {send_cancel}}},
      {{flow_lost, "200"}, {accepted, {deliver}}},
      {{flow_lost, "486"}, {completed, {acknowledge}}},
      {{flow_lost, "closed"}, {terminated, {}}},
      {{flow_lost, "end"}, {terminated, {}}},
  };
  for (const auto state : {calling, cancel_held, proceeding, cancelling}) {
    table[{state, "200"}] = {accepted, {deliver}};
    table[{state, "486"}] = {completed, {acknowledge, deliver}};
    table[{state, "closed"}] = {terminated, {report_failure}};
    table[{state, "lost"}] = {flow_lost, {report_failure}};
    table[{state, "end"}] = {terminated, {report_failure}};
  }
  Walk<InviteClientTransaction> walk(table, {{"100", response(100)},
                                             {"180", response(180)},
                                             {"200", response(200)},
                                             {"486", response(486)},
                                             {"cancel", cancel()},
                                             {"closed", flow_closed()},
                                             {"lost", dering::sip::flow_lost()},
                                             {"back", flow_moved()}});
  walk.run(InviteClientTransaction(Delivery::unreliable, start), 5);
  EXPECT_GT(walk.steps, 50'000);
}

TEST(Machines, NonInviteClientFollowsItsTableInEveryOrderOfEvents) {
  using enum NonInviteClientTransaction::State;
  Table<NonInviteClientTransaction::State> table{
      {{trying, "100"}, {proceeding, {}}},
      {{trying, "180"}, {proceeding, {deliver}}},
      {{proceeding, "180"}, {proceeding, {deliver}}},
      {{completed, "lost"}, {terminated, {}}},
      {{completed, "end"}, {terminated, {}}},
  };
  for (const auto state : {trying, proceeding}) {
    table[{state, "200"}] = {completed, {deliver}};
    table[{state, "486"}] = {completed, {deliver}};
    table[{state, "lost"}] = {terminated, {report_failure}};
    table[{state, "end"}] = {terminated, {report_failure}};
  }
  Walk<NonInviteClientTransaction> walk(table, {{"100", response(100)},
                                                {"180", response(180)},
                                                {"200", response(200)},
                                                {"486", response(486)},
                                                {"lost", flow_closed()}});
  walk.run(NonInviteClientTransaction(Delivery::unreliable, start), 6);
  EXPECT_GT(walk.steps, 10'000);
}

TEST(Machines, InviteServerFollowsItsTableInEveryOrderOfEvents) {
  using enum InviteServerTransaction::State;
  Table<InviteServerTransaction::State> table{
      {{proceeding, "cancel"}, {cancelled, {report_cancel}}},
      {{completed, "again"}, {completed, {send}}},
      {{completed, "ack"}, {confirmed, {}}},
      {{accepted, "end"}, {terminated, {}}},
      {{completed, "end"}, {terminated, {}}},
      {{confirmed, "end"}, {terminated, {}}},
  };
  for (const auto state : {proceeding, cancelled}) {
    table[{state, "again"}] = {state, {send}};
    table[{state, "180"}] = {state, {send}};
    table[{state, "200"}] = {accepted, {send}};
    table[{state, "486"}] = {completed, {send}};
  }
  Walk<InviteServerTransaction> walk(table, {{"again", retransmission()},
                                             {"180", answer(180)},
                                             {"200", answer(200)},
                                             {"486", answer(486)},
                                             {"cancel", cancel()},
                                             {"ack", ack()}});
  walk.run(InviteServerTransaction(Delivery::unreliable), 6);
  EXPECT_GT(walk.steps, 50'000);
}

TEST(Machines, NonInviteServerFollowsItsTableInEveryOrderOfEvents) {
  using enum NonInviteServerTransaction::State;
  Table<NonInviteServerTransaction::State> table{
      {{proceeding, "again"}, {proceeding, {send}}},
      {{completed, "again"}, {completed, {send}}},
      {{completed, "end"}, {terminated, {}}},
      {{withheld, "end"}, {terminated, {}}},
  };
  for (const auto state : {trying, proceeding}) {
    table[{state, "100"}] = {proceeding, {send}};
    table[{state, "200"}] = {completed, {send}};
    table[{state, "408"}] = {withheld, {}};
  }
  Walk<NonInviteServerTransaction> walk(table, {{"again", retransmission()},
                                                {"100", answer(100)},
                                                {"180", answer(180)},
                                                {"200", answer(200)},
                                                {"408", answer(408)}});
  walk.run(NonInviteServerTransaction(Delivery::unreliable), 6);
  EXPECT_GT(walk.steps, 10'000);
}

}  // namespace
}  // namespace dering::sip
