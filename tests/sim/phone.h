// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "sim/ledger.h"
#include "sim/media.h"
#include "sip/dialog/dialog.h"
#include "sip/endpoint/endpoint.h"

namespace dering::sim {

class World;

/// Who a phone belongs to and how it is connected.
struct PhoneIdentity {
  std::string extension;
  std::string name;  ///< "p3": host of its Via and user of its Contact
  bool is_browser = true;
  SocketAddress address;
};

/// A model phone with a person in front of it: registers, calls, cancels, answers, declines,
/// ignores, hangs up, loses its connection, is reloaded and comes back. Honest: what it does wrong,
/// people do.
class Phone {
 public:
  Phone(World& world, PhoneIdentity identity);

  /// Switches it on; from now on it acts at random moments until rest().
  void start();
  /// Nobody touches it any more; what rings is left to ring.
  void rest() { is_active_ = false; }
  void hang_up_all();
  void leave();

  void receive(std::string bytes);
  /// A datagram to the port of one of its calls.
  void receive_media(std::uint16_t port, Bytes packet);
  /// The switchboard closed the connection; the person signs in again some time later.
  void on_signed_out();
  void on_time();
  std::optional<Instant> next_deadline() const { return endpoint_->next_deadline(); }

  /// As the switchboard sees it.
  sip::Flow flow() const;
  bool is_connected() const { return is_connected_; }
  /// Of the person at the issuer, as the phone's token names it.
  std::string session() const;
  const PhoneIdentity& identity() const { return identity_; }
  std::size_t talking_count() const;
  std::size_t call_count() const { return calls_.size(); }
  /// True while this phone waits for an answer of that number.
  bool is_calling(std::string_view number) const;
  /// One sentence for each call in which a browser talks and hears nobody.
  std::vector<std::string> deaf_calls() const;

 private:
  enum class State : std::uint8_t { calling, cancelling, ringing, talking };
  struct PhoneCall {
    explicit PhoneCall(std::uint64_t its_id, std::string media_name)
        : id(its_id), media(std::move(media_name)) {}

    std::uint64_t id;
    State state = State::calling;
    std::string number;  ///< whom we call, or who calls us
    Media media;
    std::optional<Ledger::AttemptId> attempt;
    std::string call_id;
    std::string tag;
    std::uint32_t cseq = 0;
    sip::ClientTransactionId invite;
    std::unique_ptr<sip::RequestArrived> invitation;
    std::optional<sip::Dialog> dialog;
  };

  // -- what people do (phone.cpp)
  void act();
  void act_later();
  void place_call();
  enum class Memory : std::uint8_t { kept, lost };
  void lose_connection(Memory memory);
  void lose_power();
  void connect();
  void forget_everything();
  void answer_or_not(std::uint64_t call);

  // -- what the phone does (phone_sip.cpp)
  void send_register(std::uint32_t expires, std::string authorization);
  void send_invite(PhoneCall& call, std::string authorization);
  void hang_up(PhoneCall& call);
  void send_bye(sip::Dialog& dialog);
  void accept(PhoneCall& call);
  void refuse(PhoneCall& call, int status);
  void flush();
  void on(sip::RequestArrived& request);
  void on(sip::ResponseArrived& response);
  void on(sip::RequestFailed& failure);
  void on(sip::CancelArrived& cancel);
  void on(sip::AckMissing& missing);
  void on_invite(sip::RequestArrived request);
  void on_inside_dialog(const sip::RequestArrived& request);
  void on_invite_response(PhoneCall& call, sip::ResponseArrived& response);
  PhoneCall& add_call();
  void start_talking(PhoneCall& call);
  /// Sends the sound of all calls, and looks whether the engine still carries them.
  void tick();
  void on_consent_lost(PhoneCall& call);
  void watch_ringing(std::uint64_t call, bool was_doubtful);
  std::string authorization_for(const sip::Message& challenge, std::string_view method,
                                std::string_view uri) const;
  std::string description(const PhoneCall& call, bool is_answer) const;
  sip::MessageWriter start_request(std::string_view method, std::string_view uri,
                                   std::string_view branch) const;
  std::string contact() const;
  void respond(const sip::RequestArrived& request, int status, std::string_view tag,
               std::string_view sdp);
  void drop(std::uint64_t call);
  PhoneCall* find(std::uint64_t id);
  /// The phone's view of the way to the switchboard.
  sip::Flow server() const;

  World& world_;
  PhoneIdentity identity_;
  SeededRandom random_;
  std::unique_ptr<sip::Endpoint> endpoint_;
  sip::Outbox out_;
  std::vector<PhoneCall> calls_;
  std::uint64_t last_call_ = 0;
  bool is_ticking_ = false;
  std::uint64_t connection_ = 0;
  unsigned session_ = 1;    ///< counts sign-ins
  std::uint64_t life_ = 0;  ///< counts connections, so that plans of an earlier one lapse
  Instant connected_at_{};
  bool is_connected_ = false;
  bool is_active_ = true;
  std::string register_call_id_;
  std::uint32_t register_cseq_ = 0;
  sip::ClientTransactionId registering_;
  std::uint32_t register_expires_ = 0;
};

}  // namespace dering::sim
