// SPDX-License-Identifier: Apache-2.0
//
// What a phone says and hears.
#include <fmt/format.h>

#include <algorithm>

#include "identity/digest.h"
#include "sim/knobs.h"
#include "sim/phone.h"
#include "sim/world.h"
#include "sip/message/writer.h"

namespace dering::sim {

using namespace std::chrono_literals;
using sip::HeaderId;
using sip::MessageWriter;
using sip::Method;

namespace {

constexpr std::string_view domain = "dering";
/// How long a browser may go on after the engine has closed its port, while its connection is up.
constexpr Duration patience = 45s;
/// RFC 7675 §5.1, and a tick.
constexpr Duration consent_time = 34s;

std::uint16_t media_port(std::uint64_t call) {
  return static_cast<std::uint16_t>(20'000 + call % 40'000);
}

/// The word in `Reason: SIP;cause=486;text="busy"`; without one the bare status.
std::string word_of(const sip::Message& response) {
  const std::string_view reason = response.header(HeaderId::reason).value_or("");
  const std::size_t at = reason.find("text=\"");
  if (at == std::string_view::npos) return std::to_string(response.status());
  const std::string_view rest = reason.substr(at + 6);
  return std::string(rest.substr(0, rest.find('"')));
}

}  // namespace

// ---- Requests -----------------------------------------------------------------------------------

MessageWriter Phone::start_request(std::string_view method, std::string_view uri,
                                   std::string_view branch) const {
  MessageWriter writer = MessageWriter::request(method, uri);
  writer.header(HeaderId::via, endpoint_->via_value(server(), branch))
      .header(HeaderId::max_forwards, std::uint64_t{70});
  return writer;
}

std::string Phone::contact() const {
  if (identity_.is_browser) {
    return fmt::format("<sip:{}@{}.invalid;transport=ws>", identity_.name, identity_.name);
  }
  return fmt::format("<sip:{}@{}>", identity_.name, identity_.address.text());
}

void Phone::send_register(std::uint32_t expires, std::string authorization) {
  const std::string branch = endpoint_->new_branch();
  const std::string us = fmt::format("<sip:{}@{}>", identity_.extension, domain);
  MessageWriter writer = start_request("REGISTER", fmt::format("sip:{}", domain), branch);
  std::string contact_value = fmt::format("{};expires={}", contact(), expires);
  if (identity_.is_browser) {
    contact_value += fmt::format(";reg-id=1;+sip.instance=\"<urn:uuid:{}>\"", identity_.name);
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
  const std::string from = identity_.is_browser
                               ? "sip:0000@liar.invalid"
                               : fmt::format("sip:{}@{}", identity_.extension, domain);
  writer.header(HeaderId::from, fmt::format("<{}>;tag={}", from, call.tag))
      .header(HeaderId::to, fmt::format("<{}>", uri))
      .header(HeaderId::call_id, call.call_id)
      .header(HeaderId::cseq, fmt::format("{} INVITE", ++call.cseq))
      .header(HeaderId::contact, contact())
      .header(HeaderId::allow, "INVITE,ACK,CANCEL,BYE,UPDATE,INFO")
      .header(HeaderId::supported, "timer");
  if (!authorization.empty()) writer.header(HeaderId::proxy_authorization, authorization);
  call.invite = endpoint_->request(server(), Method::invite, branch,
                                   writer.finish("application/sdp", description(call, false)),
                                   world_.now(), out_);
}

void Phone::hang_up(PhoneCall& call) {
  send_bye(*call.dialog);
  drop(call.id);
}

void Phone::send_bye(sip::Dialog& dialog) {
  const std::string branch = endpoint_->new_branch();
  auto bye = dialog.request(Method::bye, endpoint_->via_value(server(), branch));
  endpoint_->request(server(), Method::bye, branch, bye.finish(), world_.now(), out_);
}

std::string Phone::description(const PhoneCall& call, bool is_answer) const {
  if (!identity_.is_browser) {
    return fmt::format(
        "v=0\r\no=- 1 1 IN IP4 {0}\r\ns=-\r\nc=IN IP4 {0}\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n"
        "a=rtpmap:0 PCMU/8000\r\n",
        identity_.address.ip_text());
  }
  return fmt::format(
      "v=0\r\no=- 4611 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n"
      "m=audio 9 UDP/TLS/RTP/SAVPF 111 0\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:{}\r\n"
      "a=ice-pwd:aaaaaaaaaaaaaaaaaaaaaaaa\r\na=fingerprint:sha-256 "
      "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:"
      "EE:FF\r\na=setup:{}\r\na=mid:0\r\na=sendrecv\r\na=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\n"
      "a=rtpmap:0 PCMU/8000\r\n",
      call.media.name(), is_answer ? "active" : "actpass");
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

// ---- What comes in ------------------------------------------------------------------------------

void Phone::receive(std::string bytes) {
  auto message = sip::Message::parse(bytes);
  if (!message || (message->is_request() && message->refusal())) {
    return world_.fault(fmt::format("{} cannot read: {}", identity_.name, bytes));
  }
  endpoint_->on_message(server(), std::move(*message), world_.now(), out_);
  flush();
}

void Phone::on_time() {
  endpoint_->on_time(world_.now(), out_);
  flush();
}

void Phone::flush() {
  for (std::size_t i = 0; i < out_.size(); ++i) {
    sip::Output output = std::move(out_[i]);
    std::visit(
        [&](auto& event) {
          using Event = std::decay_t<decltype(event)>;
          if constexpr (std::is_same_v<Event, sip::Send>) {
            if (is_connected_) world_.to_server(*this, std::move(event.bytes));
          } else if constexpr (!std::is_same_v<Event, sip::AckArrived>) {
            on(event);
          }
        },
        output);
  }
  out_.clear();
}

void Phone::on(sip::RequestArrived& request) {
  const bool is_new_call =
      request.message.method() == Method::invite && request.message.to().tag().empty();
  if (is_new_call) {
    on_invite(std::move(request));
  } else {
    on_inside_dialog(request);
  }
}

void Phone::on_invite(sip::RequestArrived request) {
  const sip::Message& message = request.message;
  if (fmt::format("<{}>", message.request_uri()) != contact()) {
    world_.fault(fmt::format("{} is rung as {}", identity_.name, message.request_uri()));
  }
  if (message.from().uri.user == "0000") world_.fault("a false From was believed");
  PhoneCall& call = add_call();
  call.state = State::ringing;
  call.media.follow(message.body(), world_.now());
  call.tag = endpoint_->new_tag();
  call.number = message.from().uri.user;
  call.invitation = std::make_unique<sip::RequestArrived>(std::move(request));
  if (calls_.size() > 2) return refuse(call, 486);
  respond(*call.invitation, 180, call.tag, {});
  world_.after(between(random_, 100ms, 20s), [this, id = call.id] { answer_or_not(id); });
  if (identity_.is_browser) watch_ringing(call.id, false);
}

void Phone::accept(PhoneCall& call) {
  call.dialog = sip::Dialog::answering(call.invitation->message, call.invitation->flow, call.tag);
  call.dialog->move_to(server());
  respond(*call.invitation, 200, call.tag, description(call, true));
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
  endpoint_->respond(request.transaction, status,
                     sdp.empty() ? writer.finish() : writer.finish("application/sdp", sdp),
                     world_.now(), out_);
}

void Phone::on_inside_dialog(const sip::RequestArrived& request) {
  const std::string_view tag = request.message.to().tag();
  const auto at = std::ranges::find_if(calls_, [&](const PhoneCall& call) {
    return call.dialog && call.dialog->id().call_id == request.message.call_id() &&
           call.dialog->id().local_tag == tag;
  });
  if (at == calls_.end()) return respond(request, 481, tag, {});
  if (at->dialog->accept(request.message) != sip::Dialog::Verdict::in_order) {
    return respond(request, 500, tag, {});
  }
  const bool is_offer = request.message.method() == Method::invite;
  at->media.follow(request.message.body(), world_.now());
  respond(request, 200, tag, is_offer ? description(*at, true) : std::string());
  if (request.message.method() == Method::bye) drop(at->id);
}

void Phone::on(sip::CancelArrived& cancel) {
  const auto at = std::ranges::find_if(calls_, [&](const PhoneCall& call) {
    return call.invitation && call.invitation->transaction == cancel.transaction;
  });
  if (at != calls_.end() && at->state == State::ringing) refuse(*at, 487);
}

void Phone::on(sip::AckMissing& missing) {
  const auto at = std::ranges::find_if(calls_, [&](const PhoneCall& call) {
    return call.invitation && call.invitation->transaction == missing.transaction;
  });
  if (at != calls_.end()) hang_up(*at);
}

void Phone::on(sip::ResponseArrived& response) {
  const sip::Message& message = response.message;
  if (response.transaction == registering_) {
    if (message.status() == 401 && !identity_.is_browser) {
      send_register(register_expires_,
                    authorization_for(message, "REGISTER", fmt::format("sip:{}", domain)));
    } else if (message.status() >= 300) {
      world_.fault(fmt::format("{} could not register: {}", identity_.name, message.status()));
    } else if (message.status() >= 200) {
      world_.after(200s, [this, life = life_] {
        if (!is_connected_ || life != life_) return;
        send_register(600, {});
        flush();
      });
    }
    return;
  }
  const auto at = std::ranges::find_if(calls_, [&](const PhoneCall& call) {
    return call.attempt && call.invite == response.transaction;
  });
  if (at != calls_.end()) return on_invite_response(*at, response);
}

void Phone::on_invite_response(PhoneCall& call, sip::ResponseArrived& response) {
  const sip::Message& message = response.message;
  const int status = message.status();
  if (status < 200) return;
  if (status == 407) {
    return send_invite(
        call, authorization_for(message, "INVITE", fmt::format("sip:{}@{}", call.number, domain)));
  }
  if (status >= 300) {
    world_.ledger().close(*call.attempt, word_of(message));
    return drop(call.id);
  }
  if (call.dialog) return world_.fault(fmt::format("{} got two answers", identity_.name));
  world_.ledger().close(*call.attempt, "answered");
  call.dialog = sip::Dialog::established_by(message, server());
  auto ack = call.dialog->ack(message.cseq().number,
                              endpoint_->via_value(server(), endpoint_->new_branch()));
  endpoint_->acknowledge(response.transaction, message.to().tag(), ack.finish(), world_.now(),
                         out_);
  if (call.state == State::cancelling) return hang_up(call);
  call.media.follow(message.body(), world_.now());
  start_talking(call);
}

void Phone::on(sip::RequestFailed& failure) {
  if (failure.transaction == registering_ && is_connected_) return send_register(600, {});
  const auto at = std::ranges::find_if(calls_, [&](const PhoneCall& call) {
    return call.attempt && !call.dialog && call.invite == failure.transaction;
  });
  if (at == calls_.end()) return;
  world_.ledger().give_up(*at->attempt);
  drop(at->id);
}

/// Where nothing is lost on the way, a phone stops ringing soon after nobody calls any more.
void Phone::watch_ringing(std::uint64_t id, bool was_doubtful) {
  world_.after(15s, [this, id, was_doubtful] {
    const PhoneCall* call = find(id);
    if (!call || call->state != State::ringing) return;
    const bool is_doubtful = !world_.somebody_calls(call->number, identity_.extension);
    if (is_doubtful && was_doubtful) {
      world_.fault(fmt::format("{} rings for nobody", identity_.name));
    }
    watch_ringing(id, is_doubtful);
  });
}

// ---- Sound --------------------------------------------------------------------------------------

Phone::PhoneCall& Phone::add_call() {
  return calls_.emplace_back(++last_call_, random_.token(8));
}

void Phone::start_talking(PhoneCall& call) {
  call.state = State::talking;
  if (identity_.is_browser && !std::exchange(is_ticking_, true)) {
    world_.after(0s, [this] { tick(); });
  }
}

void Phone::tick() {
  is_ticking_ = false;
  for (PhoneCall& call : calls_) {
    if (call.state != State::talking || !call.media.has_way()) continue;
    if (world_.now() - call.media.consented_at() > consent_time) {
      on_consent_lost(call);
      continue;
    }
    is_ticking_ = true;
    const SocketAddress from =
        SocketAddress::from_ipv6(identity_.address.ipv6(), media_port(call.id));
    for (Media::Datagram& datagram : call.media.send()) {
      world_.to_engine(from, std::move(datagram));
    }
  }
  if (is_ticking_) world_.after(Media::tick, [this] { tick(); });
}

void Phone::receive_media(std::uint16_t port, Bytes packet) {
  for (PhoneCall& call : calls_) {
    if (media_port(call.id) == port) call.media.receive(packet, world_.now());
  }
}

/// The engine does not answer any more: the browser hangs up. While its connection is up it should
/// have been told by BYE long before.
void Phone::on_consent_lost(PhoneCall& call) {
  // Up since before the port was closed: then a BYE could have come.
  const bool was_reachable = is_connected_ && connected_at_ < call.media.consented_at();
  world_.after(patience, [this, id = call.id, was_reachable, life = life_] {
    PhoneCall* deaf = find(id);
    if (!deaf || world_.now() - deaf->media.consented_at() < patience) return;
    if (was_reachable && life == life_) {
      world_.fault(fmt::format("{} talks to nobody and was not told", identity_.name));
    }
    if (is_connected_) {
      hang_up(*deaf);
      flush();
    } else {
      drop(id);
    }
  });
}

std::vector<std::string> Phone::deaf_calls() const {
  std::vector<std::string> sentences;
  for (const PhoneCall& call : calls_) {
    if (!identity_.is_browser || call.state != State::talking) continue;
    if (call.media.hears_anybody(world_.now())) continue;
    sentences.push_back(fmt::format("{} talks and hears nobody", identity_.name));
  }
  return sentences;
}

}  // namespace dering::sim
