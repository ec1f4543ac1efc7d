// SPDX-License-Identifier: Apache-2.0
#include "app/dering/signalling_thread.h"

#include <algorithm>
#include <span>
#include <utility>

#include "app/dering/keep_alive.h"
#include "base/log.h"
#include "base/overloaded.h"
#include "net/clock.h"
#include "net/native_address.h"

namespace dering::app {
namespace {

using namespace std::chrono_literals;

/// How long ended calls may take to say BYE on the wire before the thread returns.
constexpr Duration farewell_time = 300ms;
/// Timers of SIP and of calls are half a second and more; thousands of them need not wake the
/// thread one by one.
constexpr Duration timer_grain = 10ms;

}  // namespace

SignallingThread::SignallingThread(switchboard::Settings settings, net::UdpSocket socket,
                                   EngineLink engine, Neighbours neighbours)
    : mail_([this] { loop_.wake(); }),
      socket_(std::move(socket)),
      engine_(std::move(engine)),
      neighbours_(neighbours),
      switchboard_(settings, random_),
      recording_(switchboard_, std::move(settings), random_),
      now_(net::now()),
      next_second_(now_),
      woke_at_(now_),
      errands_(neighbours_.worker) {}

void SignallingThread::restore(Kept kept) {
  now_ = net::now();
  for (directory::StoredBinding& binding : kept.bindings) find_local(binding);
  feed(switchboard::WallClock{net::wall_clock()});
  feed(directory::DirectoryChanged{std::move(kept.directory)});
  feed(switchboard::PlanApplied{std::move(kept.plan)});
  feed(std::move(kept.forwardings));
  feed(directory::MessagesKept{std::move(kept.messages)});
  feed(directory::BindingsKept{std::move(kept.bindings)});
}

/// A phone whose local address nobody noted, or that the machine has lost while we were away, is
/// reached from where the way to it begins.
void SignallingThread::find_local(directory::StoredBinding& binding) const {
  if (binding.transport != "udp" || !socket_.local().is_unspecified()) return;
  const auto remote = SocketAddress::from_host_and_port(binding.remote);
  const auto local = SocketAddress::from_host_and_port(binding.local);
  if (!remote || (local && net::is_own(*local))) return;
  const auto source = local_towards(*remote);
  binding.local = source.is_unspecified() ? std::string() : source.text();
}

SocketAddress SignallingThread::local_towards(const SocketAddress& remote) const {
  if (!socket_.local().is_unspecified()) return socket_.local();
  const auto source = net::source_towards(remote);
  return source ? SocketAddress::from_ipv6(source->ipv6(), socket_.local().port())
                : SocketAddress{};
}

/// The answer comes by the mail of this thread: whoever asks is not told in the middle of asking.
void SignallingThread::ask(dns::Question question) {
  if (!resolver_) {
    resolver_ = std::make_unique<net::Resolver>(
        loop_, net::Resolver::Settings{.servers = neighbours_.name_servers},
        [this](const dns::Question& asked, const dns::Answer& answer) {
          news_.emplace_back(trunk::DnsTold{asked, answer});
        });
  }
  resolver_->ask(std::move(question));
}

void SignallingThread::run() {
  loop_.add(socket_.fd(), [this] { read_datagrams(); });
  while (state_ == State::serving) {
    carry_out();
    watch_engine();
    wait();
    read_mail();
    pace_.on_batch(std::exchange(messages_, 0), now_);
    engine_.on_time(now_);
    if (resolver_) resolver_->deliver();
    for (switchboard::Input& news : std::exchange(news_, {})) tell(news);
    feed(switchboard::TimePassed{});
    errands_.on_time(now_);
    if (now_ >= next_second_) on_second();
  }
  feed(switchboard::EndAllCalls{});
  carry_out();
  for (const Instant end = now_ + farewell_time; now_ < end; now_ = net::now()) {
    loop_.run_once(end);
    carry_out();
  }
  errands_.post(now_);
  loop_.remove(socket_.fd());
  engine_.stop_engine();
}

/// Runs the loop once, when something is to be done or when the nap of a busy thread is over.
void SignallingThread::wait() {
  // A full batch means that more is waiting.
  const bool is_drained = std::exchange(last_batch_, 0) < net::UdpSocket::batch_size;
  if (!is_drained || pace_.is_busy()) {
    // Counted from the last waking, so that the work does not add to the delay.
    if (is_drained) net::sleep_until(woke_at_ + pace_.nap());
    woke_at_ = net::now();
    loop_.run_once(woke_at_);
  } else {
    auto deadline = switchboard_.next_deadline();
    if (deadline) deadline = std::max(*deadline, now_ + timer_grain);
    if (resolver_) deadline = earlier(deadline, resolver_->next_deadline(now_));
    if (!news_.empty()) deadline = now_;
    deadline = earlier(deadline, earlier(engine_.next_deadline(), errands_.next_deadline()));
    loop_.run_once(earlier(deadline, next_second_));
    woke_at_ = net::now();
  }
  now_ = net::now();
}

void SignallingThread::feed(switchboard::Input&& input) {
  const std::size_t left_before = outbox_.size();
  recording_.on_input(input, now_);
  switchboard_.take(std::move(input), now_, outbox_);
  recording_.on_outputs(std::span(outbox_).subspan(left_before));
}

void SignallingThread::carry_out(const api::RecordingOrder& order) {
  neighbours_.worker.news.post_always(RecordingTold{recording_.carry_out(order, now_)});
}

void SignallingThread::carry_out(const api::LiveOrder& order) {
  LiveTold told{live_.carry_out(order, now_)};
  if (order.id == sip_log_order) {
    neighbours_.sip_log.post_always(std::move(told));
  } else {
    neighbours_.worker.news.post_always(std::move(told));
  }
}

void SignallingThread::read_datagrams() {
  now_ = net::now();
  const auto batch = socket_.receive_batch();
  last_batch_ = batch.size();
  messages_ += batch.size();
  datagrams_read_ += batch.size();
  // What was posted before a datagram was sent is done before it: a device that the API has just
  // made may register, and one that it has removed may not.
  read_mail();
  for (const net::UdpSocket::Received& datagram : batch) read(datagram);
}

void SignallingThread::read(const net::UdpSocket::Received& datagram) {
  const sip::Flow flow{sip::Transport::udp, datagram.source, 0, datagram.local};
  if (is_bare_keep_alive(datagram.bytes)) return;
  if (may_be_stun(datagram.bytes)) {
    if (auto answer = answer_to_keep_alive(datagram.bytes, datagram.source)) {
      datagrams_.push_back({flow, std::move(*answer)});
    } else if (!is_unanswered_stun(datagram.bytes)) {
      refuse_unreadable(datagram, refusal::Reason::malformed);
    }
    return;
  }
  live_.on_received(flow, as_text(datagram.bytes), now_);
  auto message = sip::Message::parse(as_text(datagram.bytes));
  if (message) return feed(sip::Received{flow, std::move(*message)});
  const bool is_too_large = message.error() == sip::Unreadable::too_large;
  refuse_unreadable(datagram,
                    is_too_large ? refusal::Reason::too_large : refusal::Reason::malformed);
}

void SignallingThread::refuse_unreadable(const net::UdpSocket::Received& datagram,
                                         refusal::Reason reason) {
  ++datagrams_unreadable_;
  tell({.transport = refusal::Transport::udp,
        .source = datagram.source,
        .what = refusal::What::message,
        .reason = reason});
}

/// Looked for the other way round than they are done: what was posted before a letter of a later
/// kind is done before it. So a verdict finds the directory that it speaks of, and the end of a
/// connection comes after its last message.
void SignallingThread::read_mail() {
  mail_.stop.take(stop_);
  mail_.recordings.take(recording_orders_);
  mail_.live.take(live_orders_);
  mail_.questions.take(questions_);
  mail_.flow_ends.take(flow_ends_);
  mail_.refusals.take(refusals_);
  mail_.from_strangers.take(from_strangers_);
  mail_.from_signed_in.take(from_signed_in_);
  mail_.news.take(input_news_);
  feed_all(input_news_);
  feed_messages(from_signed_in_);
  feed_messages(from_strangers_);
  feed_all(refusals_);
  feed_all(flow_ends_);
  // One answer does for all who wait.
  if (!questions_.empty()) report(true);
  questions_.clear();
  for (const api::RecordingOrder& order : recording_orders_) carry_out(order);
  recording_orders_.clear();
  for (const api::LiveOrder& order : live_orders_) carry_out(order);
  live_orders_.clear();
  if (!stop_.empty()) state_ = State::stopping;
}

template <class Letter>
void SignallingThread::feed_all(std::vector<Letter>& letters) {
  messages_ += letters.size();
  for (Letter& letter : letters) feed(std::move(letter));
  letters.clear();
}

/// Those of connections.
void SignallingThread::feed_messages(std::vector<sip::Received>& messages) {
  for (const sip::Received& one : messages) live_.on_received(one, now_);
  feed_all(messages);
}

void SignallingThread::tell(switchboard::Input& news) {
  const auto* event = std::get_if<media::v2::Event>(&news);
  if (std::holds_alternative<contract::EngineLost>(news)) engine_is_ready_ = false;
  if (event && event->has_ready()) {
    engine_is_ready_ = true;
    media_port_ = event->ready().udp_ports_size() > 0 ? event->ready().udp_ports(0) : 0;
    next_second_ = now_;
  }
  feed(std::move(news));
}

void SignallingThread::watch_engine() {
  if (is_watching_engine_ || engine_.fd() < 0) return;
  is_watching_engine_ = true;
  loop_.add(engine_.fd(), [this] {
    // Reading may find the end and close the descriptor: it is watched anew in the next round.
    loop_.remove(engine_.fd());
    is_watching_engine_ = false;
    engine_.on_readable(net::now(), news_);
  });
}

void SignallingThread::report(bool is_asked_for) {
  // One that finds no room is older than the one that has it by no more than a few seconds; it is
  // counted.
  (void)neighbours_.main.post({.counts = switchboard_.counts(),
                               .engine_is_ready = engine_is_ready_,
                               .media_port = media_port_,
                               .errands_waiting = errands_.waiting(),
                               .errands_lost = errands_.lost(),
                               .datagrams = datagrams_read_,
                               .datagrams_unreadable = datagrams_unreadable_,
                               .datagrams_unsent = socket_.sends_lost(),
                               .refusals_unseen = refusals_unseen_,
                               .engine_commands_lost = engine_.commands_lost(),
                               .is_asked_for = is_asked_for});
}

/// Strangers cause these: no more of them leave here than the meter lets through.
void SignallingThread::tell(refusal::Refusal refused) {
  if (auto first = refusals_told_.take(std::move(refused), now_)) {
    // One that finds no room is counted, and said by who watches the mailbox.
    (void)neighbours_.worker.refusals.post(*std::move(first));
  }
  refusals_unseen_ += refusals_told_.take_unseen();
}

void SignallingThread::on_second() {
  next_second_ = now_ + 1s;
  for (refusal::Refusal& counted : refusals_told_.due(now_)) {
    (void)neighbours_.worker.refusals.post(std::move(counted));
  }
  feed(switchboard::WallClock{net::wall_clock()});
  recording_.on_time(now_);
  report(false);
}

void SignallingThread::carry_out() {
  for (switchboard::Output& output : outbox_) carry(output);
  outbox_.clear();
  if (datagrams_.empty()) return;
  std::vector<net::UdpSocket::Outgoing> batch;
  batch.reserve(datagrams_.size());
  for (const sip::Send& datagram : datagrams_) {
    batch.push_back({datagram.bytes, datagram.flow.remote, datagram.flow.local});
  }
  socket_.send_batch(batch);
  datagrams_.clear();
}

void SignallingThread::carry(switchboard::Output& output) {
  std::visit(overloaded{
                 [&](sip::Send& it) { send(it); },
                 [&](sip::CloseFlow& it) {
                   neighbours_.edge.close(it.flow, net::CloseReason::signed_out);
                 },
                 [&](sip::KeepFlow& it) { neighbours_.edge.keep(it.flow); },
                 [&](media::v2::Command& it) { engine_.send(it); },
                 [&](trunk::AskDns& it) { ask(std::move(it.question)); },
                 [&](trunk::FindSource& it) {
                   news_.emplace_back(trunk::SourceFound{it.remote, local_towards(it.remote)});
                 },
                 [&](refusal::Refusal& it) { tell(std::move(it)); },
                 [&](identity::VerifyToken& it) {
                   neighbours_.tokens.questions.post_always(std::move(it));
                 },
                 [&](auto& errand) { errands_.add(std::move(errand), now_); },
             },
             output);
}

void SignallingThread::send(sip::Send& message) {
  live_.on_sent(message, now_);
  if (message.flow.transport == sip::Transport::udp) {
    datagrams_.push_back(std::move(message));
  } else {
    neighbours_.edge.send(message.flow, std::move(message.bytes));
  }
}

}  // namespace dering::app
