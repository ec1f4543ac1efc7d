// SPDX-License-Identifier: Apache-2.0
#include "ice/lite_agent.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "stun/writer.h"

namespace dering::ice {
namespace {

/// Responses before authentication are not signed: there is no agreed key (RFC 8489 §9.1.3).
std::size_t refuse(const stun::Message& request, std::uint16_t code, std::string_view reason,
                   MutableBytes response) {
  stun::Writer writer(response, stun::Class::error, request.transaction);
  writer.error_code(code, reason);
  return writer.finish_unsigned().size();
}

std::size_t refuse_unknown(const stun::Message& request, std::string_view pwd,
                           MutableBytes response) {
  stun::Writer writer(response, stun::Class::error, request.transaction);
  writer.error_code(420, "Unknown Attribute");
  writer.unknown_attributes(std::span(request.unknown.types).first(request.unknown.count));
  return writer.finish_signed(pwd).size();
}

std::size_t refuse_role(const stun::Message& request, std::string_view pwd, MutableBytes response) {
  stun::Writer writer(response, stun::Class::error, request.transaction);
  writer.error_code(487, "Role Conflict");
  return writer.finish_signed(pwd).size();
}

std::size_t accept(const stun::Message& request, const SocketAddress& source, std::string_view pwd,
                   MutableBytes response) {
  stun::Writer writer(response, stun::Class::success, request.transaction);
  writer.xor_mapped_address(source);
  return writer.finish_signed(pwd).size();
}

}  // namespace

std::string_view asked_ufrag(std::string_view username) {
  return take_until(username, ':');
}

std::optional<std::string> LiteAgent::restart(Generation next) {
  std::optional<std::string> displaced;
  if (previous_) displaced = std::move(previous_->local.ufrag);
  previous_ = std::exchange(current_, std::move(next));
  return displaced;
}

/// The generation whose user fragments the request names and whose password it is signed with.
const Generation* LiteAgent::generation_of(const stun::Message& request) const {
  std::string_view theirs = *request.username;
  const std::string_view ours = take_until(theirs, ':');
  for (const Generation* generation : {&current_, previous_ ? &*previous_ : nullptr}) {
    if (generation == nullptr || generation->local.ufrag != ours) continue;
    const bool is_known = generation->remote_ufrag.empty() || generation->remote_ufrag == theirs;
    if (is_known && request.is_signed_with(generation->local.pwd)) return generation;
  }
  return nullptr;
}

LiteAgent::Answer LiteAgent::on_request(const stun::Message& request, const Path& path, Instant now,
                                        MutableBytes response) {
  Answer answer;
  if (!request.username || !request.integrity_at) {
    answer.size = refuse(request, 400, "Bad Request", response);
    return answer;
  }
  const Generation* generation = generation_of(request);
  if (generation == nullptr) {
    answer.size = refuse(request, 401, "Unauthenticated", response);
    return answer;
  }
  const std::string& pwd = generation->local.pwd;
  if (request.unknown.count > 0) {
    answer.size = refuse_unknown(request, pwd, response);
    return answer;
  }
  // RFC 8445 §6.1.1: facing a full agent, the lite one is controlled, always.
  if (request.controlled) {
    answer.size = refuse_role(request, pwd, response);
    return answer;
  }
  answer.size = accept(request, path.remote, pwd, response);
  answer.authenticated = true;
  if (generation == &current_ && previous_) {
    answer.retired_ufrag = std::move(previous_->local.ufrag);
    previous_.reset();
  }
  answer.forgotten = learn(path, now);
  const bool moved = choose(path, request.use_candidate);
  heard_ = now;
  const bool is_back = revive();
  answer.path_changed = moved || is_back;
  return answer;
}

/// Notes the check. Returns the address that had to give way.
std::optional<SocketAddress> LiteAgent::learn(const Path& path, Instant now) {
  for (Learnt& known : learnt_) {
    if (known.path.remote != path.remote) continue;
    known = {path, now};
    return std::nullopt;
  }
  std::optional<SocketAddress> forgotten;
  if (learnt_.size() == most_paths) {
    const auto age = [this](const Learnt& known) {
      const bool is_selected = selected_ && known.path.remote == selected_->remote;
      return is_selected ? Instant::max() : known.checked;
    };
    const auto oldest = std::ranges::min_element(learnt_, {}, age);
    forgotten = oldest->path.remote;
    learnt_.erase(oldest);
  }
  learnt_.push_back({path, now});
  return forgotten;
}

/// True if the selected path is another one now.
bool LiteAgent::choose(const Path& path, bool nominated) {
  switch (choice_) {
    case Choice::none:
      choice_ = nominated ? Choice::nominated : Choice::first_valid;
      break;
    case Choice::first_valid:
    case Choice::nominated:
      if (!nominated) return false;
      choice_ = Choice::nominated;
      break;
  }
  if (selected_ == path) return false;
  selected_ = path;
  return true;
}

/// Something was heard. True if nothing was before.
bool LiteAgent::revive() {
  return std::exchange(state_, State::connected) != State::connected;
}

std::optional<std::chrono::seconds> LiteAgent::on_time(Instant now) {
  const auto due = next_deadline();
  if (!due || now < *due) return std::nullopt;
  switch (state_) {
    case State::connected:
      state_ = State::silent;
      return std::chrono::duration_cast<std::chrono::seconds>(silent_after);
    case State::silent:
      state_ = State::lost;
      return std::chrono::duration_cast<std::chrono::seconds>(lost_after);
    case State::waiting:
    case State::lost:
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<Instant> LiteAgent::next_deadline() const {
  switch (state_) {
    case State::connected:
      return heard_ + silent_after;
    case State::silent:
      return heard_ + lost_after;
    case State::waiting:
    case State::lost:
      return std::nullopt;
  }
  return std::nullopt;
}

void LiteAgent::forget(const SocketAddress& remote) {
  std::erase_if(learnt_, [&](const Learnt& known) { return known.path.remote == remote; });
  if (!selected_ || selected_->remote != remote) return;
  selected_.reset();
  choice_ = Choice::none;
}

bool LiteAgent::has_consent(const SocketAddress& remote, Instant now) const {
  return std::ranges::any_of(learnt_, [&](const Learnt& known) {
    return known.path.remote == remote && now - known.checked < consent_time;
  });
}

}  // namespace dering::ice
