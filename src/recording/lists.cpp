// SPDX-License-Identifier: Apache-2.0
#include "recording/lists.h"

#include <fmt/format.h>

#include <array>
#include <functional>
#include <utility>

#include "identity/digest.h"
#include "recording/entry.h"
#include "recording/scrubbed.h"
#include "sdp/codec.h"
#include "sdp/offer_answer.h"

namespace dering::recording {
namespace {

using identity::DigestAlgorithm;

/// Nothing, or what is wrong.
using Fault = std::optional<std::string>;

Fault for_each(std::string_view text, const std::function<Fault(const Entry&)>& read) {
  while (!text.empty()) {
    const auto entry = take_entry(text);
    if (!entry) return entry.error();
    if (auto fault = read(*entry)) return fault;
  }
  return std::nullopt;
}

std::string string_of(const Entry& entry, std::string_view name) {
  return std::string(entry.text(name));
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all.append(text).append(",");
  return all;
}

std::vector<std::string> separated(std::string_view text) {
  std::vector<std::string> all;
  while (!text.empty()) all.emplace_back(take_until(text, ','));
  return all;
}

Entry entry_of(const registrar::HeldSignIn& held) {
  Entry entry{.kind = "sign-in"};
  entry.add("extension", held.extension).add("sid", held.sid).add(held.flow);
  if (held.ends_in) entry.add("ends", held.ends_in->count());
  return entry;
}

Entry entry_of(const registrar::HeldBinding& held) {
  Entry entry{.kind = "phone"};
  entry.add("extension", held.extension).add("contact", without_uri_passwords(held.contact_uri));
  entry.add("instance", held.instance).add("path", without_uri_passwords(held.path)).add(held.flow);
  entry.add("device", held.device);
  entry.add("call-id", fmt::to_string(held.call_id));
  entry.add("user-agent", fmt::to_string(held.user_agent));
  entry.add("reg-id", std::int64_t{held.reg_id}).add("cseq", std::int64_t{held.cseq});
  entry.add("lost", std::int64_t{held.is_lost}).add("stamp", fmt::to_string(held.stamp));
  if (held.probe_in) entry.add("probe", held.probe_in->count());
  return entry.add("ends", held.ends_in.count());
}

std::string names_of(const std::vector<sdp::Encoding>& codecs) {
  std::vector<std::string> names;
  for (const sdp::Encoding codec : codecs) names.emplace_back(name_of(codec));
  return joined(names);
}

/// `otherwise` if it names none.
std::vector<sdp::Encoding> codecs_from(std::string_view text,
                                       const std::vector<sdp::Encoding>& otherwise) {
  std::vector<sdp::Encoding> codecs;
  for (const std::string& name : separated(text)) {
    if (const auto codec = sdp::audio_encoding_of(name)) codecs.push_back(*codec);
  }
  return codecs.empty() ? otherwise : codecs;
}

Fault read(const Entry& entry, registrar::Held& held) {
  const auto flow = entry.flow();
  if (!flow) return "a phone without a connection";
  const Duration ends(entry.signed_number("ends"));
  if (entry.kind == "sign-in") {
    held.sign_ins.push_back({*flow, string_of(entry, "extension"), string_of(entry, "sid"),
                             ends.count() != 0 ? std::optional(ends) : std::nullopt});
    return std::nullopt;
  }
  held.bindings.push_back(
      {.extension = string_of(entry, "extension"),
       .contact_uri = string_of(entry, "contact"),
       .instance = string_of(entry, "instance"),
       .path = string_of(entry, "path"),
       .device = string_of(entry, "device"),
       .flow = *flow,
       .call_id = entry.number<std::uint64_t>("call-id").value_or(0),
       .user_agent = entry.number<std::uint64_t>("user-agent").value_or(0),
       .reg_id = entry.number<std::uint32_t>("reg-id").value_or(0),
       .cseq = entry.number<std::uint32_t>("cseq").value_or(0),
       .is_lost = entry.signed_number("lost") != 0,
       .ends_in = ends,
       .stamp = entry.number<std::uint64_t>("stamp").value_or(0),
       .probe_in = entry.text("probe").empty()
                       ? std::nullopt
                       : std::optional(Duration(entry.signed_number("probe")))});
  return std::nullopt;
}

}  // namespace

// ---- The directory ------------------------------------------------------------------------------

std::string text_of(const directory::Directory& directory) {
  std::string text;
  for (const directory::User& user : directory.users()) {
    Entry entry{.kind = "user"};
    entry.add("id", fmt::to_string(user.id.value)).add("issuer", user.issuer);
    entry.add("subject", user.subject).add("extension", user.extension);
    text += text_of(entry.add("unit", user.unit).add("name", user.display_name));
  }
  for (const directory::DeviceCredential& device : directory.devices()) {
    Entry entry{.kind = "device"};
    entry.add("name", device.username).add("extension", device.extension);
    text += text_of(entry.add("codecs", device.codecs));
  }
  return text;
}

std::expected<directory::DirectorySnapshot, std::string> directory_from(std::string_view text,
                                                                        std::string_view realm) {
  std::vector<directory::User> users;
  std::vector<directory::DeviceCredential> devices;
  const auto ha1 = [&](DigestAlgorithm algorithm, const std::string& name) {
    return identity::digest_ha1(algorithm, name, realm, recorded_password);
  };
  const Fault fault = for_each(text, [&](const Entry& entry) -> Fault {
    const std::string name = string_of(entry, "name");
    if (entry.kind == "user") {
      users.push_back({.id = {entry.number<std::uint64_t>("id").value_or(0)},
                       .issuer = string_of(entry, "issuer"),
                       .subject = string_of(entry, "subject"),
                       .username = {},
                       .display_name = name,
                       .unit = string_of(entry, "unit"),
                       .extension = string_of(entry, "extension")});
    } else {
      devices.push_back({name, string_of(entry, "extension"), ha1(DigestAlgorithm::md5, name),
                         ha1(DigestAlgorithm::sha256, name), string_of(entry, "codecs")});
    }
    return std::nullopt;
  });
  if (fault) return std::unexpected(*fault);
  return std::make_shared<const directory::Directory>(std::move(users), std::move(devices));
}

// ---- Phones -------------------------------------------------------------------------------------

std::string text_of(const std::vector<directory::StoredBinding>& bindings) {
  std::string text;
  for (const directory::StoredBinding& it : bindings) {
    Entry entry{.kind = "stored"};
    entry.add("extension", it.extension).add("contact", without_uri_passwords(it.contact_uri));
    entry.add("instance", it.instance).add("reg-id", std::int64_t{it.reg_id});
    entry.add("call-id", it.call_id).add("cseq", std::int64_t{it.cseq});
    entry.add("transport", it.transport).add("remote", it.remote).add("local", it.local);
    entry.add("user-agent", it.user_agent).add("path", without_uri_passwords(it.path));
    entry.add("device", it.device);
    text += text_of(entry.add("expires", it.expires_at));
  }
  return text;
}

std::expected<std::vector<directory::StoredBinding>, std::string> bindings_from(
    std::string_view text) {
  std::vector<directory::StoredBinding> bindings;
  const Fault fault = for_each(text, [&](const Entry& entry) -> Fault {
    bindings.push_back({.extension = string_of(entry, "extension"),
                        .contact_uri = string_of(entry, "contact"),
                        .instance = string_of(entry, "instance"),
                        .reg_id = entry.number<std::uint32_t>("reg-id").value_or(0),
                        .call_id = string_of(entry, "call-id"),
                        .cseq = entry.number<std::uint32_t>("cseq").value_or(0),
                        .transport = string_of(entry, "transport"),
                        .remote = string_of(entry, "remote"),
                        .local = string_of(entry, "local"),
                        .user_agent = string_of(entry, "user-agent"),
                        .path = string_of(entry, "path"),
                        .device = string_of(entry, "device"),
                        .expires_at = entry.signed_number("expires")});
    return std::nullopt;
  });
  if (fault) return std::unexpected(*fault);
  return bindings;
}

std::string text_of(const registrar::Held& held) {
  std::string text;
  for (const registrar::HeldSignIn& one : held.sign_ins) text += text_of(entry_of(one));
  for (const registrar::HeldBinding& one : held.bindings) text += text_of(entry_of(one));
  return text;
}

std::expected<registrar::Held, std::string> held_from(std::string_view text) {
  registrar::Held held;
  const Fault fault = for_each(text, [&](const Entry& entry) { return read(entry, held); });
  if (fault) return std::unexpected(*fault);
  return held;
}

// ---- Settings -----------------------------------------------------------------------------------

namespace {

using switchboard::Settings;

constexpr std::array<std::pair<std::string_view, std::size_t Settings::*>, 5> limits{{
    {"bindings-per-user", &Settings::bindings_per_user},
    {"calls", &Settings::calls},
    {"calls-per-user", &Settings::calls_per_user},
    {"subscriptions", &Settings::subscriptions},
    {"subscriptions-per-user", &Settings::subscriptions_per_user},
}};
constexpr std::array<std::pair<std::string_view, unsigned Settings::*>, 5> rates{{
    {"calls-a-minute", &Settings::new_calls_per_minute},
    {"refreshes-a-minute", &Settings::refreshes_per_minute},
    {"registrations-a-minute", &Settings::registrations_per_minute},
    {"subscriptions-a-minute", &Settings::subscriptions_per_minute},
    {"texts-a-minute", &Settings::texts_per_minute},
}};

}  // namespace

Entry entry_of(const Settings& settings) {
  std::vector<std::string> domains = settings.domains;
  for (const Network& network : settings.names.networks.all()) {
    if (!network.host.empty()) domains.push_back(network.host);
  }
  const auto number = [](auto value) { return static_cast<std::int64_t>(value); };
  Entry entry{.kind = "settings"};
  entry.add("product", settings.names.product).add("host", settings.names.host);
  entry.add("udp", number(settings.names.udp_port)).add("tcp", number(settings.names.tcp_port));
  entry.add("tls", number(settings.names.tls_port)).add("node", number(settings.node));
  entry.add("realm", settings.realm).add("domains", joined(domains));
  entry.add("issuer", settings.authorization_server).add("md5", number(settings.md5));
  entry.add("browser-codecs", names_of(settings.media.codecs.browser));
  entry.add("desk-codecs", names_of(settings.media.codecs.desk));
  const bool needs_keys = settings.media.clear_over_tls == sdp::ClearSound::refused;
  entry.add("srtp-over-tls", number(needs_keys)).add("tones", settings.media.tones);
  entry.add("ring", settings.ring_time.count()).add("probe", settings.probe_interval.count());
  for (const auto& [name, limit] : limits) entry.add(name, number(settings.*limit));
  for (const auto& [name, rate] : rates) entry.add(name, number(settings.*rate));
  const bool is_finished = settings.calls_after_sign_out == switchboard::CallsAfterSignOut::finish;
  return entry.add("after-sign-out", is_finished ? "finish" : "end");
}

Settings settings_from(const Entry& entry) {
  const Settings usual;
  const auto number = [&]<class Value>(std::string_view name, Value otherwise) {
    return entry.number<Value>(name).value_or(otherwise);
  };
  const auto duration = [&](std::string_view name, Duration otherwise) {
    const std::int64_t count = entry.signed_number(name);
    return count > 0 ? Duration(count) : otherwise;
  };
  Settings settings;
  settings.node = number("node", usual.node);
  settings.names.product = entry.text("product");
  settings.names.host = entry.text("host");
  settings.names.udp_port = number("udp", usual.names.udp_port);
  settings.names.tcp_port = number("tcp", usual.names.tcp_port);
  settings.names.tls_port = number("tls", usual.names.tls_port);
  settings.realm = entry.text("realm");
  settings.domains = separated(entry.text("domains"));
  settings.authorization_server = entry.text("issuer");
  settings.md5 = entry.text("md5") != "0";
  settings.media.codecs.browser =
      codecs_from(entry.text("browser-codecs"), usual.media.codecs.browser);
  settings.media.codecs.desk = codecs_from(entry.text("desk-codecs"), usual.media.codecs.desk);
  if (entry.text("srtp-over-tls") == "1") {
    settings.media.clear_over_tls = sdp::ClearSound::refused;
  }
  if (!entry.text("tones").empty()) settings.media.tones = entry.text("tones");
  settings.ring_time = duration("ring", usual.ring_time);
  settings.probe_interval = duration("probe", usual.probe_interval);
  for (const auto& [name, limit] : limits) settings.*limit = number(name, usual.*limit);
  for (const auto& [name, rate] : rates) settings.*rate = number(name, usual.*rate);
  settings.calls_after_sign_out = entry.text("after-sign-out") == "end"
                                      ? switchboard::CallsAfterSignOut::end
                                      : switchboard::CallsAfterSignOut::finish;
  return settings;
}

// ---- Where calls go -----------------------------------------------------------------------------

Entry entry_of(const directory::ForwardingChanged& changed) {
  const directory::Forwarding& it = changed.forwarding;
  Entry entry{.kind = "forwarding"};
  entry.add("extension", changed.extension).add("always", it.always).add("busy", it.busy);
  entry.add("no-answer", it.no_answer).add("unreachable", it.unreachable);
  entry.add("ring-seconds", std::int64_t{it.ring_seconds});
  return entry.add("quiet", std::int64_t{it.do_not_disturb});
}

directory::ForwardingChanged forwarding_from(const Entry& entry) {
  directory::ForwardingChanged changed{string_of(entry, "extension"), {}};
  directory::Forwarding& it = changed.forwarding;
  it.always = string_of(entry, "always");
  it.busy = string_of(entry, "busy");
  it.no_answer = string_of(entry, "no-answer");
  it.unreachable = string_of(entry, "unreachable");
  it.ring_seconds = entry.number<unsigned>("ring-seconds").value_or(it.ring_seconds);
  it.do_not_disturb = entry.signed_number("quiet") != 0;
  return changed;
}

std::string text_of(const directory::ForwardingsKept& forwardings) {
  std::string text;
  for (const directory::ForwardingChanged& one : forwardings.all) text += text_of(entry_of(one));
  return text;
}

std::expected<directory::ForwardingsKept, std::string> forwardings_from(std::string_view text) {
  directory::ForwardingsKept kept;
  const Fault fault = for_each(text, [&](const Entry& entry) -> Fault {
    kept.all.push_back(forwarding_from(entry));
    return std::nullopt;
  });
  if (fault) return std::unexpected(*fault);
  return kept;
}

}  // namespace dering::recording
