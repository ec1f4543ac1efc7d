// SPDX-License-Identifier: Apache-2.0
#include "api/live_api.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <tuple>
#include <utility>

#include "api/form.h"
#include "api/gate.h"
#include "api/live_json.h"
#include "api/response.h"
#include "base/log.h"
#include "base/text.h"

namespace dering::api {
namespace {

constexpr std::size_t most_waiting = 8;
constexpr std::chrono::seconds longest_wait{10};
constexpr std::size_t longest_number = 64;
constexpr std::size_t phones_at_once = 1000;

}  // namespace

Answer LiveApi::order(const Exchange& exchange, LiveOrder order) {
  if (!outlets_.live_ordered || waiting_.size() >= most_waiting) {
    return problem(503, "Too many ask for what is live.");
  }
  order.id = ++last_order_;
  waiting_.emplace(order.id, Waiting{std::move(exchange.reply), exchange.now + longest_wait});
  outlets_.live_ordered(order);
  return std::nullopt;
}

Answer LiveApi::trace(const Exchange& exchange) {
  const auto query = Form::parse(exchange.request.query);
  const auto from = query && query->has("from") ? to_number<std::uint64_t>((*query)["from"])
                                                : std::optional<std::uint64_t>(0);
  if (!query || !from) return problem(400, "from is the number of a message.");
  if (*from == 0) log::info("audit: {}: reads the trace of SIP messages", who_asks(exchange));
  return order(exchange, {.what = LiveOrder::Trace{*from}});
}

Answer LiveApi::registrations(const Exchange& exchange) const {
  const auto query = Form::parse(exchange.request.query);
  if (!query || (*query)["after"].size() > longest_number) {
    return problem(400, "after is an extension.");
  }
  if (!outlets_.registrations) return problem(503, "Nobody registers here.");
  auto all = outlets_.registrations();
  if (!all) return problem(503, all.error());
  const std::string& after = (*query)["after"];
  std::erase_if(*all, [&](const auto& one) { return one.extension <= after; });
  std::ranges::sort(*all, {}, [](const auto& one) { return std::tie(one.extension, one.device); });
  return json_response(serialize(registrations_json(*all, phones_at_once)));
}

void LiveApi::on_part(const LivePart& part) {
  auto waiting = waiting_.extract(part.order);
  if (!waiting) return;
  waiting.mapped().reply->respond(
      json_response(serialize(std::visit([](const auto& it) { return json_of(it); }, part.what))));
}

void LiveApi::on_time(UnixSeconds now) {
  std::erase_if(waiting_, [&](auto& one) {
    if (one.second.until > now) return false;
    one.second.reply->respond(problem(503, "The signalling thread does not answer."));
    return true;
  });
}

}  // namespace dering::api
