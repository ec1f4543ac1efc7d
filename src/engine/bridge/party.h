// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <memory>
#include <optional>
#include <vector>

#include "base/instant.h"
#include "engine/action/action.h"
#include "engine/incoming_packet.h"
#include "engine/link/link.h"
#include "engine/outbox.h"
#include "engine/packet_kind.h"
#include "engine/stream/earpiece.h"
#include "engine/stream/keep_alive.h"
#include "engine/stream/key_ear.h"
#include "engine/stream/quality.h"
#include "engine/stream/receiver.h"
#include "engine/stream/reports.h"
#include "engine/stream/silence.h"

namespace dering::engine {

struct Port;
class PortOutbox;

/// Who takes part in a conversation that the engine reads: the keys and the stream of one port, and
/// who hears it. Owned by its port; lives on the media thread. Carrying a packet allocates nothing.
class Party {
 public:
  /// As Join says it.
  struct Part {
    bool hears = false;
    bool is_heard = false;
    bool expects_sound = false;
  };

  explicit Party(Port& port) : port_(&port), earpiece_(port) {}

  bool has_keys() const { return link_ != nullptr; }
  Earpiece& earpiece() { return earpiece_; }
  void set_link(std::unique_ptr<Link> link, Instant now, Outbox& out);
  /// Keys for the link that there is; false if it is of another kind.
  bool update_keys(const media::v2::Keys& keys, Instant now, Outbox& out);
  void set_stream(const media::v2::Stream& stream, Instant now);
  void join(const Part& part, Instant now);
  const Part& part() const { return part_; }

  /// Who hears this one now, as the bridge has it.
  std::vector<Party*>& hearers() { return hearers_; }
  Port& port() const { return *port_; }

  /// Takes the place of what goes on now. The feed is for an action that plays.
  void begin_action(const Action& action, std::unique_ptr<Feed> feed, Instant now, Outbox& out);
  /// Ends what goes on now, if anything does.
  void end_action(media::v2::ActionEnded::Why why, Instant now, Outbox& out);
  const Action& action() const { return action_; }

  /// A path to the phone was found, or another one.
  void on_connected(Instant now, Outbox& out);
  /// The phone proved that it is there.
  void on_sign_of_life(Instant now, Outbox& out);
  void on_packet(PacketKind kind, const IncomingPacket& packet, Instant now, Outbox& out);
  void on_time(Instant now, Outbox& out);
  std::optional<Instant> next_deadline() const;
  void on_close(Instant now, Outbox& out);

 private:
  void on_media(const IncomingPacket& packet, Instant now, Outbox& out);
  void on_control(const IncomingPacket& packet, Instant now, Outbox& out);
  bool is_from_phone(const ice::Path& path, const rtp::Header& header, Instant now, Outbox& out);
  void report(Instant now, Outbox& out);
  void tell_quality(Outbox& out);
  void on_key(const Key& key, media::v2::Digit::How how, Instant now, Outbox& out);
  void drop();

  Port* port_;
  std::unique_ptr<Link> link_;
  Earpiece earpiece_;
  Receiver receiver_;
  std::optional<KeyEar> key_ear_;  ///< of a phone that sends no telephone-event
  Reports reports_;
  KeepAlive keep_alive_;
  ReportedDirection to_phone_;
  std::uint64_t late_before_ = 0;
  std::vector<Party*> hearers_;
  Action action_;
  Part part_;
  Silence silence_;
};

}  // namespace dering::engine
