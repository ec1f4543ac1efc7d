// SPDX-License-Identifier: Apache-2.0
#include "recording/trunk_inputs.h"

#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"

namespace dering::recording {
namespace {

using Kind = dns::Question::Kind;

constexpr std::array<std::string_view, 3> kinds{"naptr", "srv", "address"};

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (!line.empty()) words.push_back(take_until(line, '\t'));
  return words;
}

std::uint16_t small(std::string_view text) {
  return to_number<std::uint16_t>(text).value_or(0);
}

void read_line(std::string_view line, dns::Answer& answer) {
  const auto words = words_of(line);
  if (words.size() == 2 && words[0] == "address") {
    if (const auto address = SocketAddress::from_text(words[1], 0)) {
      answer.addresses.push_back(*address);
    }
  } else if (words.size() == 5 && words[0] == "srv") {
    answer.srv.push_back(
        {small(words[1]), small(words[2]), small(words[3]), std::string(words[4])});
  } else if (words.size() == 6 && words[0] == "naptr") {
    answer.naptr.push_back({small(words[1]), small(words[2]), std::string(words[3]),
                            std::string(words[4]), std::string(words[5])});
  }
}

}  // namespace

Entry entry_of_dns(const trunk::DnsTold& told) {
  Entry entry{.kind = "dns"};
  entry.add("asked", kinds.at(static_cast<std::size_t>(told.question.kind)));
  entry.add("name", told.question.name).add("lifetime", told.answer.lifetime.count());
  if (told.answer.failed) entry.add("failed", "yes");
  for (const dns::NaptrRecord& one : told.answer.naptr) {
    entry.body += fmt::format("naptr\t{}\t{}\t{}\t{}\t{}\n", one.order, one.preference, one.flags,
                              one.service, one.replacement);
  }
  for (const dns::SrvRecord& one : told.answer.srv) {
    entry.body +=
        fmt::format("srv\t{}\t{}\t{}\t{}\n", one.priority, one.weight, one.port, one.target);
  }
  for (const SocketAddress& one : told.answer.addresses) {
    entry.body += fmt::format("address\t{}\n", one.ip_text());
  }
  return entry;
}

Entry entry_of_source(const trunk::SourceFound& found) {
  Entry entry{.kind = "source"};
  return entry.add("remote", found.remote.text()).add("local", found.local.text());
}

std::optional<trunk::DnsTold> dns_told_from(const Entry& entry) {
  trunk::DnsTold told;
  told.question.name = entry.text("name");
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    if (entry.text("asked") == kinds.at(i)) told.question.kind = static_cast<Kind>(i);
  }
  told.answer.failed = entry.text("failed") == "yes";
  told.answer.lifetime = std::chrono::seconds(entry.signed_number("lifetime"));
  std::string_view rest = entry.body;
  while (!rest.empty()) read_line(take_until(rest, '\n'), told.answer);
  return told;
}

std::optional<trunk::SourceFound> source_found_from(const Entry& entry) {
  const auto remote = SocketAddress::from_host_and_port(entry.text("remote"));
  const auto local = SocketAddress::from_host_and_port(entry.text("local"));
  if (!remote) return std::nullopt;
  return trunk::SourceFound{*remote, local.value_or(SocketAddress{})};
}

}  // namespace dering::recording
