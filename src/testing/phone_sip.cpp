// SPDX-License-Identifier: Apache-2.0
//
// What a phone says.
#include <fmt/format.h>

#include "identity/digest.h"
#include "sip/message/writer.h"
#include "testing/phone.h"
#include "testing/world.h"

namespace dering::testing {

using namespace std::chrono_literals;
using sip::HeaderId;
using sip::MessageWriter;
using sip::Method;

// ---- Requests -----------------------------------------------------------------------------------

MessageWriter Phone::start_request(std::string_view method, std::string_view uri,
                                   std::string_view branch) const {
  MessageWriter writer = MessageWriter::request(method, uri);
  writer.header(HeaderId::via, endpoint_->via_value(server(), branch))
      .header(HeaderId::max_forwards, std::uint64_t{70});
  return writer;
}

std::string Phone::contact() const {
  if (is_browser()) {
    const std::string page = page_ > 0 ? fmt::format("-{}", page_) : std::string();
    return fmt::format("<sip:{}{}@{}.invalid;transport=ws>", identity_.name, page, identity_.name);
  }
  return fmt::format("<sip:{}@{}{}>", identity_.name, identity_.address.text(),
                     has_connection() ? ";transport=tcp" : "");
}

void Phone::send_register(std::uint32_t expires, std::string authorization) {
  const std::string branch = endpoint_->new_branch();
  const std::string us = fmt::format("<sip:{}@{}>", identity_.extension, domain);
  MessageWriter writer = start_request("REGISTER", fmt::format("sip:{}", domain), branch);
  std::string contact_value = fmt::format("{};expires={}", contact(), expires);
  if (has_connection()) {
    contact_value += fmt::format(";reg-id=1;+sip.instance=\"<urn:uuid:{}>\"", instance_);
  }
  if (is_browser()) {
    authorization = fmt::format("Bearer {}-{}", identity_.extension, session());
  }
  writer.header(HeaderId::from, fmt::format("{};tag={}", us, endpoint_->new_tag()))
      .header(HeaderId::to, us)
      .header(HeaderId::call_id, register_call_id_)
      .header(HeaderId::cseq, fmt::format("{} REGISTER", ++register_cseq_))
      .header(HeaderId::contact, contact_value)
      .header(HeaderId::supported, "path,gruu,outbound");
  if (!authorization.empty()) writer.header(HeaderId::authorization, authorization);
  register_expires_ = expires;
  registering_ =
      endpoint_->request(server(), Method::register_, branch, writer.finish(), world_.now(), out_);
}

void Phone::send_invite(PhoneCall& call, std::string authorization) {
  const std::string branch = endpoint_->new_branch();
  const std::string uri = fmt::format("sip:{}@{}", call.number, domain);
  MessageWriter writer = start_request("INVITE", uri, branch);
  // Who calls is not what From says: the switchboard must not believe it of a browser.
  const std::string from = is_browser() ? "sip:0000@liar.invalid"
                                        : fmt::format("sip:{}@{}", identity_.extension, domain);
  writer.header(HeaderId::from, fmt::format("<{}>;tag={}", from, call.tag))
      .header(HeaderId::to, fmt::format("<{}>", uri))
      .header(HeaderId::call_id, call.call_id)
      .header(HeaderId::cseq, fmt::format("{} INVITE", ++call.cseq))
      .header(HeaderId::contact, contact())
      .header(HeaderId::allow, "INVITE,ACK,CANCEL,BYE,UPDATE,INFO")
      .header(HeaderId::supported,
              identity_.kind == PhoneKind::firefox ? "timer,replaces" : "timer");
  if (!call.replaces.empty()) writer.header(HeaderId::replaces, call.replaces);
  if (!authorization.empty()) writer.header(HeaderId::proxy_authorization, authorization);
  call.invite = endpoint_->request(server(), Method::invite, branch,
                                   writer.finish("application/sdp", description(call, Says::offer)),
                                   world_.now(), out_);
}

void Phone::send_bye(sip::Dialog& dialog) {
  const std::string branch = endpoint_->new_branch();
  auto bye = dialog.request(Method::bye, endpoint_->via_value(server(), branch));
  endpoint_->request(server(), Method::bye, branch, bye.finish(), world_.now(), out_);
}

void Phone::send_offer(PhoneCall& call) {
  // Without a connection it waits, as our page does (web/sip/src/hold_keeper.ts).
  if (!is_connected_ || !call.dialog || call.offering) return;
  if (call.is_on_hold == call.is_hold_told) return;
  call.is_hold_told = call.is_on_hold;
  const std::string branch = endpoint_->new_branch();
  auto invite = call.dialog->request(Method::invite, endpoint_->via_value(server(), branch));
  invite.header(HeaderId::contact, contact());
  call.offering = endpoint_->request(
      server(), Method::invite, branch,
      invite.finish("application/sdp", description(call, Says::offer)), world_.now(), out_);
}

/// Who holds hears nothing, and who is held says so.
std::string_view Phone::way_of(const PhoneCall& call) const {
  const bool is_held = call.media.is_held();
  if (call.is_on_hold) return is_held ? "inactive" : "sendonly";
  return is_held ? "recvonly" : "sendrecv";
}

std::string Phone::description(const PhoneCall& call, Says says) const {
  if (!is_browser()) {
    return fmt::format(
        "v=0\r\no=- 1 1 IN IP4 {0}\r\ns=-\r\nc=IN IP4 {0}\r\nt=0 0\r\nm=audio {1} RTP/AVP 0\r\n"
        "a=rtpmap:0 PCMU/8000\r\na={2}\r\n",
        identity_.address.ip_text(), media_port(call.id), way_of(call));
  }
  return fmt::format(
      "v=0\r\no={} 4611 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n"
      "m=audio 9 UDP/TLS/RTP/SAVPF 111 0\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:{}\r\n"
      "a=ice-pwd:aaaaaaaaaaaaaaaaaaaaaaaa\r\na=fingerprint:sha-256 "
      "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:"
      "EE:FF\r\na=setup:{}\r\na=mid:0\r\na={}\r\na=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\n"
      "a=rtpmap:0 PCMU/8000\r\n",
      identity_.kind == PhoneKind::firefox ? "mozilla...THIS_IS_SDPARTA-99.0" : "-",
      call.media.name(), says == Says::answer ? "active" : "actpass", way_of(call));
}

std::string Phone::authorization_for(const sip::Message& challenge, std::string_view method,
                                     std::string_view uri) const {
  const auto value = challenge.header(challenge.status() == 401 ? HeaderId::www_authenticate
                                                                : HeaderId::proxy_authenticate);
  const auto fields = value ? sip::parse_auth(*value) : std::nullopt;
  if (!fields) return {};
  const std::string username = "d" + identity_.extension;
  const auto algorithm = fields->parameter("algorithm") == "MD5"
                             ? identity::DigestAlgorithm::md5
                             : identity::DigestAlgorithm::sha256;
  identity::DigestCredentials ours;
  ours.username = username;
  ours.realm = fields->parameter("realm").value_or("");
  ours.nonce = fields->parameter("nonce").value_or("");
  ours.uri = uri;
  ours.algorithm = identity::name_of(algorithm);
  ours.qop = "auth";
  ours.cnonce = "c0ffee";
  ours.nc = "00000001";
  const std::string ha1 = identity::digest_ha1(algorithm, username, ours.realm, "secret");
  return fmt::format(
      R"(Digest username="{}", realm="{}", nonce="{}", uri="{}", response="{}", algorithm={}, )"
      R"(qop=auth, cnonce="{}", nc={})",
      username, ours.realm, ours.nonce, uri,
      identity::digest_response(algorithm, ha1, method, ours), ours.algorithm, ours.cnonce,
      ours.nc);
}

// ---- Answers ------------------------------------------------------------------------------------

void Phone::accept(PhoneCall& call) {
  call.dialog = sip::Dialog::answering(call.invitation->message, call.invitation->flow, call.tag);
  call.dialog->move_to(server());
  respond(*call.invitation, 200, call.tag, description(call, Says::answer));
  await_ack(call, call.invitation->message);
  start_talking(call);
}

void Phone::refuse(PhoneCall& call, int status) {
  respond(*call.invitation, status, call.tag, {});
  drop(call.id);
}

void Phone::respond(const sip::RequestArrived& request, int status, std::string_view tag,
                    std::string_view sdp) {
  MessageWriter writer = MessageWriter::response_to(request.message, request.flow.remote, status,
                                                    sip::reason_phrase(status), tag);
  writer.header(HeaderId::contact, contact()).header(HeaderId::allow, "INVITE,ACK,BYE,UPDATE");
  if (identity_.kind == PhoneKind::firefox) writer.header(HeaderId::supported, "replaces");
  endpoint_->respond(request.transaction, status,
                     sdp.empty() ? writer.finish() : writer.finish("application/sdp", sdp),
                     world_.now(), out_);
}

}  // namespace dering::testing
