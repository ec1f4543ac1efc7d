// SPDX-License-Identifier: Apache-2.0
#include "app/dering/worker_thread.h"

#include <utility>

#include "app/dering/overloaded.h"
#include "base/log.h"
#include "net/clock.h"

namespace dering::app {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t mailbox_capacity = 65'536;

}  // namespace

WorkerThread::WorkerThread(std::unique_ptr<store::Store> store, identity::SigningKey key,
                           api::Settings settings)
    : mailbox_(mailbox_capacity, [this] { loop_.wake(); }),
      store_(std::move(store)),
      key_(std::move(key)),
      verifier_(api::built_in_issuers(settings.origins, key_)),
      api_(std::move(settings), {*store_, verifier_, key_, random_}) {}

void WorkerThread::run(SignallingMailbox& signalling) {
  reload_directory(signalling);
  Instant next_second = net::now();
  while (state_ == State::working) {
    loop_.run_once(next_second);
    mailbox_.take(letters_);
    for (WorkerLetter& letter : letters_) take(letter, signalling);
    letters_.clear();
    write_out();
    if (const Instant now = net::now(); now >= next_second) {
      next_second = now + 1s;
      api_.on_time(net::wall_clock());
    }
  }
}

void WorkerThread::take(WorkerLetter& letter, SignallingMailbox& signalling) {
  std::visit(overloaded{
                 [&](HttpArrived& it) {
                   api_.on_request(it.request, std::move(it.reply), net::wall_clock());
                 },
                 [&](WorkerErrand& it) { take(it, signalling); },
                 [&](ReloadDirectory&) { reload_directory(signalling); },
                 [&](StopWorker&) { state_ = State::stopping; },
             },
             letter);
}

void WorkerThread::take(WorkerErrand& errand, SignallingMailbox& signalling) {
  std::visit(
      overloaded{
          [&](switchboard::VerifyToken& it) {
            auto claims = verifier_.verify(it.token, net::wall_clock());
            if (!claims) log::info("token refused: {}", name_of(claims.error()));
            signalling.post(TokenVerdict{
                it.question, claims ? std::optional(std::move(*claims)) : std::nullopt});
          },
          [&](switchboard::SaveBinding& it) {
            writes_.push_back(store::SaveBinding{std::move(it.binding)});
          },
          [&](switchboard::DropBinding& it) {
            writes_.push_back(
                store::DropBinding{std::move(it.extension), std::move(it.contact_uri)});
          },
          [&](switchboard::SaveCallRecord& it) {
            writes_.push_back(store::SaveCallRecord{std::move(it.record)});
          },
          [&](switchboard::PresenceChanged& it) { api_.on_presence(it.extension, it.presence); },
      },
      errand);
}

void WorkerThread::reload_directory(SignallingMailbox& signalling) {
  const auto snapshot = store_->load_directory();
  if (!snapshot) {
    log::error("the directory could not be read: {}", snapshot.error());
    return;
  }
  api_.on_directory_changed(*snapshot);
  signalling.post(DirectoryChanged{*snapshot});
}

void WorkerThread::write_out() {
  if (writes_.empty()) return;
  if (const auto done = store_->apply(writes_); !done) {
    log::error("{} changes could not be saved: {}", writes_.size(), done.error());
  }
  writes_.clear();
}

}  // namespace dering::app
