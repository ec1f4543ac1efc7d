// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sdp/codec.h"
#include "sip/dialog/dialog.h"
#include "sip/endpoint/endpoint.h"
#include "sip/message/writer.h"
#include "trunk/digest_answer.h"
#include "ua/turn.h"

namespace dering::ua {

/// Somebody who can be invited: a registered Contact URI, verbatim, or a number at a trunk; and the
/// way to it.
struct Target {
  std::string uri;
  sip::Flow flow;
  std::string instance;  ///< names the phone for ever (RFC 5626 §4.1); may be empty
  std::string route{};   ///< proxies on the way, as they registered (RFC 3327); may be empty
  /// Its own codecs, best first; empty: those of its kind.
  std::vector<sdp::Encoding> codecs{};
  /// With what we sign in there; null: nobody there is told any password, whatever they ask.
  std::shared_ptr<const trunk::Account> account{};
  /// Of From and To towards it; empty: that of the house.
  std::string domain{};
};

/// The other side of a dialog, as a resource that its usages share (RFC 5057): the way to it, the
/// names that both have for each other, and once there is one the dialog itself. Writes the
/// messages to it; what they are about, others add. Lives until its last usage ends. Signalling
/// thread.
class Peer {
 public:
  /// Called us with this INVITE, which all responses of ours belong to.
  Peer(LegId leg, const sip::RequestArrived& invite, std::string instance, Turn& turn);
  /// Will be called by us; user is of our Contact towards it.
  Peer(LegId leg, const Target& target, std::string user, Turn& turn);
  /// The same peer once more, for another dialog beside the one that it has: called at the remote
  /// target of that, and told the same. Nothing that its connection goes through is found by this
  /// one before it takes the place of the other.
  static Peer beside(const Peer& other, Turn& turn);

  /// What an INVITE to it says, and with what it is signed in.
  struct Called {
    std::string uri;    ///< Contact URI that is called
    std::string route;  ///< value of Route
    std::shared_ptr<const trunk::Account> account;
    std::string domain;  ///< as in Target
  };
  const Called& called() const { return called_; }
  const sip::Flow& flow() const { return flow_; }
  const std::string& instance() const { return instance_; }
  const std::string& local_tag() const { return local_tag_; }
  /// X-Dering-Media of what is said to it from now on (docs/protocols/media.md).
  void set_media(std::string_view how) { media_ = how; }
  /// P-Asserted-Identity of the same: who it talks with, as a name-addr (RFC 3325).
  void set_identity(std::string who) { identity_ = std::move(who); }
  bool has_dialog() const { return dialog_.has_value(); }
  const sip::DialogId& dialog_id() const { return dialog_->id(); }
  /// Of the INVITE that it is called with.
  const std::string& call_id() const { return call_id_; }
  /// True if Call-ID and both tags of a request from it name the dialog (RFC 3261 §12.2.2).
  bool is_in_dialog(const sip::Message& request) const;

  // -- the way
  /// Since when there is no connection to it.
  std::optional<Instant> lost_at() const { return lost_at_; }
  void on_flow_closed(Instant now);
  /// It is the same peer, and speaks from here now.
  void move_to(const sip::Flow& flow, Turn& turn);

  // -- messages
  /// An INVITE outside a dialog; From carries local_tag(). Supported is for others to add.
  sip::MessageWriter invite(std::string_view from, std::string_view to, std::uint32_t cseq,
                            std::string_view branch, const Turn& turn) const;
  /// A request inside the dialog. INVITE, UPDATE and NOTIFY get Contact, Allow and Supported.
  sip::MessageWriter request(sip::Method method, std::string_view branch, const Turn& turn);
  sip::MessageWriter response(const sip::RequestArrived& request, int status,
                              const Turn& turn) const;
  /// The same with Contact, Allow and Supported: for what makes or refreshes a dialog.
  sip::MessageWriter dialog_response(const sip::RequestArrived& request, int status,
                                     const Turn& turn) const;
  /// Acknowledges the 2xx to our INVITE with this number.
  void acknowledge(sip::ClientTransactionId invite, std::uint32_t cseq, std::string_view sdp,
                   Turn& turn) const;

  // -- the dialog
  void establish(sip::Dialog dialog, Turn& turn);
  const sip::Dialog& dialog() const { return *dialog_; }
  /// BYE to which nobody waits for an answer; the dialog is to be forgotten.
  void dismiss(std::string_view reason, Turn& turn);
  /// CSeq is in order, and a new remote target is taken over. False: answer 500 (RFC 3261 §12.2.2).
  bool accepts(const sip::Message& request);
  void refresh_target(const sip::Message& response) { dialog_->refresh_target(response); }

 private:
  Peer(const Peer& other, std::string call_id, std::string local_tag);
  void add_contact(sip::MessageWriter& writer, const Turn& turn) const;

  LegId leg_;
  sip::Flow flow_;
  FlowEntry at_flow_;
  std::optional<Instant> lost_at_;
  std::string instance_;
  Called called_;
  std::string user_;                             ///< of our Contact towards it
  sip::UriScheme scheme_ = sip::UriScheme::sip;  ///< the same
  std::string call_id_;                          ///< of the INVITE to it
  std::string local_tag_;
  std::string media_;     ///< what a page is told of how its sound goes; may be empty
  std::string identity_;  ///< who it talks with, if it must be told; may be empty
  std::optional<sip::Dialog> dialog_;
  DialogEntry at_dialog_;
};

}  // namespace dering::ua
