// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "sip/dialog/dialog.h"
#include "sip/endpoint/endpoint.h"
#include "sip/message/transfer_fields.h"
#include "sip/message/writer.h"
#include "testing/media.h"

namespace dering::testing {

class World;

/// The SIP domain of the world, and the realm.
inline constexpr std::string_view domain = "dering";

enum class PhoneKind : std::uint8_t {
  browser,
  firefox,   ///< stays with the keys of a connection: who is sent on goes on in another dialog
  desk,      ///< on UDP
  tcp_desk,  ///< on a TCP connection (RFC 5626): what rings goes on ringing where that breaks
};

/// Less than the switchboard waits for a phone that lost its connection.
inline constexpr Duration short_absence = std::chrono::seconds(25);
/// Less than it tells such a phone that a call has ended meanwhile.
inline constexpr Duration told_absence = std::chrono::seconds(55);

/// Who a phone belongs to and how it is connected.
struct PhoneIdentity {
  std::string extension;
  std::string name;  ///< "p3": host of its Via and user of its Contact
  PhoneKind kind = PhoneKind::browser;
  SocketAddress address;
};

/// A model phone: a browser (WebSocket, bearer token, ICE) or a desk phone (digest). It does
/// what its verbs say, answers what a phone answers by itself, and is honest. A script calls the
/// verbs; tests/sim puts a person in front of it, who is told by the hooks.
class Phone {
 public:
  /// What a phone still knows after its connection broke.
  enum class Memory : std::uint8_t {
    kept,
    lost,
    anew,  ///< a page that was loaded anew: it has another Contact, and says 404 to the old one
  };

  /// Switched on: connected and registered when this returns.
  Phone(World& world, std::string extension, PhoneKind kind = PhoneKind::browser);
  Phone(const Phone&) = delete;
  Phone& operator=(const Phone&) = delete;
  virtual ~Phone();

  // -- verbs of a script, for the first call that they fit; each ends when all has come to rest
  void calls(std::string_view number);
  void cancels();
  void answers();
  void declines(int status = 486);
  void hangs_up();
  /// The other one waits, or does no more.
  void holds();
  void resumes();
  /// Sends whom it talks with to that number (REFER).
  void sends_on(std::string_view number);
  /// Sends whom it talks with in its first call to whom it called in its second, who talks with it
  /// or only rings.
  void brings_together();
  /// Takes the call that another phone of its person has (INVITE with Replaces).
  void takes_over(const Phone& other);
  /// A desk phone loses its power, and its memory.
  void loses_connection(Memory memory = Memory::kept);
  void returns();
  /// The connection breaks when the next message that begins like this would arrive.
  void breaks_before(std::string_view beginning) { breaks_before_ = beginning; }
  /// The same, but it arrives, and what the phone says to it does not.
  void breaks_after(std::string_view beginning) { breaks_after_ = beginning; }
  /// For good: its binding ends with its connection, or by time.
  void leaves();

  // -- what its user sees and hears
  bool rings() const { return count(State::ringing) > 0; }
  bool talks() const { return count(State::talking) > 0; }
  /// Sound of that phone within the last seconds.
  bool hears(const Phone& other) const;
  /// The other side of its first call holds it, as it was told last.
  bool is_held() const { return !calls_.empty() && calls_.front().media.is_held(); }
  /// Of the last call it made: "answered", the word of the outcome, or a bare status.
  const std::string& outcome() const { return outcome_; }
  /// Of the last one it sent on, the status of which it was told last; of a REFER that was refused,
  /// that status. 0: nothing yet.
  int told() const { return transfers_.empty() ? 0 : transfers_.back().told; }
  /// Names the first call it has for another phone; nothing without one.
  std::optional<sip::Replaces> first_dialog() const;

  // -- for the world
  void receive(std::string bytes);
  /// A datagram to the port of one of its calls.
  void receive_media(std::uint16_t port, Bytes packet);
  /// The switchboard closed the connection: the sign-in has ended.
  virtual void on_closed();
  void on_time();
  std::optional<Instant> next_deadline() const { return endpoint_->next_deadline(); }

  /// As the switchboard sees it.
  sip::Flow flow() const;
  bool is_connected() const { return is_connected_; }
  /// Of the person at the issuer, as the phone's token names it.
  std::string session() const;
  const PhoneIdentity& identity() const { return identity_; }
  bool is_browser() const {
    return identity_.kind == PhoneKind::browser || identity_.kind == PhoneKind::firefox;
  }
  bool has_connection() const { return identity_.kind != PhoneKind::desk; }
  std::size_t talking_count() const { return count(State::talking); }
  std::size_t call_count() const { return calls_.size(); }
  /// True while this phone waits for an answer of that number.
  bool is_calling(std::string_view number) const;
  /// While this phone has called somebody, or talks.
  bool is_busy() const { return count(State::ringing) < calls_.size(); }
  /// One sentence for each call that is not on hold and in which nobody is heard.
  std::vector<std::string> deaf_calls() const;
  /// The same for each REFER that was accepted and of whose end nothing was heard on a connection
  /// that was there all the time.
  std::vector<std::string> untold_transfers() const;
  /// One end of a talk: what its sound is called, and whose it hears.
  struct Heard {
    std::string name;
    std::string hears;
  };
  std::vector<Heard> heard() const;

 protected:
  enum class Switched : std::uint8_t { on, off };
  Phone(World& world, std::string extension, PhoneKind kind, Switched switched);

  enum class State : std::uint8_t { calling, cancelling, ringing, talking };
  enum class Role : std::uint8_t { caller, callee };
  struct PhoneCall {
    PhoneCall(std::uint64_t its_id, Role its_role, std::string media_name)
        : id(its_id), role(its_role), media(std::move(media_name)) {}

    std::uint64_t id;
    Role role;
    State state = State::calling;
    std::string number;  ///< whom we call, or who calls us
    Media media;
    std::string call_id{};
    std::string tag{};
    std::string early_tag{};  ///< of the other side, while it rings
    std::string replaces{};   ///< the dialog that this call shall take the place of
    std::uint32_t cseq = 0;
    sip::ClientTransactionId invite{};
    std::unique_ptr<sip::RequestArrived> invitation{};
    std::optional<sip::Dialog> dialog{};
    bool is_on_hold = false;              ///< by our person
    bool is_hold_told = false;            ///< what the other side was told of it last
    sip::ClientTransactionId offering{};  ///< an offer of ours waits for its answer
    std::uint32_t answered_invite = 0;    ///< CSeq of the last that came in it
    bool is_acknowledged = false;         ///< our 200 to that
    unsigned waits = 0;                   ///< how many 200 it has said
    Duration absence{};                   ///< the longest since it began
  };
  /// A REFER, and the subscription that came of it (RFC 3515): it outlives the call.
  struct Transfer {
    enum class State : std::uint8_t {
      asked,     ///< the REFER waits for its answer
      accepted,  ///< more is to come
      over,      ///< it was refused or told to the end, or nobody here knows of it any more
    };
    State state = State::asked;
    std::uint64_t call = 0;
    sip::DialogId dialog;
    std::uint32_t id = 0;  ///< CSeq of the REFER
    sip::ClientTransactionId refer{};
    int told = 0;
    std::uint32_t heard = 0;  ///< CSeq of the last NOTIFY
    std::uint64_t life = 0;   ///< of the phone, when it asked
  };

  // -- hooks for a person
  virtual void on_ringing(const PhoneCall&) {}
  /// Of a call that it made: exactly once, unless on_unknown() comes.
  virtual void on_outcome(const PhoneCall&, const std::string&) {}
  /// The phone lost its memory or its connection: nobody knows what became of the call it made.
  virtual void on_unknown(const PhoneCall&) {}
  /// True if the connection breaks before this message arrives.
  virtual bool loses(const sip::Message&) { return false; }
  /// Whom this call was with is on the way to somebody else.
  virtual void on_transfer_accepted(std::uint64_t /*call*/) {}

  // -- what the verbs do
  PhoneCall& place_call(std::string number, std::string replaces = {});
  /// `consulted`: the call with whom they shall talk; null: that number is called.
  void refer(PhoneCall& call, std::string_view number, const PhoneCall* consulted);
  bool is_sending_on(const PhoneCall& call) const;
  /// It can be named in a REFER.
  static bool has_name(const PhoneCall& call) { return call.dialog || !call.early_tag.empty(); }
  /// As this phone knows it, or with the tags in the other order.
  sip::Replaces name_of(const PhoneCall& call) const;
  void cancel(PhoneCall& call);
  void accept(PhoneCall& call);
  void refuse(PhoneCall& call, int status);
  void hang_up(PhoneCall& call);
  void set_hold(PhoneCall& call, bool is_on_hold);
  /// BYE in the dialog of a page that this one has taken the place of.
  void say_farewell(sip::Dialog dialog);
  /// The next page is of another browser.
  void change_instance() { instance_ = identity_.name + random_.token(4); }
  void connect();
  void disconnect(Memory memory, sip::FlowEnd how = sip::FlowEnd::lost);
  void lose_power();
  void flush();

  World& world() { return world_; }
  Random& random() { return random_; }
  std::vector<PhoneCall>& all_calls() { return calls_; }
  PhoneCall* find(std::uint64_t id);
  PhoneCall* find(State state);
  /// Counts connections, so that plans of an earlier one lapse.
  std::uint64_t life() const { return life_; }
  void next_session() { ++session_; }
  /// True if this phone is registered, and never was away for longer during this call: what was
  /// said to it meanwhile must have been said again.
  bool must_know(const PhoneCall& call, Duration longest_absence) const;

 private:
  // -- requests (phone_sip.cpp)
  void send_register(std::uint32_t expires, std::string authorization);
  void send_invite(PhoneCall& call, std::string authorization);
  void send_bye(sip::Dialog& dialog);
  /// A re-INVITE, if what our person wants differs from what was said.
  void send_offer(PhoneCall& call);
  enum class Says : std::uint8_t { offer, answer };
  std::string description(const PhoneCall& call, Says says) const;
  std::string_view way_of(const PhoneCall& call) const;
  static std::uint16_t media_port(std::uint64_t call) {
    return static_cast<std::uint16_t>(20'000 + 2 * (call % 20'000));
  }
  sip::MessageWriter start_request(std::string_view method, std::string_view uri,
                                   std::string_view branch) const;
  std::string authorization_for(const sip::Message& challenge, std::string_view method,
                                std::string_view uri) const;
  std::string contact() const;
  void respond(const sip::RequestArrived& request, int status, std::string_view tag,
               std::string_view sdp);

  // -- what comes in (phone_input.cpp)
  void on(sip::RequestOffered& offered);
  void on(sip::ResponseArrived& response);
  void on(sip::RequestFailed& failure);
  void on(sip::CancelArrived& cancel);
  void on_invite(sip::RequestArrived request);
  /// An INVITE with Replaces: its call goes on in that dialog, without a ring.
  void on_replacing(const sip::RequestArrived& request);
  void on_inside_dialog(const sip::RequestArrived& request);
  void on_register_response(const sip::Message& response);
  void on_invite_response(PhoneCall& call, sip::ResponseArrived& response);
  void on_offer_response(PhoneCall& call, sip::ResponseArrived& response);
  void on_offer_failed(PhoneCall& call);

  // -- of those who were sent on (phone_transfer.cpp)
  /// True if it was an answer to a REFER.
  bool on_refer_response(const sip::ResponseArrived& response);
  bool on_refer_failed(const sip::RequestFailed& failure);
  void accept(Transfer& transfer);
  void on_notify(const sip::RequestArrived& request);
  void on_news(Transfer& transfer, const sip::Message& notify);
  /// The switchboard hung up: a page that is told nothing before will be told nothing.
  void on_goodbye(const PhoneCall& call);
  /// A page forgets a subscription with its dialog, as JsSIP; a desk phone does not.
  void forget_transfers_of(std::uint64_t call);

  // -- calls and their sound (phone.cpp)
  PhoneCall& add_call(Role role);
  void start_talking(PhoneCall& call);
  void end_call(PhoneCall& call, const std::string& word);
  /// Sends the sound of all calls, and looks whether the engine still carries them.
  void tick();
  void on_consent_lost(PhoneCall& call);
  void note_loss();
  void note_return();
  void on_ack(const sip::Message& ack);
  void await_ack(PhoneCall& call, const sip::Message& invite);
  void on_no_ack(std::uint64_t call, unsigned wait);
  void forget_everything();
  void drop(std::uint64_t call);
  std::size_t count(State state) const;
  /// The phone's view of the way to the switchboard.
  sip::Flow server() const;

  World& world_;
  PhoneIdentity identity_;
  SeededRandom random_;
  std::unique_ptr<sip::Endpoint> endpoint_;
  sip::Outbox out_;
  std::vector<PhoneCall> calls_;
  std::vector<Transfer> transfers_;
  std::string outcome_;
  std::uint64_t last_call_ = 0;
  bool is_ticking_ = false;
  std::uint64_t connection_ = 0;
  unsigned session_ = 1;  ///< counts sign-ins
  unsigned page_ = 0;     ///< counts how often it was loaded anew
  std::string instance_;
  std::uint64_t life_ = 0;
  Instant connected_at_{};
  bool is_connected_ = false;
  std::optional<Instant> registered_at_;  ///< since then, on this connection
  std::optional<Instant> lost_at_;        ///< not registered since then
  std::string breaks_before_;
  std::string breaks_after_;
  std::string register_call_id_;
  std::uint32_t register_cseq_ = 0;
  sip::ClientTransactionId registering_;
  std::uint32_t register_expires_ = 0;
};

}  // namespace dering::testing
