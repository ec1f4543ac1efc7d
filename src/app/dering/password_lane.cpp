// SPDX-License-Identifier: Apache-2.0
#include "app/dering/password_lane.h"

#include <variant>
#include <vector>

#include "identity/password.h"

namespace dering::app {

// The worker sends one question at a time.
PasswordLane::PasswordLane() : mailbox_(mailbox_.unbounded, [this] { loop_.wake(); }) {}

void PasswordLane::run(WorkerMail& worker) {
  std::vector<std::variant<api::PasswordQuestion, StopPasswords>> letters;
  while (true) {
    loop_.run_once(std::nullopt);
    mailbox_.take(letters);
    for (const auto& letter : letters) {
      const auto* question = std::get_if<api::PasswordQuestion>(&letter);
      if (!question) return;
      worker.news.post_always(PasswordJudged{
          question->id, identity::password_matches(question->password, question->hash)});
    }
  }
}

}  // namespace dering::app
