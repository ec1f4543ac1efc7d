// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <string>
#include <vector>

#include "base/check.h"
#include "sip/endpoint/endpoint.h"
#include "sip/testing/outbox.h"
#include "sip/testing/sip_text.h"

// One whole call: INVITE, 100, 180, 200, ACK, BYE, 200. The messages of the peer are parsed and
// those of the user written outside the measured time, so that the endpoint alone is measured.

namespace dering::sip {
namespace {

constexpr int calls_per_round = 100;  // a second apart: 3,200 calls are remembered
constexpr int messages_per_call = 7;

const testing::RequestText& usual_invite() {
  static const testing::RequestText invite{.transport = "WSS",
                                           .sent_by = "n72tagj6bu9n.invalid",
                                           .more = "Supported: timer,ice,replaces,outbound\r\n",
                                           .body = std::string(1500, 'a')};
  return invite;
}

ServerTransactionId admit(Endpoint& endpoint, Outbox& out) {
  RequestOffered offered = std::get<RequestOffered>(std::move(out.back()));
  return endpoint.admit(std::move(offered), out)->transaction;
}

struct CallAsCallee {
  std::vector<Message> received;
  std::string ringing, ok, bye_ok;

  explicit CallAsCallee(int number) {
    testing::RequestText text = usual_invite();
    text.branch = fmt::format("z9hG4bK{}", number);
    text.call_id = fmt::format("call-{}", number);
    const Message invite = testing::parsed(text);
    ringing = testing::answer_text(invite, 180, "ours", "<sip:a@pbx.test>");
    ok = testing::answer_text(invite, 200, "ours", "<sip:a@pbx.test>", std::string(1500, 'b'));
    received.push_back(testing::parsed(text));
    text.to_tag = "ours";
    text.body.clear();
    for (const char* method : {"ACK", "BYE"}) {
      text.method = method;
      text.branch += method;
      text.cseq = text.method == "BYE" ? 2 : 1;
      received.push_back(testing::parsed(text));
    }
    bye_ok = testing::answer_text(received.back(), 200);
  }

  void run(Endpoint& endpoint, const Flow& flow, Instant now, Outbox& out) {
    out.clear();
    endpoint.on_message(flow, std::move(received[0]), now, out);
    const auto invite = admit(endpoint, out);
    endpoint.respond(invite, 180, std::move(ringing), now, out);
    endpoint.respond(invite, 200, std::move(ok), now, out);
    endpoint.on_message(flow, std::move(received[1]), now, out);
    DERING_CHECK(std::holds_alternative<AckArrived>(out.back()));
    endpoint.on_message(flow, std::move(received[2]), now, out);
    const auto bye = admit(endpoint, out);
    endpoint.respond(bye, 200, std::move(bye_ok), now, out);
  }
};

void callee(benchmark::State& state) {
  SeededRandom random(1);
  Endpoint endpoint({.host = "pbx.test", .product = "bench"}, {}, random);
  const Flow flow = state.range(0) == 0 ? testing::udp_flow() : testing::wss_flow();
  Instant now{};
  int number = 0;
  Outbox out;
  for ([[maybe_unused]] const auto round : state) {
    state.PauseTiming();
    std::vector<CallAsCallee> calls;
    for (int i = 0; i < calls_per_round; ++i) calls.emplace_back(++number);
    state.ResumeTiming();
    for (CallAsCallee& call : calls) call.run(endpoint, flow, now, out);
    now += std::chrono::seconds(1);
    out.clear();
    endpoint.on_time(now, out);
  }
  state.SetItemsProcessed(state.iterations() * calls_per_round * messages_per_call);
  state.counters["transactions"] = static_cast<double>(endpoint.transaction_count());
}
BENCHMARK(callee)->Arg(0)->Arg(1)->ArgName("connection")->Unit(benchmark::kMicrosecond);

std::string our_request(Endpoint& endpoint, const Flow& flow, Method method,
                        std::string_view branch) {
  auto writer = MessageWriter::request(name_of(method), "sip:1001@192.0.2.1:5060");
  writer.header(HeaderId::via, endpoint.via_value(flow, branch))
      .header(HeaderId::max_forwards, std::uint64_t{70})
      .header(HeaderId::from, "<sip:1002@pbx.test>;tag=ours")
      .header(HeaderId::to, "<sip:1001@pbx.test>")
      .header(HeaderId::call_id, branch)
      .header(HeaderId::cseq, fmt::format("7 {}", name_of(method)));
  return method == Method::invite ? writer.finish("application/sdp", std::string(1500, 'a'))
                                  : writer.finish();
}

struct CallAsCaller {
  std::string invite_branch, invite, ack, bye_branch, bye;
  std::vector<Message> received;

  CallAsCaller(Endpoint& endpoint, const Flow& flow)
      : invite_branch(endpoint.new_branch()),
        invite(our_request(endpoint, flow, Method::invite, invite_branch)),
        ack(our_request(endpoint, flow, Method::ack, endpoint.new_branch())),
        bye_branch(endpoint.new_branch()),
        bye(our_request(endpoint, flow, Method::bye, bye_branch)) {
    for (const int status : {100, 180, 200}) {
      received.push_back(testing::parsed(testing::answer_text(invite, status, "theirs")));
    }
    received.push_back(testing::parsed(testing::answer_text(bye, 200, "theirs")));
  }

  void run(Endpoint& endpoint, const Flow& flow, Instant now, Outbox& out) {
    out.clear();
    const auto id = endpoint.request(flow, Method::invite, std::move(invite_branch),
                                     std::move(invite), now, out);
    for (int i = 0; i < 3; ++i) {
      endpoint.on_message(flow, std::move(received[static_cast<std::size_t>(i)]), now, out);
    }
    DERING_CHECK(std::holds_alternative<ResponseArrived>(out.back()));
    endpoint.acknowledge(id, "theirs", std::move(ack), now, out);
    endpoint.request(flow, Method::bye, std::move(bye_branch), std::move(bye), now, out);
    endpoint.on_message(flow, std::move(received[3]), now, out);
    DERING_CHECK(std::holds_alternative<ResponseArrived>(out.back()));
  }
};

void caller(benchmark::State& state) {
  SeededRandom random(1);
  Endpoint endpoint({.host = "pbx.test", .product = "bench"}, {}, random);
  const Flow flow = state.range(0) == 0 ? testing::udp_flow() : testing::wss_flow();
  Instant now{};
  Outbox out;
  for ([[maybe_unused]] const auto round : state) {
    state.PauseTiming();
    std::vector<CallAsCaller> calls;
    for (int i = 0; i < calls_per_round; ++i) calls.emplace_back(endpoint, flow);
    state.ResumeTiming();
    for (CallAsCaller& call : calls) call.run(endpoint, flow, now, out);
    now += std::chrono::seconds(1);
    out.clear();
    endpoint.on_time(now, out);
  }
  state.SetItemsProcessed(state.iterations() * calls_per_round * messages_per_call);
  state.counters["transactions"] = static_cast<double>(endpoint.transaction_count());
}
BENCHMARK(caller)->Arg(0)->Arg(1)->ArgName("connection")->Unit(benchmark::kMicrosecond);

/// What a stranger's request costs: bytes are those of the answer for one of the request.
void stranger(benchmark::State& state) {
  SeededRandom random(1);
  Endpoint endpoint({.host = "pbx.test", .product = "bench"}, {}, random);
  const Flow flow = state.range(0) == 0 ? testing::udp_flow() : testing::tcp_flow();
  const StatelessAnswer challenge{407,
                                  {},
                                  {{"Proxy-Authenticate", std::string(130, 'a')},
                                   {"Proxy-Authenticate", std::string(130, 'b')}}};
  std::size_t asked = 0;
  std::size_t answered = 0;
  int number = 0;
  Outbox out;
  for ([[maybe_unused]] const auto round : state) {
    state.PauseTiming();
    testing::RequestText text = usual_invite();
    text.branch = fmt::format("z9hG4bK{}", ++number);
    Message invite = testing::parsed(text);
    asked += invite.size();
    out.clear();
    state.ResumeTiming();
    endpoint.on_message(flow, std::move(invite), Instant{}, out);
    const RequestOffered offered = std::get<RequestOffered>(std::move(out.back()));
    endpoint.answer(offered, challenge, out);
    answered += std::get<Send>(out.back()).bytes.size();
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["transactions"] = static_cast<double>(endpoint.transaction_count());
  state.counters["amplification"] = static_cast<double>(answered) / static_cast<double>(asked);
}
BENCHMARK(stranger)->Arg(0)->Arg(1)->ArgName("connection");

}  // namespace
}  // namespace dering::sip
