// SPDX-License-Identifier: Apache-2.0
#include "switchboard/message_post.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/give_back.h"
#include "sip/message/writer.h"

namespace dering::switchboard {

using directory::TextMessage;
using sip::HeaderId;
using sip::MessageWriter;
using sip::Method;

namespace {

constexpr std::string_view text_type = "text/plain;charset=UTF-8";

std::string from_of(const TextMessage& message, const call::Turn& turn) {
  // RFC 3323 §4.1.1.3 has these very words for who is not named.
  if (message.sender.empty()) return "\"Anonymous\" <sip:anonymous@anonymous.invalid>";
  std::string from;
  if (!message.sender_name.empty()) from = sip::quoted_string(message.sender_name) + " ";
  return from + fmt::format("<sip:{}@{}>", sip::escaped_user(message.sender), turn.domain);
}

/// "Sat, 13 Nov 2010 23:29:00 GMT" (RFC 3261 §20.17): when it was sent, for who reads it late.
std::string date_of(std::int64_t seconds) {
  using namespace std::chrono;
  constexpr std::array<std::string_view, 7> weekdays{"Sun", "Mon", "Tue", "Wed",
                                                     "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const sys_seconds moment{std::chrono::seconds(seconds)};
  const sys_days day = floor<days>(moment);
  const year_month_day date(day);
  const hh_mm_ss time(moment - day);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                     weekdays[weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                     months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                     time.hours().count(), time.minutes().count(), time.seconds().count());
}

}  // namespace

// ---- From who sends -----------------------------------------------------------------------------

void MessagePost::send(sip::RequestArrived request, TextMessage message, call::Turn& turn) {
  if (letters_.size() >= limits_.all) {
    ++counts_.refused;
    return answer(request, 480, "No Room For More Texts", turn);
  }
  // A node that was drawn by chance may be that of an earlier start.
  do message.id = new_id();
  while (letters_.contains(message.id));
  const std::uint64_t id = message.id;
  Letter& letter =
      letters_.try_emplace(id, Letter{std::move(message), std::move(request)}).first->second;
  if (!attempt_all(letter, turn)) return keep(id, turn);
  timers_.add(turn.now + patience, id);
}

void MessagePost::keep(std::uint64_t id, call::Turn& turn) {
  Letter& letter = letters_.at(id);
  const auto asked = std::exchange(letter.asked, std::nullopt);
  Ids& waiting = waiting_[letter.message.recipient];
  if (waiting.size() >= limits_.of_person) {
    ++counts_.refused;
    letters_.erase(id);
    return answer(*asked, 480, "Too Many Texts Wait For This Person", turn);
  }
  waiting.push_back(id);
  changes_.emplace_back(directory::SaveMessage{letter.message});
  schedule_sweep(turn.now);
  answer(*asked, 202, {}, turn);
}

void MessagePost::answer(const sip::RequestArrived& request, int status, std::string_view warning,
                         call::Turn& turn) {
  MessageWriter writer =
      MessageWriter::response_to(request.message, request.flow.remote, status,
                                 sip::reason_phrase(status), turn.endpoint.new_tag());
  if (!warning.empty()) {
    writer.header(HeaderId::warning, fmt::format("399 dering \"{}\"", warning));
  }
  turn.endpoint.respond(request.transaction, status, writer.finish(), turn.now, turn.sip);
}

// ---- To phones ----------------------------------------------------------------------------------

bool MessagePost::attempt_all(Letter& letter, call::Turn& turn) {
  bool is_any_new = false;
  for (const call::Contact& phone : turn.numbers.phones_of(letter.message.recipient)) {
    const bool is_tried = std::ranges::any_of(letter.attempts, [&](const auto& it) {
      return it.second.uri == phone.uri && it.second.flow == phone.flow;
    });
    if (is_tried) continue;
    attempt(letter, phone, turn);
    is_any_new = true;
  }
  return is_any_new;
}

void MessagePost::attempt(Letter& letter, const call::Contact& phone, call::Turn& turn) {
  const TextMessage& message = letter.message;
  const std::string branch = turn.endpoint.new_branch();
  MessageWriter writer = MessageWriter::request("MESSAGE", phone.uri);
  writer.header(HeaderId::via, turn.endpoint.via_value(phone.flow, branch))
      .header(HeaderId::max_forwards, std::uint64_t{70})
      .header(HeaderId::from, from_of(message, turn) + ";tag=" + turn.endpoint.new_tag())
      .header(HeaderId::to,
              fmt::format("<sip:{}@{}>", sip::escaped_user(message.recipient), turn.domain))
      .header(HeaderId::call_id, turn.endpoint.new_call_id())
      .header(HeaderId::cseq, "1 MESSAGE")
      .header(HeaderId::date, date_of(message.sent_at));
  if (!phone.route.empty()) writer.header(HeaderId::route, phone.route);
  writer.header(HeaderId::user_agent, turn.endpoint.names().product);
  const auto transaction =
      turn.endpoint.request(phone.flow, Method::message, branch,
                            writer.finish(text_type, message.text), turn.now, turn.sip);
  letter.attempts.emplace(transaction,
                          Attempt{requests_.enter(transaction, message.id), phone.uri, phone.flow});
}

bool MessagePost::on_response(const sip::ResponseArrived& response, call::Turn& turn) {
  const std::uint64_t id = requests_.find(response.transaction);
  if (id == 0) return false;
  const int status = response.message.status();
  if (status < 200) return true;
  if (status < 300) {
    deliver(id, turn);
  } else {
    on_refused(id, response.transaction, turn);
  }
  return true;
}

bool MessagePost::on_request_failed(const sip::RequestFailed& failure, call::Turn& turn) {
  const std::uint64_t id = requests_.find(failure.transaction);
  if (id == 0) return false;
  on_refused(id, failure.transaction, turn);
  return true;
}

void MessagePost::on_refused(std::uint64_t id, sip::ClientTransactionId attempt, call::Turn& turn) {
  Letter& letter = letters_.at(id);
  letter.attempts.erase(attempt);
  // Whom it belongs to may have another phone tomorrow.
  if (!letter.attempts.empty()) return;
  if (letter.asked) return keep(id, turn);
  if (std::exchange(letter.is_wanted, false)) attempt_all(letter, turn);
}

void MessagePost::deliver(std::uint64_t id, call::Turn& turn) {
  ++counts_.delivered;
  Letter& letter = letters_.at(id);
  if (letter.asked) {
    answer(*letter.asked, 200, {}, turn);
    letters_.erase(id);
    return give_back_buckets(letters_);
  }
  const std::string recipient = letter.message.recipient;
  drop(id);
  on_phone(recipient, turn);
}

void MessagePost::drop(std::uint64_t id) {
  const auto at = letters_.find(id);
  const auto waiting = waiting_.find(at->second.message.recipient);
  std::erase(waiting->second, id);
  if (waiting->second.empty()) waiting_.erase(waiting);
  letters_.erase(at);
  give_back_buckets(letters_);
  changes_.emplace_back(directory::DropMessage{id});
}

void MessagePost::on_phone(const std::string& recipient, call::Turn& turn) {
  const auto waiting = waiting_.find(recipient);
  if (waiting == waiting_.end()) return;
  // In their order, so one at a time. A phone that is being tried may have been switched on anew.
  Letter& oldest = letters_.at(waiting->second.front());
  if (!attempt_all(oldest, turn)) oldest.is_wanted = !oldest.attempts.empty();
}

void MessagePost::on_number_lost(const std::string& recipient) {
  const auto waiting = waiting_.find(recipient);
  if (waiting == waiting_.end()) return;
  for (const std::uint64_t id : Ids(waiting->second)) drop(id);
}

// ---- Time ---------------------------------------------------------------------------------------

void MessagePost::restore(std::vector<TextMessage> messages, Instant now) {
  for (TextMessage& message : messages) {
    const std::uint64_t id = message.id;
    waiting_[message.recipient].push_back(id);
    letters_.try_emplace(id, Letter{std::move(message), {}});
  }
  if (!letters_.empty()) schedule_sweep(now);
}

void MessagePost::on_time(call::Turn& turn) {
  while (const auto id = timers_.take_due(turn.now)) {
    const auto at = letters_.find(*id);
    // A phone that answers later may still have it: then it waits no longer.
    if (at != letters_.end() && at->second.asked) keep(*id, turn);
  }
  if (next_sweep_ && *next_sweep_ <= turn.now) sweep(turn);
}

void MessagePost::sweep(call::Turn& turn) {
  next_sweep_.reset();
  Ids expired;
  std::vector<std::string> recipients;
  for (const auto& [recipient, waiting] : waiting_) {
    recipients.push_back(recipient);
    for (const std::uint64_t id : waiting) {
      const UnixSeconds sent(letters_.at(id).message.sent_at);
      if (sent + longest_wait <= turn.wall) expired.push_back(id);
    }
  }
  for (const std::uint64_t id : expired) drop(id);
  counts_.expired += expired.size();
  for (const std::string& recipient : recipients) on_phone(recipient, turn);
  if (!waiting_.empty()) schedule_sweep(turn.now);
}

void MessagePost::schedule_sweep(Instant now) {
  if (!next_sweep_) next_sweep_ = now + retry_interval;
}

std::optional<Instant> MessagePost::next_deadline() const {
  return earlier(timers_.next(), next_sweep_);
}

MessagePost::Counts MessagePost::counts() const {
  Counts counts = counts_;
  for (const auto& [recipient, waiting] : waiting_) counts.waiting += waiting.size();
  return counts;
}

void MessagePost::list(TableSizes& out) const {
  out.insert(out.end(), {{"texts", letters_.size()},
                         {"texts on their way to phones", requests_.size()},
                         {"people for whom texts wait", waiting_.size()}});
}

}  // namespace dering::switchboard
