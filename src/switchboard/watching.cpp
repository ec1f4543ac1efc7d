// SPDX-License-Identifier: Apache-2.0
//
// SUBSCRIBE: who may watch whom, and for how long (RFC 6665 §4.2.1).
#include <algorithm>
#include <utility>

#include "base/text.h"
#include "switchboard/switchboard.h"
#include "ua/capabilities.h"

namespace dering::switchboard {

using refusal::Reason;
using sip::HeaderId;

namespace {

/// Seconds that a SUBSCRIBE asks for. What cannot be read is as good as absent, as it is in a
/// REGISTER (RFC 3261 §20.19).
std::uint32_t asked_seconds(const sip::Message& subscribe) {
  const auto value = subscribe.header(HeaderId::expires);
  const auto seconds = value ? to_number<std::uint32_t>(*value) : std::nullopt;
  return seconds.value_or(ua::max_subscription_seconds);
}

/// Retry-After of who has to wait until others give up theirs.
constexpr std::uint64_t wait_for_others = 60;

sip::StatelessAnswer answer_to_flood(Duration wait) {
  return {503, {}, {{"Retry-After", std::to_string(whole_seconds(wait))}}};
}

/// RFC 6665 §4.2.1.4: the id belongs to the event.
std::string told_event(const sip::Event& event) {
  std::string text(event.type);
  if (!event.id.empty()) text.append(";id=").append(event.id);
  return text;
}

}  // namespace

void Switchboard::on_subscribe(sip::RequestOffered request, Instant now) {
  const directory::User* user = caller_of(request, now);
  if (!user || !may_subscribe(*user, request, now)) return;
  const auto watched = person_named_in(request, now);
  if (!watched) return;
  const auto event = sip::event_of(request.message);
  Watch watch{*package_from(event->type), *watched, user->extension,
              phone_that_sent(request.message, request.flow, *user)};
  const std::uint32_t seconds = asked_seconds(request.message);
  if (!may_watch(watch, request)) return;
  const ua::Subscription::Terms terms{told_event(*event), *watched,
                                      std::min(seconds, ua::max_subscription_seconds)};
  const auto admitted = endpoint_.admit(std::move(request), sip_out_);
  if (!admitted) return;
  auto it = turn(now);
  subscriptions_.add(*admitted, std::move(watch), terms, it);
}

/// In a dialog that an earlier one has made.
void Switchboard::on_resubscribe(sip::RequestOffered request, Instant now) {
  const auto found = subscriptions_.find(request.message);
  const auto event = sip::event_of(request.message);
  // RFC 6665 §4.1.2.2: to 481 a phone subscribes anew. So it does after each restart of ours.
  if (!found || told_event(*event) != found->machine->event()) {
    return answer(request, {481}, Telling::if_unanswered);
  }
  const directory::User* watcher = directory_->by_extension(found->watch->watcher);
  const bool is_from_elsewhere = !is_same_peer(found->machine->flow(), request.flow);
  if (!watcher) return answer(request, {481}, Telling::if_unanswered);
  if (is_from_elsewhere && !speaks_for(found->watch->watcher, request, now)) return;
  if (!may_subscribe(*watcher, request, now)) return;
  const ua::SubscriptionId id = found->id;
  const std::uint32_t seconds = asked_seconds(request.message);
  const auto admitted = endpoint_.admit(std::move(request), sip_out_);
  if (!admitted) return;
  auto it = turn(now);
  if (is_from_elsewhere) subscriptions_.move(id, admitted->flow, now);
  subscriptions_.refresh(id, *admitted, std::min(seconds, ua::max_subscription_seconds), it);
}

/// What holds for each SUBSCRIBE, in a dialog or not: how often, and for how long. False: it was
/// answered.
bool Switchboard::may_subscribe(const directory::User& user, const sip::RequestOffered& request,
                                Instant now) {
  const auto wait = new_subscriptions_.try_spend(
      user.extension, phone_that_sent(request.message, request.flow, user), now);
  if (wait) {
    ++subscriptions_refused_;
    turn_away(request, answer_to_flood(*wait),
              {Reason::too_many, "limits.subscriptions_per_minute"});
    return false;
  }
  const std::uint32_t seconds = asked_seconds(request.message);
  if (seconds == 0 || seconds >= ua::min_subscription_seconds) return true;
  answer(request, {423, {}, {{"Min-Expires", std::to_string(ua::min_subscription_seconds)}}},
         Telling::if_unanswered);
  return false;
}

std::optional<std::string> Switchboard::person_named_in(const sip::RequestOffered& request,
                                                        Instant now) {
  numbers_.set_now(now);
  const auto uri = sip::parse_uri(request.message.request_uri());
  const bool has_domain = uri->is_sip() || uri->is_sips();
  const bool is_ours = !has_domain || numbers_.is_own_domain(uri->host, request.flow);
  auto number = is_ours ? numbers_.number_in(request.message.request_uri(), request.flow)
                        : std::optional<std::string>();
  if (number && directory_->by_extension(*number)) return number;
  answer(request, {404}, Telling::if_unanswered);
  return std::nullopt;
}

/// False, and answered, if there is no room for one more.
bool Switchboard::may_watch(const Watch& watch, const sip::RequestOffered& request) {
  using Full = SubscriptionTable::Full;
  const auto refuse = [&](sip::StatelessAnswer words, std::string_view note) {
    ++subscriptions_refused_;
    turn_away(request, words, {Reason::too_many, note});
    return false;
  };
  const sip::StatelessAnswer too_many{
      403, {}, {{"Warning", "399 dering \"Too Many Subscriptions\""}}};
  switch (subscriptions_.room_for(watch)) {
    case Full::no:
      return true;
    case Full::of_phone:
      return refuse(too_many, "a phone watches all that it may");
    case Full::of_person:
      return refuse(too_many, "limits.subscriptions_per_user");
    case Full::of_all:
      return refuse({503, {}, {{"Retry-After", std::to_string(wait_for_others)}}},
                    "limits.subscriptions");
  }
  return false;
}

}  // namespace dering::switchboard
