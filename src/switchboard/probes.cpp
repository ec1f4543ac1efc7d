// SPDX-License-Identifier: Apache-2.0
//
// OPTIONS to phones that are reached by UDP: no connection tells when they are gone.
#include <utility>

#include "sip/message/writer.h"
#include "switchboard/switchboard.h"

namespace dering::switchboard {

using sip::HeaderId;

void Switchboard::probe(registrar::Probe& probe, Instant now) {
  const std::string branch = endpoint_.new_branch();
  auto writer = sip::MessageWriter::request("OPTIONS", probe.uri);
  writer.header(HeaderId::via, endpoint_.via_value(probe.flow, branch))
      .header(HeaderId::max_forwards, std::uint64_t{70})
      .header(HeaderId::from, "<sip:" + settings_.realm + ">;tag=" + endpoint_.new_tag())
      .header(HeaderId::to, "<" + probe.uri + ">")
      .header(HeaderId::call_id, endpoint_.new_call_id())
      .header(HeaderId::cseq, "1 OPTIONS");
  if (!probe.path.empty()) writer.header(HeaderId::route, probe.path);
  writer.header(HeaderId::contact, endpoint_.contact_value(probe.flow, {}))
      .header(HeaderId::user_agent, settings_.names.product);
  const auto transaction =
      endpoint_.request(probe.flow, sip::Method::options, branch, writer.finish(), now, sip_out_);
  probes_.emplace(transaction, std::move(probe.id));
}

bool Switchboard::on_probe_ended(sip::ClientTransactionId transaction, bool is_answered) {
  const auto probe = probes_.extract(transaction);
  if (!probe) return false;
  registrar_.on_probed(probe.mapped(), is_answered, registrar_out_);
  return true;
}

}  // namespace dering::switchboard
