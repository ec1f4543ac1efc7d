// SPDX-License-Identifier: Apache-2.0
//
// What others want to know of bindings.
#include <fmt/format.h>

#include "registrar/bindings.h"

namespace dering::registrar {

using std::chrono::seconds;

std::vector<std::string> Bindings::contact_values(std::string_view extension, Instant now) const {
  std::vector<std::string> values;
  const auto found = users_.find(extension);
  if (found == users_.end()) return values;
  for (const Binding& binding : found->second.bindings) {
    if (binding.state == State::flow_lost || binding.ends_at <= now) continue;
    std::string value = fmt::format("<{}>", binding.texts[Texts::contact_uri]);
    if (const auto instance = binding.texts[Texts::instance]; !instance.empty()) {
      value += fmt::format(";+sip.instance=\"{}\"", instance);
    }
    if (binding.reg_id != 0) value += fmt::format(";reg-id={}", binding.reg_id);
    const auto rest = std::chrono::ceil<seconds>(binding.ends_at - now);
    values.push_back(fmt::format("{};expires={}", value, rest.count()));
  }
  return values;
}

std::vector<Contact> Bindings::contacts_of(std::string_view extension, Instant now) const {
  std::vector<Contact> contacts;
  const auto found = users_.find(extension);
  if (found == users_.end()) return contacts;
  contacts.reserve(found->second.bindings.size());
  for (const Binding& binding : found->second.bindings) {
    if (binding.state == State::flow_lost || binding.ends_at <= now) continue;
    contacts.push_back({std::string(binding.texts[Texts::contact_uri]), binding.flow,
                        std::string(binding.texts[Texts::instance]),
                        std::string(binding.texts[Texts::path]),
                        std::string(binding.texts[Texts::device])});
  }
  return contacts;
}

std::string Bindings::instance_on(std::string_view extension, const sip::Flow& flow) const {
  const auto found = users_.find(extension);
  if (found == users_.end()) return {};
  for (const Binding& binding : found->second.bindings) {
    if (binding.flow == flow) return std::string(binding.texts[Texts::instance]);
  }
  return {};
}

std::string Bindings::device_on(std::string_view extension, const sip::Flow& flow,
                                std::string_view contact) const {
  const auto found = users_.find(extension);
  if (found == users_.end()) return {};
  const Binding* chosen = nullptr;
  for (const Binding& binding : found->second.bindings) {
    if (binding.flow != flow) continue;
    if (binding.texts[Texts::contact_uri] == contact) {
      return std::string(binding.texts[Texts::device]);
    }
    if (!chosen || chosen->stamp < binding.stamp) chosen = &binding;
  }
  return chosen ? std::string(chosen->texts[Texts::device]) : std::string();
}

bool Bindings::has(std::string_view extension) const {
  const auto found = users_.find(extension);
  return found != users_.end() && !found->second.bindings.empty();
}

}  // namespace dering::registrar
