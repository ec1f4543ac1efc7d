// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <utility>

#include "base/check.h"
#include "net/edge_inbox.h"

namespace dering::net {
namespace {

class PostedEventStream final : public EventStream {
 public:
  PostedEventStream(std::shared_ptr<EdgeInbox> inbox, std::uint64_t connection, std::size_t cap,
                    std::shared_ptr<StreamGauge> gauge)
      : inbox_(std::move(inbox)), connection_(connection), cap_(cap), gauge_(std::move(gauge)) {}
  ~PostedEventStream() override { close(); }

  bool send(std::string_view event, std::string_view data) override {
    if (gauge_->is_closed.load()) return false;
    DERING_CHECK(data.find_first_of("\r\n") == std::string_view::npos);
    std::string bytes = fmt::format("event: {}\ndata: {}\n\n", event, data);
    const std::size_t size = bytes.size();
    const bool has_room = gauge_->queued.fetch_add(size) + size <= cap_;
    if (has_room && inbox_->post(SendEvents{connection_, std::move(bytes)})) return true;
    close();
    return false;
  }

  void close() override {
    if (!gauge_->is_closed.exchange(true)) inbox_->post_always(CloseConnection{connection_});
  }

 private:
  std::shared_ptr<EdgeInbox> inbox_;
  const std::uint64_t connection_;
  const std::size_t cap_;
  std::shared_ptr<StreamGauge> gauge_;
};

class PostedReply final : public HttpReply {
 public:
  PostedReply(std::shared_ptr<EdgeInbox> inbox, std::uint64_t connection, std::size_t cap)
      : inbox_(std::move(inbox)), connection_(connection), event_queue_cap_(cap) {}
  ~PostedReply() override {
    if (!is_answered_) respond({.status = 500, .fields = {}, .body = {}});
  }

  void has_signed_in() override { has_signed_in_ = true; }
  void respond(HttpResponse response) override {
    answer();
    inbox_->post_always(Respond{connection_, std::move(response), has_signed_in_});
  }

  std::shared_ptr<EventStream> open_event_stream() override {
    answer();
    auto gauge = std::make_shared<StreamGauge>();
    inbox_->post_always(OpenStream{connection_, gauge});
    return std::make_shared<PostedEventStream>(inbox_, connection_, event_queue_cap_,
                                               std::move(gauge));
  }

 private:
  void answer() {
    DERING_CHECK(!is_answered_);
    is_answered_ = true;
  }

  std::shared_ptr<EdgeInbox> inbox_;
  const std::uint64_t connection_;
  const std::size_t event_queue_cap_;
  bool is_answered_ = false;
  bool has_signed_in_ = false;
};

}  // namespace

std::unique_ptr<HttpReply> make_reply(std::shared_ptr<EdgeInbox> inbox, std::uint64_t connection,
                                      std::size_t event_queue_cap) {
  return std::make_unique<PostedReply>(std::move(inbox), connection, event_queue_cap);
}

}  // namespace dering::net
