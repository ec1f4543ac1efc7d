// SPDX-License-Identifier: Apache-2.0
#include "app/dering/program.h"

#include <fmt/format.h>
#include <malloc.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <csignal>
#include <cstdio>
#include <memory>
#include <thread>

#include "app/dering/counter_table.h"
#include "app/dering/issuers.h"
#include "app/dering/listeners.h"
#include "app/dering/logging_desk.h"
#include "app/dering/logo_file.h"
#include "app/dering/outward.h"
#include "app/dering/own_addresses.h"
#include "app/dering/password_lane.h"
#include "app/dering/signalling_thread.h"
#include "app/dering/sip_log_lane.h"
#include "app/dering/taken_port.h"
#include "app/dering/token_lane.h"
#include "app/dering/worker_thread.h"
#include "base/file_descriptor.h"
#include "base/log.h"
#include "base/overflow_watch.h"
#include "base/random.h"
#include "net/clock.h"
#include "store/key_file.h"
#include "store/node.h"

namespace dering::app {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_reports = 128;

/// Where SIP messages are written when somebody wants it.
std::filesystem::path sip_log_file(const Config& config, const DataPaths& paths) {
  const std::filesystem::path file =
      config.sip_log_file.empty() ? paths.folder / "sip.log" : config.sip_log_file;
  return std::filesystem::absolute(file);
}

/// The threads of dering and what joins them; lives on the main thread.
class Program {
 public:
  static std::expected<std::unique_ptr<Program>, std::string> open(const Config& config, Demo demo);

  /// Until SIGINT or SIGTERM, or until its terminal is closed.
  void run();

 private:
  enum class State : std::uint8_t { serving, stopping };

  Program(const Config& config, Prepared prepared)
      : config_(config),
        paths_(std::move(prepared.paths)),
        new_accounts_(std::move(prepared.demo_accounts)),
        reports_(most_reports, [this] { loop_.wake(); }),
        sip_log_(sip_log_file(config_, paths_),
                 {.bytes = std::uint64_t{config_.sip_log_megabytes} << 20U,
                  .age = std::chrono::days(config_.sip_log_days)}),
        logging_({.level = config_.log_level,
                  .sip_file = sip_log_file(config_, paths_).string(),
                  .writes_sip = !config_.sip_log_file.empty(),
                  .has_trace = config_.trace_megabytes > 0},
                 sip_log_.mailbox()) {}

  std::optional<std::string> open_all();
  net::EdgeCallbacks edge_callbacks();
  void on_http(HttpArrived arrived);
  void on_fetched(net::HttpAnswer answer);
  EngineLink engine_link() const;
  switchboard::Settings switchboard_settings(const std::string& issuer) const;
  void greet();
  void on_signal();
  std::string status() const;
  std::vector<Counter> counters() const;
  void on_second();
  void give_back_memory();

  Config config_;
  DataPaths paths_;
  std::uint32_t node_ = 0;                 ///< of this start
  std::vector<DemoAccount> new_accounts_;  ///< until they are printed
  net::EventLoop loop_;
  MainMailbox reports_;
  SignallingReport report_{};
  DiskBacklog backlog_;
  OverflowWatch overflows_;
  Instant next_trim_{};
  std::size_t free_after_trim_ = 0;
  FileDescriptor signals_;
  State state_ = State::serving;
  std::unique_ptr<net::Edge> edge_;
  std::unique_ptr<net::HttpClient> client_;
  std::unique_ptr<TokenLane> tokens_;
  PasswordLane passwords_;
  SipLogLane sip_log_;
  LoggingDesk logging_;  ///< of the worker, once that runs
  std::unique_ptr<WorkerThread> worker_;
  std::unique_ptr<SignallingThread> signalling_;
  const bool is_on_terminal_ = ::isatty(STDIN_FILENO) == 1;
};

std::vector<SocketAddress> name_servers_of(const Config& config) {
  std::vector<SocketAddress> servers;
  for (const std::string& text : config.dns_servers) {
    if (const auto server = name_server(text)) servers.push_back(*server);
  }
  return servers;
}

/// SIGINT, SIGTERM and SIGHUP as a descriptor; blocked in all threads that start later.
FileDescriptor take_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set, signal);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return FileDescriptor(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

std::vector<std::string> bases_of(const std::vector<net::WebAddress>& addresses) {
  std::vector<std::string> bases;
  for (const net::WebAddress& address : addresses) bases.push_back(address.base());
  return bases;
}

/// All whose tokens are believed.
std::vector<identity::Issuer> issuers_of(const Config& config,
                                         const std::vector<std::string>& origins,
                                         const identity::SigningKey& key) {
  std::vector<identity::Issuer> issuers = external_issuers(config);
  if (uses_built_in_provider(config)) {
    std::ranges::move(api::built_in_issuers(origins, key), std::back_inserter(issuers));
  }
  return issuers;
}

WorkerSettings worker_settings(const Config& config, net::Edge& edge,
                               const std::vector<net::WebAddress>& addresses,
                               std::vector<SyncSettings> syncs) {
  WorkerSettings settings{
      .api = {.origins = bases_of(addresses),
              .websocket_origins = websocket_origins(config, addresses),
              .embed_origins = config.embed_origins,
              .organisation = {.name = config.organisation.name,
                               .logo = address_of_logo(config.organisation.logo)},
              .realm = config.realm,
              .has_built_in = uses_built_in_provider(config),
              .sip_host = host_of(config),
              .sip_port = edge.sip_addresses().front().port(),
              .sip_tls_port = edge.sip_addresses().back().port()},
      .plans = {},
      .syncs = std::move(syncs),
      .tell_readiness =
          [&edge](net::Readiness readiness) { edge.tell_readiness(std::move(readiness)); },
      .keep_calls = std::chrono::days(config.keep_days),
      .reload_certificates = [&edge] { return edge.reload_certificates(); }};
  for (const IssuerConfig& issuer : config.issuers) {
    settings.api.issuers.push_back(
        {issuer.url, issuer.client_id, issuer.audience, label_of(issuer)});
    settings.plans.emplace(issuer.url, number_plan(config, issuer));
  }
  return settings;
}

std::expected<std::unique_ptr<Program>, std::string> Program::open(const Config& config,
                                                                   Demo demo) {
  if (auto fault = fault_of(config)) return std::unexpected(*fault);
  if (is_in_use(DataPaths(config.data))) {
    return std::unexpected(
        fmt::format("another dering already runs on the data folder {}.", config.data.string()));
  }
  if (auto fault = taken_port(config)) return std::unexpected(*fault);
  auto prepared = prepare_data(config, demo);
  if (!prepared) return std::unexpected(prepared.error());
  std::unique_ptr<Program> program(new Program(config, std::move(*prepared)));
  if (auto fault = program->open_all()) return std::unexpected(*fault);
  return program;
}

std::optional<std::string> Program::open_all() {
  signals_ = take_signals();
  auto store = store::Store::open(paths_.database);
  if (!store) return store.error();
  auto key = store::load_or_create_signing_key(paths_.token_key);
  if (!key) return key.error();
  auto directory = (*store)->load_directory();
  if (!directory) return directory.error();
  auto bindings = (*store)->load_bindings(net::wall_clock());
  if (!bindings) return bindings.error();
  auto messages = (*store)->load_messages();
  if (!messages) return messages.error();
  auto forwardings = (*store)->load_forwardings();
  if (!forwardings) return forwardings.error();
  SystemRandom random;
  node_ = store::mint_node(**store, random);

  auto syncs = sync_settings(config_);
  if (!syncs) return syncs.error();

  auto secrets = trunk_secrets(config_);
  if (!secrets) return secrets.error();

  auto listeners = open_listeners(config_, paths_, edge_callbacks());
  if (!listeners) return listeners.error();
  edge_ = std::move(listeners->edge);
  const auto addresses = web_addresses(config_, origins_of(config_, *edge_));
  edge_->be_reached_at(addresses);
  edge_->allow_origins(websocket_origins(config_, addresses));

  tokens_ = std::make_unique<TokenLane>(issuers_of(config_, bases_of(addresses), *key));
  WorkerSettings work = worker_settings(config_, *edge_, addresses, std::move(*syncs));
  work.change_logging = [this](const api::LoggingWish& wish) { return logging_.change(wish); };
  worker_ = std::make_unique<WorkerThread>(std::move(*store), std::move(*key), std::move(work));
  for (const directory::StoredBinding& binding : *bindings) worker_->on_sign_in(binding);
  client_ = std::make_unique<net::HttpClient>(
      net::HttpClient::Settings{},
      [this](net::HttpAnswer answer) { on_fetched(std::move(answer)); });
  auto settings = switchboard_settings(authorization_server(config_, https_of(config_, *edge_)));
  settings.trunk_secrets = *std::move(secrets);
  signalling_ = std::make_unique<SignallingThread>(
      std::move(settings), std::move(listeners->sip), engine_link(),
      SignallingThread::Neighbours{*edge_, worker_->mail(), tokens_->mail(), reports_,
                                   name_servers_of(config_), sip_log_.mailbox()});
  signalling_->keep_trace(std::size_t{config_.trace_megabytes} << 20U);
  signalling_->restore({std::move(*directory), std::move(*bindings), std::move(*messages),
                        std::move(*forwardings), worker_->read_plan()});
  return std::nullopt;
}

net::EdgeCallbacks Program::edge_callbacks() {
  return {
      .on_http =
          [this](net::HttpRequest request, std::unique_ptr<net::HttpReply> reply) {
            on_http({.request = std::move(request), .reply = std::move(reply)});
          },
      .on_message =
          [this](const sip::Flow& flow, sip::Message& message, net::Standing standing) {
            SignallingMail& mail = signalling_->mail();
            auto& lane =
                standing == net::Standing::signed_in ? mail.from_signed_in : mail.from_strangers;
            sip::Received letter{flow, std::move(message)};
            if (lane.post(std::move(letter))) return true;
            message = std::move(letter.message);
            return false;
          },
      .on_flow_closed =
          [this](const sip::FlowClosed& end) {
            signalling_->mail().flow_ends.post_always(sip::FlowClosed(end));
          },
      .on_refused =
          [this](refusal::Refusal refused) {
            // One that finds no room is counted, and said once a minute.
            (void)worker_->mail().refusals.post(std::move(refused));
          },
  };
}

/// A request whose token has to be judged goes there first.
void Program::on_http(HttpArrived arrived) {
  WorkerMail& worker = worker_->mail();
  auto& lane = api::token_in(arrived.request).empty() ? worker.requests : tokens_->mail().requests;
  if (!lane.post(std::move(arrived))) refuse_busy(arrived);
}

void Program::on_fetched(net::HttpAnswer answer) {
  if ((answer.id & SyncDesk::fetch_mark) != 0) {
    worker_->mail().news.post_always(FetchAnswered{std::move(answer)});
  } else {
    tokens_->mail().news.post_always(FetchAnswered{std::move(answer)});
  }
}

EngineLink Program::engine_link() const {
  if (!config_.starts_engine) return EngineLink(paths_.media_socket, std::nullopt);
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  std::vector<std::string> arguments{"--socket",    paths_.media_socket.string(),
                                     "--port",      std::to_string(config_.media_port),
                                     "--rtp-ports", config_.rtp_ports.text(),
                                     "--threads",   std::to_string(config_.media_threads),
                                     "--sounds",    (paths_.folder / "sounds").string()};
  for (const std::string& address : config_.media_addresses) {
    arguments.insert(arguments.end(), {"--address", address});
  }
  return EngineLink(paths_.media_socket,
                    EngineProcess(self.parent_path() / "dering-media", std::move(arguments)));
}

switchboard::Settings Program::switchboard_settings(const std::string& issuer) const {
  switchboard::Settings settings;
  settings.node = node_;
  const auto address = SocketAddress::from_text(config_.sip.address, 0);
  const bool is_any = !address || address->is_unspecified();
  const std::vector<SocketAddress> own = own_addresses();
  settings.names.host = !is_any        ? address->host_for_uri()
                        : !own.empty() ? own.front().host_for_uri()
                                       : "127.0.0.1";
  settings.names.udp_port = settings.names.tcp_port = edge_->sip_addresses().front().port();
  settings.names.tls_port = edge_->sip_addresses().back().port();
  settings.names.networks = networks_of(config_);
  settings.names.product = "dering/" DERING_VERSION;
  settings.realm = config_.realm;
  settings.md5 = config_.md5;
  settings.domains = domains_of(config_);
  for (const SocketAddress& one : own) settings.domains.push_back(one.ip_text());
  settings.authorization_server = issuer;
  settings.media = config_.sound;
  settings.ring_time = std::chrono::seconds(config_.ring_seconds);
  settings.park_time = std::chrono::seconds(config_.park_seconds);
  settings.bindings_per_user = config_.bindings_per_user;
  settings.calls = config_.calls;
  settings.calls_per_user = config_.calls_per_user;
  settings.new_calls_per_minute = config_.new_calls_per_minute;
  settings.refreshes_per_minute = config_.refreshes_per_minute;
  settings.registrations_per_minute = config_.registrations_per_minute;
  settings.subscriptions_per_minute = config_.subscriptions_per_minute;
  settings.texts_per_minute = config_.texts_per_minute;
  settings.subscriptions = config_.subscriptions;
  settings.subscriptions_per_user = config_.subscriptions_per_user;
  settings.calls_after_sign_out = config_.calls_after_logout;
  return settings;
}

void Program::run() {
  std::jthread client([this] { client_->run(); });
  std::jthread tokens([this] { tokens_->run({signalling_->mail(), worker_->mail(), *client_}); });
  std::jthread passwords([this] { passwords_.run(worker_->mail()); });
  std::jthread worker([this] {
    worker_->run({signalling_->mail(), tokens_->mail(), passwords_.mailbox(), *client_, backlog_});
  });
  std::jthread sip_log([this] { sip_log_.run(signalling_->mail()); });
  std::jthread signalling([this] { signalling_->run(); });
  std::jthread edge([this] { edge_->run(); });

  loop_.add(signals_.get(), [this] { on_signal(); });
  greet();
  std::vector<SignallingReport> letters;
  while (state_ == State::serving) {
    loop_.run_once(std::nullopt);
    reports_.take(letters);
    if (letters.empty()) continue;
    const bool is_asked_for = std::ranges::any_of(letters, &SignallingReport::is_asked_for);
    report_ = letters.back();
    SignallingReport passed_on = report_;
    passed_on.refusals_unseen += edge_->counts().refusals_unseen;
    worker_->mail().news.post_always(std::move(passed_on));
    if (is_asked_for) worker_->mail().news.post_always(StatusTold{{status()}});
    on_second();
  }

  log::info("stopping: calls are ended");
  signalling_->mail().stop.post_always({});
  signalling.join();
  sip_log_.mailbox().post_always(StopSipLog{});
  sip_log.join();
  edge_->stop();
  edge.join();
  tokens_->mail().news.post_always(StopTokens{});
  tokens.join();
  passwords_.mailbox().post_always(StopPasswords{});
  passwords.join();
  worker_->mail().news.post_always(StopWorker{});
  worker.join();
  client_->stop();
  client.join();
}

void Program::on_signal() {
  signalfd_siginfo signal{};
  if (::read(signals_.get(), &signal, sizeof signal) != sizeof signal) return;
  // To a program on a terminal SIGHUP says that it was closed, to a service that it shall read
  // anew.
  if (signal.ssi_signo != SIGHUP || is_on_terminal_) {
    state_ = State::stopping;
    return;
  }
  worker_->mail().news.post_always(ReloadDirectory{});
  if (const auto done = edge_->reload_certificates(); !done) log::error("{}", done.error());
}

std::string Program::status() const {
  const auto& counts = report_.counts;
  boost::json::object overflow;
  boost::json::array all;
  for (const Counter& counter : counters()) {
    if (counter.kind == Counter::Kind::overflow) overflow[counter.name] = counter.value;
    all.push_back({{"name", counter.name},
                   {"value", counter.value},
                   {"kind", name_of(counter.kind)},
                   {"meaning", counter.meaning}});
  }
  return boost::json::serialize(boost::json::object{
      {"at", net::wall_clock().count()},
      {"version", DERING_VERSION},
      {"pid", ::getpid()},
      {"engine", report_.engine_is_ready ? "ready" : "lost"},
      {"calls", counts.calls},
      {"bindings", counts.bindings},
      {"phones_silent", counts.phones_silent},
      {"phones_displaced", counts.phones_displaced},
      {"foreign_acks", counts.foreign_acks},
      {"subscriptions", counts.subscriptions},
      {"lost_connections_shed", counts.shed},
      {"transactions", counts.transactions},
      {"requests_overloaded", counts.overloaded},
      {"requests_unanswered", counts.unanswered},
      {"connections", edge_->counts().connections_open},
      {"refused_for_want_of_room", std::move(overflow)},
      {"changes_waiting_for_the_disk", backlog_.waiting.load()},
      {"changes_lost", backlog_.lost.load()},
      {"connections_refused", edge_->counts().connections_refused},
      {"origins_refused", edge_->counts().foreign_origins},
      {"ports",
       {{"http", edge_->web_addresses().at(0).port()},
        {"https", edge_->web_addresses().at(1).port()},
        {"sip", edge_->sip_addresses().at(0).port()},
        {"sip_tls", edge_->sip_addresses().at(1).port()},
        {"media", report_.media_port}}},
      {"counters", std::move(all)},
  });
}

std::vector<Counter> Program::counters() const {
  SignallingMail& signalling = signalling_->mail();
  WorkerMail& worker = worker_->mail();
  return counters_of(
      {.edge = edge_->counts(),
       .signalling = report_,
       .mail = {.strangers = signalling.from_strangers.refused(),
                .phones = signalling.from_signed_in.refused(),
                .requests = worker.requests.refused() + tokens_->mail().requests.refused(),
                .presence = worker.presence.refused(),
                .refusals = worker.refusals.refused(),
                .fetches = client_->refused(),
                .reports = reports_.refused()},
       .changes_waiting = backlog_.waiting.load(),
       .changes_lost = backlog_.lost.load()});
}

void Program::on_second() {
  const auto overflows = overflows_in(counters());
  if (const auto line = overflows_.look(overflows, net::now())) {
    log::write(log::Level::warning, *line);
  }
  give_back_memory();
}

/// What a flood needed and is free again goes back to the system. Looked at every few seconds, and
/// done only where it has changed: walking the heap holds others up for a moment.
void Program::give_back_memory() {
  constexpr std::size_t worth_it = 1024 * 1024;
  if (net::now() < next_trim_) return;
  next_trim_ = net::now() + 5s;
  const std::size_t free_bytes = ::mallinfo2().fordblks;
  if (free_bytes < worth_it || free_bytes < free_after_trim_ + worth_it / 2) return;
  ::malloc_trim(0);
  free_after_trim_ = ::mallinfo2().fordblks;
}

void Program::greet() {
  fmt::print("\nDering {} is running.\n\n", DERING_VERSION);
  fmt::print("  Phone        http://localhost:{}   (on this machine)\n",
             edge_->web_addresses().at(0).port());
  fmt::print("               https://{}:{}   (on the network)\n", host_of(config_),
             edge_->web_addresses().at(1).port());
  fmt::print("  Desk phones  UDP and TCP port {}, TLS port {}, realm {}\n",
             edge_->sip_addresses().at(0).port(), edge_->sip_addresses().at(1).port(),
             config_.realm);
  if (const auto accounts = std::exchange(new_accounts_, {}); !accounts.empty()) {
    fmt::print("\n  Demo accounts   number  user name  password (shown this once)\n");
    for (const DemoAccount& account : accounts) {
      fmt::print("                  {:<6}  {:<9}  {}\n", account.extension, account.username,
                 account.password);
    }
  }
  fmt::print("\nCall *43 in the page to hear yourself. Ctrl-C stops everything.\n\n");
  std::fflush(stdout);
}

}  // namespace

std::optional<std::string> run_program(const Config& config, Demo demo) {
  const auto program = Program::open(config, demo);
  if (!program) return program.error();
  (*program)->run();
  return std::nullopt;
}

}  // namespace dering::app
