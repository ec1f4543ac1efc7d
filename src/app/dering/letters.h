// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "api/outlets.h"
#include "api/shown_token.h"
#include "base/mailbox.h"
#include "directory/errand.h"
#include "identity/verdict.h"
#include "net/http_client.h"
#include "net/http_message.h"
#include "refusal/refusal.h"
#include "switchboard/switchboard.h"

// What the threads of dering write to each other. Each thread has a mailbox for each purpose, so
// that what strangers cause stands in nobody's way, and what must not be lost finds room. A mailbox
// without a bound is one of which there can only be so many letters; its comment says why. Whoever
// reads several takes them in the order that its own comment gives.
namespace dering::app {

using Wake = std::function<void()>;

// ---- to the signalling thread -------------------------------------------------------------------

/// From the worker: how is it? SignallingReport is the answer.
struct AskReport {};
/// From the main thread: end all calls, then return from run().
struct StopSignalling {};

struct SignallingMail {
  explicit SignallingMail(const Wake& wake);

  /// From the edge, which holds back its connections when there is no room.
  Mailbox<sip::Received> from_strangers;
  Mailbox<sip::Received> from_signed_in;
  /// From the edge: one for each connection.
  Mailbox<sip::FlowClosed> flow_ends;
  /// From the worker, in the order in which they came about: one for each good token, logout and
  /// change of the directory.
  Mailbox<switchboard::Input> news;
  /// From the token lane: one for each question of ours.
  Mailbox<identity::TokenJudged> refusals;
  /// From the worker: one for each administrator who asks and waits.
  Mailbox<AskReport> questions;
  /// From the worker: one for each administrator who records and waits.
  Mailbox<api::RecordingOrder> recordings;
  /// From the worker: of a few administrators who wait, one each.
  Mailbox<api::LiveOrder> live;
  /// From the main thread, once.
  Mailbox<StopSignalling> stop;
};

// ---- to the main thread and the worker thread ---------------------------------------------------

/// From the signalling thread, once a second for /readyz, and because of AskReport. The main thread
/// passes it on, with the refusals that the edge did not see one by one.
struct SignallingReport {
  switchboard::Switchboard::Counts counts;
  bool engine_is_ready = false;
  std::uint32_t media_port = 0;
  std::size_t errands_waiting = 0;  ///< for which the worker had no room yet
  std::size_t errands_lost = 0;     ///< beyond what can be kept
  std::uint64_t datagrams = 0;      ///< on the SIP port, since the start; those below are of them
  std::uint64_t datagrams_unreadable = 0;
  std::uint64_t datagrams_unsent = 0;  ///< that the kernel did not take
  std::uint64_t refusals_unseen = 0;   ///< of so many kinds at once that they were only counted
  std::uint64_t engine_commands_lost = 0;
  bool is_asked_for = false;
};

// ---- to the worker thread -----------------------------------------------------------------------

/// An HTTP request, the way back, and what came of its token.
struct HttpArrived {
  net::HttpRequest request;
  std::unique_ptr<net::HttpReply> reply;
  api::ShownToken shown = api::NoToken{};
};
/// Answers that nobody has room for the request.
void refuse_busy(HttpArrived& arrived);

/// From the token lane: that question's token is good. Its person needs a place in the directory.
struct Vouched {
  identity::TokenQuestionId question;
  identity::TokenClaims claims;
};
/// From the token lane, once a second and after each fetch: where that issuer gives out tokens, and
/// what is wrong with it.
struct IssuerState {
  std::string issuer;
  std::string token_endpoint;  ///< empty while it is not known
  std::string trouble;         ///< empty while it is well
};
struct PasswordJudged {
  api::PasswordQuestionId question;
  bool is_right = false;
};
/// From the fetch thread.
struct FetchAnswered {
  net::HttpAnswer answer;
};
/// From the main thread: another program may have changed the store.
struct ReloadDirectory {};
/// From the main thread: what the worker asked the signalling thread for, whole.
struct StatusTold {
  api::Status status;
};
/// From the signalling thread.
struct RecordingTold {
  api::RecordingPart part;
};
/// From the signalling thread.
struct LiveTold {
  api::LivePart part;
};
struct StopWorker {};

// ---- to whoever writes SIP messages to a file ---------------------------------------------------

/// Orders with this id are answered to it, all others to the worker.
constexpr std::uint64_t sip_log_order = ~std::uint64_t{0};

struct SipLogSwitch {
  bool is_on = false;
};
struct StopSipLog {};
using SipLogLetter = std::variant<SipLogSwitch, LiveTold, StopSipLog>;
/// From administrators who wait, and one answer for each question.
using SipLogMailbox = Mailbox<SipLogLetter>;

using WorkerNews =
    std::variant<Vouched, IssuerState, PasswordJudged, FetchAnswered, ReloadDirectory, StatusTold,
                 RecordingTold, LiveTold, SignallingReport, StopWorker>;

struct WorkerMail {
  explicit WorkerMail(const Wake& wake);

  /// From the signalling thread, which keeps what finds no room.
  Mailbox<directory::Errand> errands;
  Mailbox<directory::PageNews> presence;
  /// Answers to what was asked, and orders: one for each question.
  Mailbox<WorkerNews> news;
  /// From the edge; a request that finds no room is answered 503.
  Mailbox<HttpArrived> requests;
  /// From the edge and the signalling thread, whose meters let so many through a second.
  Mailbox<refusal::Refusal> refusals;
  /// From the token lane, once no token of that sign-in is found good any more: one for each
  /// sign-in that is ended.
  Mailbox<identity::SignedOut> sign_outs;
};

// ---- to the token lane --------------------------------------------------------------------------

/// A sign-in was ended: its tokens are not good any more.
struct EndTokens {
  identity::LogoutClaims logout;
};
struct StopTokens {};
using TokenNews = std::variant<EndTokens, FetchAnswered, StopTokens>;

struct TokenMail {
  explicit TokenMail(const Wake& wake);

  /// From the signalling thread: one for each connection.
  Mailbox<identity::VerifyToken> questions;
  /// From the edge: requests that show a token; one that finds no room is answered 503.
  Mailbox<HttpArrived> requests;
  /// From the worker and the fetch thread: one for each fetch and sign-out.
  Mailbox<TokenNews> news;
};

// ---- to the password lane -----------------------------------------------------------------------

struct StopPasswords {};
/// From the worker, which sends the next question when the last is answered.
using PasswordMailbox = Mailbox<std::variant<api::PasswordQuestion, StopPasswords>>;

// ---- to the main thread -------------------------------------------------------------------------

using MainMailbox = Mailbox<SignallingReport>;

}  // namespace dering::app
