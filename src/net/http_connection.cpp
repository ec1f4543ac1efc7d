// SPDX-License-Identifier: Apache-2.0
#include "net/http_connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/ssl/error.hpp>
#include <utility>

#include "base/text.h"
#include "net/clock.h"
#include "net/http_response.h"
#include "net/native_address.h"
#include "net/sip_connection.h"
#include "net/websocket_upgrade.h"

namespace dering::net {
namespace {

constexpr std::size_t largest_write = 64 * 1024;
/// A body up to this size goes out in one packet, or one TLS record, with its head.
constexpr std::size_t largest_joined_body = 8 * 1024;
constexpr std::chrono::seconds linger_time{2};

refusal::Reason reason_of(int status) {
  const bool is_too_large = status == 413 || status == 414 || status == 431;
  return is_too_large ? refusal::Reason::too_large : refusal::Reason::malformed;
}

bool has_field(const HttpFields& fields, std::string_view name) {
  return std::ranges::any_of(
      fields, [&](const auto& field) { return equals_ignoring_case(field.first, name); });
}

std::size_t largest_body(const EdgeState& edge, Door door) {
  const EdgeLimits& limits = edge.settings.limits;
  return door == Door::admin_socket ? limits.local_http_body : limits.http_body;
}

}  // namespace

void start_http(EdgeState& edge, Accepted accepted) {
  const std::uint64_t id = accepted.id;
  auto connection = std::make_shared<HttpConnection>(edge, std::move(accepted));
  edge.http.emplace(id, connection);
  connection->start();
}

HttpConnection::HttpConnection(EdgeState& edge, Accepted accepted)
    : edge_(edge),
      accepted_(std::move(accepted)),
      deadline_(accepted_.stream->get_executor()),
      reader_({.target = edge.settings.limits.http_target,
               .header = edge.settings.limits.http_header,
               .body = largest_body(edge, accepted_.door)}) {}

void HttpConnection::start() {
  arm(edge_.settings.times.http_header, &HttpConnection::on_deadline);
  accepted_.stream->handshake([self = shared_from_this()](IoError error, std::size_t) {
    if (self->state_ == State::ended) return;
    if (error) return self->on_handshake_failed(error);
    self->read_request();
  });
}

/// Who leaves before the end of it was not refused.
void HttpConnection::on_handshake_failed(IoError error) {
  const bool has_left = error == asio::error::eof || error == asio::error::connection_reset ||
                        error == asio::ssl::error::stream_truncated;
  if (!has_left) report(refusal::What::connection, refusal::Reason::no_tls, {});
  end();
}

void HttpConnection::arm(std::chrono::milliseconds time, void (HttpConnection::*on_passed)()) {
  deadline_.set(time, shared_from_this(), on_passed);
}

void HttpConnection::on_deadline() {
  ++edge_.counters.deadlines;
  switch (state_) {
    case State::handshaking:
      report(refusal::What::connection, refusal::Reason::too_slow, {});
      break;
    case State::reading:
      // A connection on which nothing is asked is not refused, only ended.
      if (reader_.has_started()) report(refusal::What::http, refusal::Reason::too_slow, {});
      break;
    case State::writing:
      report(refusal::What::http, refusal::Reason::too_slow, {});
      break;
    case State::replying:
    case State::streaming:
    case State::lingering:
    case State::ended:
      break;
  }
  end();
}

void HttpConnection::end() {
  if (std::exchange(state_, State::ended) == State::ended) return;
  const auto alive = shared_from_this();
  if (gauge_) gauge_->is_closed.store(true);
  deadline_.cancel();
  if (accepted_.stream) accepted_.stream->close();
  accepted_.ticket.give_back();
  edge_.http.erase(accepted_.id);
}

// ---- Reading ------------------------------------------------------------------------------------

void HttpConnection::read_request() {
  state_ = State::reading;
  const EdgeTimes& times = edge_.settings.times;
  arm(reader_.has_started() ? times.http_header : times.http_idle, &HttpConnection::on_deadline);
  if (!reader_.has_started()) accepted_.ticket.offer(accepted_.id, now());
  take_request();
}

void HttpConnection::take_request() {
  switch (reader_.next()) {
    case HttpReader::Event::need_more:
      return read_more();
    case HttpReader::Event::refused:
      report(refusal::What::http, reason_of(reader_.refusal_status()), {});
      if (reader_.refusal_status() != 413) return refuse(reader_.refusal_status());
      return refuse(413, fmt::format("The body is too large: {} bytes are taken here.",
                                     largest_body(edge_, accepted_.door)));
    case HttpReader::Event::request:
      return on_request();
  }
}

void HttpConnection::read_more() {
  accepted_.stream->read_some(
      asio::buffer(received_),
      [self = shared_from_this()](IoError error, std::size_t size) { self->on_read(error, size); });
}

void HttpConnection::on_read(IoError error, std::size_t size) {
  if (state_ == State::ended) return;
  if (error) return end();
  // From the first byte on, the whole request has one deadline: bytes that drip do not extend it
  // (hostile-input G1).
  if (!reader_.has_started()) {
    arm(edge_.settings.times.http_header, &HttpConnection::on_deadline);
    accepted_.ticket.take_back();
  }
  reader_.add(std::string_view(received_.data(), size));
  take_request();
}

// ---- Answering ----------------------------------------------------------------------------------

void HttpConnection::on_request() {
  ++edge_.counters.http_requests;
  is_keep_alive_ = reader_.is_keep_alive();
  is_head_request_ = reader_.method() == "HEAD";
  auto target = parse_target(reader_.target());
  if (!target) {
    report(refusal::What::http, refusal::Reason::malformed, {});
    return refuse(400);
  }
  // Of the admin socket everything is the API's: no pages, no telephones.
  if (accepted_.door == Door::admin_socket) return hand_to_application(std::move(*target));
  if (lacks_slash(edge_.settings.addresses, target->path)) {
    return redirect_below(target->path, target->query);
  }
  if (!learn_source(*target)) {
    return refuse(503, "Too many connections from your address are open that have not signed in.");
  }
  if (target->path == edge_.settings.sip_path) return upgrade_to_websocket();
  if (auto probe = edge_.probes.answer(target->path, now())) return answer_probe(*std::move(probe));
  const bool is_handled = std::ranges::any_of(
      edge_.settings.handled_prefixes,
      [&](const std::string& prefix) { return target->path.starts_with(prefix); });
  if (is_handled) return hand_to_application(std::move(*target));
  answer_with_file(target->path);
}

/// Whom the request is from, and which page it is about. False if there are too many of them.
bool HttpConnection::learn_source(RequestTarget& target) {
  source_ = source_of(accepted_, reader_.fields(), target.path, edge_.settings);
  target.path = source_.path;
  if (source_.is_contradictory) {
    edge_.contradictory_proxies.warning(
        now(),
        "Forwarded and X-Forwarded-For of the proxy {} name two clients, so neither is believed: "
        "set proxy.header",
        accepted_.peer.ip_text());
  }
  if (!accepted_.is_from_proxy) return true;
  return edge_.count_for(accepted_.ticket,
                         {source_.client, transport(refusal::What::http), Admission::Kind::web});
}

void HttpConnection::redirect_below(const std::string& path, const std::string& query) {
  HttpResponse response{.status = 308, .fields = {{"Location", path + "/"}}, .body = {}};
  if (!query.empty()) response.fields.front().second += "?" + query;
  write_response(std::move(response), nullptr);
}

void HttpConnection::hand_to_application(RequestTarget target) {
  state_ = State::replying;
  arm(edge_.settings.times.http_reply, &HttpConnection::on_deadline);
  HttpRequest request{.method = reader_.method(),
                      .path = std::move(target.path),
                      .query = std::move(target.query),
                      .fields = reader_.take_fields(),
                      .body = reader_.take_body(),
                      .peer = source_.client,
                      .door = accepted_.door,
                      .origin = source_.base};
  edge_.callbacks.on_http(std::move(request),
                          make_reply(edge_.inbox, accepted_.id, edge_.settings.limits.event_queue));
}

void HttpConnection::answer_probe(HttpResponse response) {
  if (!is_read_only()) return refuse_method();
  write_response(std::move(response), nullptr);
}

bool HttpConnection::is_read_only() const {
  return reader_.method() == "GET" || is_head_request_;
}

void HttpConnection::refuse_method() {
  write_response({.status = 405, .fields = {{"Allow", "GET, HEAD"}}, .body = {}}, nullptr);
}

void HttpConnection::answer_with_file(std::string_view path) {
  const StaticFiles::File* file = edge_.files.find(path);
  if (!file) {
    return write_response({.status = 404,
                           .fields = {{"Content-Type", "text/plain; charset=utf-8"}},
                           .body = "There is nothing at this address.\n"},
                          nullptr);
  }
  if (!is_read_only()) return refuse_method();
  const StaticFiles::Representation& best = file->best_for(reader_.fields());
  HttpResponse response{.status = 200, .fields = file->fields_of(best), .body = {}};
  if (has_representation(reader_.fields(), best.etag)) {
    response.status = 304;
    return write_response(std::move(response), nullptr);
  }
  write_response(std::move(response), best.content);
}

void HttpConnection::upgrade_to_websocket() {
  const bool may_be_one = reader_.method() == "GET" && reader_.is_http_1_1();
  const auto& origins = edge_.settings.allowed_origins;
  // A page can't read why its WebSocket was refused, but may ask here by another method.
  if (!may_be_one && !is_known_origin(reader_.fields(), origins)) return refuse_foreign_origin();
  const int status = may_be_one ? judge_upgrade(reader_.fields(), origins) : 400;
  if (status == 403) return refuse_foreign_origin();
  // RFC 6455 §4.1: the client waits for our answer before it sends a frame.
  if (status != 101 || reader_.has_bytes_left()) {
    report(refusal::What::websocket, refusal::Reason::malformed, {});
    return refuse(status == 101 ? 400 : status);
  }
  const EdgeState::Newcomer phone{source_.client, transport(refusal::What::websocket),
                                  Admission::Kind::sip};
  if (!edge_.count_for(accepted_.ticket, phone)) {
    return refuse(503, "Too many phones at your address are connected that have not signed in.");
  }
  state_ = State::ended;
  deadline_.cancel();
  const auto alive = shared_from_this();
  edge_.http.erase(accepted_.id);
  if (source_.client != accepted_.peer) {
    accepted_.local = local_towards(accepted_.local, source_.client);
  }
  accepted_.peer = source_.client;
  accepted_.is_tls = source_.is_encrypted;
  start_websocket(edge_, std::move(accepted_), reader_.target(), reader_.fields());
}

refusal::Transport HttpConnection::transport(refusal::What what) const {
  const bool is_encrypted = accepted_.is_tls || source_.is_encrypted;
  if (what != refusal::What::websocket) {
    return is_encrypted ? refusal::Transport::https : refusal::Transport::http;
  }
  return is_encrypted ? refusal::Transport::wss : refusal::Transport::ws;
}

void HttpConnection::report(refusal::What what, refusal::Reason reason, std::string_view name,
                            std::string_view note) {
  if (accepted_.door == Door::admin_socket) return;
  edge_.refusals->report(
      {.transport = transport(what),
       .source = source_.client.is_unspecified() ? accepted_.peer : source_.client,
       .name = refusal::claimed(name),
       .what = what,
       .reason = reason,
       .is_proven = true,
       .note = note});
}

void HttpConnection::refuse_foreign_origin() {
  ++edge_.counters.foreign_origins;
  const auto origin = std::ranges::find_if(reader_.fields(), [](const auto& field) {
    return equals_ignoring_case(field.first, "Origin");
  });
  const bool names_one = origin != reader_.fields().end();
  report(refusal::What::websocket, refusal::Reason::foreign_origin,
         names_one ? std::string_view(origin->second) : std::string_view(),
         names_one ? "public.origins, or web.websocket_origins"
                   : "web.websocket_origins: none, if it is no web page");
  refuse(403, foreign_origin_sentence(reader_.fields()));
}

void HttpConnection::respond(HttpResponse response, bool has_signed_in) {
  if (state_ != State::replying) return;
  if (has_signed_in) accepted_.ticket.count_for_nobody();
  // Whoever had no room for the request does not know the edge's meter.
  const bool is_for_want_of_room =
      response.status == 503 && has_field(response.fields, "Retry-After");
  if (is_for_want_of_room) {
    report(refusal::What::api, refusal::Reason::too_many, {}, "no room for requests");
  }
  if (!has_field(response.fields, "Cache-Control")) {
    response.fields.emplace_back("Cache-Control", "no-store");
  }
  auto body = std::make_shared<const std::string>(std::move(response.body));
  write_response(std::move(response), std::move(body));
}

/// After bytes that were not understood, nothing that follows can be trusted to be a request.
void HttpConnection::refuse(int status, std::string_view sentence) {
  is_keep_alive_ = false;
  HttpResponse response{.status = status, .fields = {}, .body = {}};
  if (!sentence.empty()) response = problem_response(status, sentence);
  if (status == 503) response.fields.emplace_back("Retry-After", "5");
  if (status == 426) {
    response.fields = {{"Upgrade", "websocket"}, {"Sec-WebSocket-Version", "13"}};
  }
  write_response(std::move(response), nullptr);
}

// ---- Writing ------------------------------------------------------------------------------------

void HttpConnection::write_response(HttpResponse response,
                                    std::shared_ptr<const std::string> body) {
  if (!body) body = std::make_shared<const std::string>(std::move(response.body));
  const bool has_no_length = response.status == 204 || response.status == 304;
  const std::size_t size = body->size();
  next_body_ = has_no_length || is_head_request_ ? nullptr : std::move(body);
  state_ = State::writing;
  write_head(response.fields, response.status, has_no_length ? std::nullopt : std::optional(size));
}

void HttpConnection::write_head(const HttpFields& fields, int status,
                                std::optional<std::size_t> content_length) {
  HttpFields all = fields;
  edge_.security_fields(source_.is_encrypted || accepted_.is_tls).add_to(all);
  head_ = to_text({.status = status,
                   .fields = all,
                   .content_length = content_length,
                   .is_keep_alive = is_keep_alive_,
                   .date = wall_clock()});
  if (next_body_ && next_body_->size() <= largest_joined_body) {
    head_ += *std::exchange(next_body_, nullptr);
  }
  rest_ = head_;
  write_rest();
}

void HttpConnection::write_rest() {
  // Armed anew for each piece: a slow reader may take its time, one that stopped may not.
  if (state_ == State::writing) {
    arm(edge_.settings.times.http_idle, &HttpConnection::on_deadline);
  }
  const std::string_view piece = rest_.substr(0, largest_write);
  accepted_.stream->write_some(asio::buffer(piece),
                               [self = shared_from_this()](IoError error, std::size_t size) {
                                 self->on_written(error, size);
                               });
}

void HttpConnection::on_written(IoError error, std::size_t size) {
  if (state_ == State::ended) return;
  if (error) return end();
  rest_.remove_prefix(size);
  if (!rest_.empty()) return write_rest();
  if (state_ == State::streaming) {
    gauge_->queued -= std::exchange(head_, {}).size();
    return write_events();
  }
  if (next_body_) {
    body_ = std::move(next_body_);
    rest_ = *body_;
    if (!rest_.empty()) return write_rest();
  }
  on_response_written();
}

void HttpConnection::on_response_written() {
  body_ = nullptr;
  head_.clear();
  rest_ = {};
  if (is_keep_alive_) {
    if (accepted_.is_from_proxy) accepted_.ticket.count_for_nobody();
    reader_.start_over();
    return read_request();
  }
  state_ = State::lingering;
  arm(linger_time, &HttpConnection::end);
  linger(*accepted_.stream, [self = shared_from_this()] { self->end(); });
}

// ---- Event streams ------------------------------------------------------------------------------

void HttpConnection::open_stream(std::shared_ptr<StreamGauge> gauge) {
  if (state_ != State::replying) {
    gauge->is_closed.store(true);
    return;
  }
  state_ = State::streaming;
  accepted_.ticket.count_for_nobody();  // only who has signed in gets one
  gauge_ = std::move(gauge);
  is_keep_alive_ = false;
  write_head({{"Content-Type", "text/event-stream"},
              {"Cache-Control", "no-store"},
              {"X-Accel-Buffering", "no"}},
             200, std::nullopt);
  gauge_->queued += head_.size();
  watch_stream_reader();
  arm(edge_.settings.times.event_heartbeat, &HttpConnection::on_heartbeat);
}

void HttpConnection::send_events(std::string bytes) {
  if (state_ != State::streaming) return;
  events_waiting_ += bytes;
  if (head_.empty()) write_events();
}

void HttpConnection::write_events() {
  if (events_waiting_.empty()) return;
  head_ = std::exchange(events_waiting_, {});
  rest_ = head_;
  arm(edge_.settings.times.event_heartbeat, &HttpConnection::on_heartbeat);
  write_rest();
}

/// Notices that the reader went away; what it says meanwhile means nothing.
void HttpConnection::watch_stream_reader() {
  accepted_.stream->read_some(asio::buffer(received_),
                              [self = shared_from_this()](IoError error, std::size_t) {
                                if (self->state_ == State::ended) return;
                                if (error) return self->end();
                                self->watch_stream_reader();
                              });
}

void HttpConnection::on_heartbeat() {
  constexpr std::string_view comment = ":\n\n";
  arm(edge_.settings.times.event_heartbeat, &HttpConnection::on_heartbeat);
  if (!head_.empty()) return;  // what is on its way already serves as well
  gauge_->queued += comment.size();
  send_events(std::string(comment));
}

}  // namespace dering::net
