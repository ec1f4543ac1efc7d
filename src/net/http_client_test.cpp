// SPDX-License-Identifier: Apache-2.0
#include "net/http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>

#include "net/testing/running_edge.h"
#include "net/testing/scripted_server.h"

namespace dering::net {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::ScriptedPeer;
using testing::ScriptedServer;
using ::testing::StartsWith;

std::string reply(std::string_view body, std::string_view status = "200 OK",
                  std::string_view fields = "") {
  return "HTTP/1.1 " + std::string(status) + "\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\nConnection: close\r\n" + std::string(fields) + "\r\n" + std::string(body);
}

/// A client on a thread of its own, stopped at the end of the test.
class RunningClient {
 public:
  explicit RunningClient(HttpClient::Settings settings = {})
      : client_(std::move(settings), [this](HttpAnswer answer) { answers.add(std::move(answer)); }),
        thread_([this] { client_.run(); }) {}
  ~RunningClient() {
    client_.stop();
    thread_.join();
  }

  HttpClient& operator*() { return client_; }
  HttpClient* operator->() { return &client_; }

  std::expected<HttpDocument, HttpFailure> fetch(HttpFetch fetch) {
    EXPECT_TRUE(client_.post(std::move(fetch)));
    auto answer = answers.next();
    EXPECT_TRUE(answer) << "no answer came";
    return answer ? std::move(answer->document) : std::unexpected(HttpFailure{});
  }
  HttpFault fault_of(HttpFetch wanted) {
    const auto document = fetch(std::move(wanted));
    EXPECT_FALSE(document) << "status " << document->status;
    return document ? HttpFault{} : document.error().fault;
  }

  testing::Collected<HttpAnswer> answers;

 private:
  HttpClient client_;
  std::thread thread_;
};

/// A certificate for these names, trusted through a file of its own.
struct Authority {
  explicit Authority(const std::vector<std::string>& names, UnixSeconds now) {
    const std::vector<SocketAddress> addresses = {SocketAddress::from_ipv4(0x7f000001, 0)};
    pair = *issue_certificate(*make_authority("Test", now), {names, addresses}, now);
    std::string pattern = ::testing::TempDir() + "authorityXXXXXX";
    directory = ::mkdtemp(pattern.data());
    file = directory / "ca.pem";
    std::ofstream(file) << pair.certificate;
  }
  ~Authority() { std::filesystem::remove_all(directory); }

  KeyPair pair;
  std::filesystem::path directory;
  std::string file;
};

UnixSeconds today() {
  return UnixSeconds(std::time(nullptr));
}

TEST(HttpClientTest, FetchesADocument) {
  testing::Collected<std::string> requests;
  const ScriptedServer server([&](ScriptedPeer& peer) {
    requests.add(peer.read_request());
    peer.write(reply("hello"));
  });
  RunningClient client;
  const auto document = client.fetch({.id = 7, .url = server.url("127.0.0.1", "/keys?a=b")});
  ASSERT_TRUE(document) << document.error().sentence;
  EXPECT_EQ(document->status, 200);
  EXPECT_EQ(document->body, "hello");
  const std::string request = requests.next().value_or("");
  EXPECT_THAT(request, StartsWith("GET /keys?a=b HTTP/1.1\r\n"));
  EXPECT_THAT(request, ::testing::Not(HasSubstr("Cookie")));
  EXPECT_THAT(request, ::testing::Not(HasSubstr("Accept-Encoding")));
}

TEST(HttpClientTest, PostsAFormWithItsFields) {
  testing::Collected<std::string> requests;
  const ScriptedServer server([&](ScriptedPeer& peer) {
    requests.add(peer.read_request());
    peer.write(reply("no", "401 Unauthorized"));
  });
  RunningClient client;
  const auto document =
      client.fetch({.id = 1,
                    .url = server.url(),
                    .method = "POST",
                    .fields = {{"Content-Type", "application/x-www-form-urlencoded"},
                               {"Authorization", "Basic YTpi"}},
                    .body = "grant_type=client_credentials"});
  ASSERT_TRUE(document) << document.error().sentence;
  EXPECT_EQ(document->status, 401) << "a status is an answer, not a failure";
  const std::string request = requests.next().value_or("");
  EXPECT_THAT(request, StartsWith("POST / HTTP/1.1\r\n"));
  EXPECT_THAT(request, HasSubstr("\r\nAuthorization: Basic YTpi\r\n"));
  EXPECT_THAT(request, HasSubstr("\r\n\r\ngrant_type=client_credentials"));
}

TEST(HttpClientTest, AnswersCarryTheIdOfTheirRequest) {
  const ScriptedServer server([](ScriptedPeer& peer) {
    const std::string request = peer.read_request();
    peer.write(reply(request.substr(4, request.find(' ', 4) - 4)));
  });
  RunningClient client;
  for (std::uint64_t id = 1; id <= 40; ++id) {
    ASSERT_TRUE(client->post({.id = id, .url = server.url("127.0.0.1", '/' + std::to_string(id))}));
  }
  for (int i = 0; i < 40; ++i) {
    const auto answer = client.answers.next();
    ASSERT_TRUE(answer && answer->document);
    EXPECT_EQ(answer->document->body, '/' + std::to_string(answer->id));
  }
}

TEST(HttpClientTest, RefusesWhatCouldBeReadOrChangedOnItsWay) {
  RunningClient client;
  for (const auto* url :
       {"", "x", "http://sso.univ.ac.id/", "http://128.0.0.1/", "http://0.0.0.0/",
        "http://localhost.evil.example/", "ftp://127.0.0.1/", "file:///etc/passwd",
        "gopher://127.0.0.1/", "https://user:secret@sso.example/", "https://sso.example/#x",
        "https://sso.example/\r\nX: y", "http://127.1/", "http://[::ffff:192.0.2.1]/"}) {
    EXPECT_EQ(client.fault_of({.id = 1, .url = url}), HttpFault::not_allowed) << url;
  }
}

TEST(HttpClientTest, RefusesRequestsThatSmuggle) {
  const ScriptedServer server([](ScriptedPeer& peer) { peer.read_request(); });
  RunningClient client;
  const std::string url = server.url();
  using Field = std::pair<std::string, std::string>;
  for (const Field& field :
       {Field{"A", "x\r\nB: y"}, Field{"A\r\nB", "x"}, Field{"A:", "x"}, Field{"", "x"},
        Field{"A", ""}, Field{"A ", "x"}, Field{"A;", "x"}, Field{"A", std::string("x\0y", 3)}}) {
    EXPECT_EQ(client.fault_of({.id = 1, .url = url, .fields = {field}}), HttpFault::not_allowed);
  }
  EXPECT_EQ(client.fault_of({.id = 1, .url = url, .method = "DELETE"}), HttpFault::not_allowed);
  EXPECT_EQ(client.fault_of({.id = 1, .url = url, .body = "x"}), HttpFault::not_allowed);
  EXPECT_EQ(server.connections(), 0);
}

TEST(HttpClientTest, ARedirectIsAnAnswer) {
  const ScriptedServer target([](ScriptedPeer& peer) {
    peer.read_request();
    peer.write(reply("secret"));
  });
  const ScriptedServer server([&](ScriptedPeer& peer) {
    peer.read_request();
    peer.write(reply("", "302 Found", "Location: " + target.url() + "\r\n"));
  });
  RunningClient client;
  const auto document = client.fetch({.id = 1, .url = server.url()});
  ASSERT_TRUE(document) << document.error().sentence;
  EXPECT_EQ(document->status, 302);
  EXPECT_EQ(target.connections(), 0);
}

TEST(HttpClientTest, AnAnswerLongerThanWantedIsCutOff) {
  const std::string whole(1'000, 'a');
  std::string chunks;
  for (int i = 0; i < 10; ++i) chunks += "64\r\n" + std::string(100, 'a') + "\r\n";
  for (const std::string& text :
       {reply(whole), "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + whole,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + "0\r\n\r\n"}) {
    const ScriptedServer server([&](ScriptedPeer& peer) {
      peer.read_request();
      peer.write(text);
    });
    RunningClient client;
    EXPECT_EQ(client.fault_of({.id = 1, .url = server.url(), .most_bytes = 999}),
              HttpFault::too_long);
    const auto document = client.fetch({.id = 2, .url = server.url(), .most_bytes = 1'000});
    ASSERT_TRUE(document) << document.error().sentence;
    EXPECT_EQ(document->body, whole);
  }
}

TEST(HttpClientTest, AnEndlessBodyOrHeaderIsCutOff) {
  for (const std::string start : {"HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\n"}) {
    testing::Collected<std::size_t> written;
    const ScriptedServer server([&](ScriptedPeer& peer) {
      peer.read_request();
      peer.write(start);
      std::size_t count = 0;
      while (count < 64'000'000 && peer.write("X-Filler: " + std::string(988, 'a') + "\r\n")) {
        count += 1'000;
      }
      written.add(count);
    });
    RunningClient client;
    EXPECT_EQ(client.fault_of({.id = 1, .url = server.url()}), HttpFault::too_long) << start;
    EXPECT_LT(written.next().value_or(64'000'000), 32'000'000U) << "the client hung up";
  }
}

TEST(HttpClientTest, NoCompressedBombIsUnpacked) {
  const ScriptedServer server([](ScriptedPeer& peer) {
    peer.read_request();
    peer.write(reply("\x1f\x8b\x08raw", "200 OK", "Content-Encoding: gzip\r\n"));
  });
  RunningClient client;
  const auto document = client.fetch({.id = 1, .url = server.url()});
  ASSERT_TRUE(document) << document.error().sentence;
  EXPECT_EQ(document->body, "\x1f\x8b\x08raw");
}

TEST(HttpClientTest, ASilentOrDrippingServerIsGivenUp) {
  for (const bool drips : {false, true}) {
    const ScriptedServer server([&](ScriptedPeer& peer) {
      peer.read_request();
      if (drips) peer.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
      for (int i = 0; i < 500 && !peer.wait_for_end(drips ? 10 : 100); ++i) {
        if (drips) peer.write("a");
      }
    });
    RunningClient client({.whole = 200ms});
    EXPECT_EQ(client.fault_of({.id = 1, .url = server.url()}), HttpFault::timed_out) << drips;
  }
}

TEST(HttpClientTest, ATlsServerThatNeverShakesHandsIsGivenUp) {
  const ScriptedServer server([](ScriptedPeer& peer) { peer.wait_for_end(5'000); });
  RunningClient client({.connect = 200ms});
  std::string url = server.url("127.0.0.1");
  url.insert(4, "s");
  EXPECT_EQ(client.fault_of({.id = 1, .url = url}), HttpFault::timed_out);
}

TEST(HttpClientTest, NobodyThereIsSaidSo) {
  std::string url;
  {
    url = ScriptedServer([](ScriptedPeer&) {}).url("127.0.0.1");
  }
  RunningClient client;
  const auto document = client.fetch({.id = 1, .url = url});
  ASSERT_FALSE(document);
  EXPECT_EQ(document.error().fault, HttpFault::not_connected);
  EXPECT_THAT(document.error().sentence, StartsWith("127.0.0.1: nobody answers there"));
}

TEST(HttpClientTest, AConnectionThatEndsTooSoonIsBroken) {
  for (const std::string text : {"", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
                                 "SIP/2.0 200 OK\r\n\r\n", "half a status li"}) {
    const ScriptedServer server([&](ScriptedPeer& peer) {
      peer.read_request();
      peer.write(text);
    });
    RunningClient client;
    EXPECT_EQ(client.fault_of({.id = 1, .url = server.url()}), HttpFault::broken) << text;
  }
}

TEST(HttpClientTest, TheCertificateMustBeOfThatHostAndTrusted) {
  const auto serve = [](ScriptedPeer& peer) {
    peer.read_request();
    peer.write(reply("private"));
  };
  const Authority right({"localhost"}, today());
  const Authority wrong({"other.example"}, today());
  const Authority old({"localhost"}, today() - 2'000 * 86'400s);
  {
    const ScriptedServer server(serve, right.pair);
    RunningClient client({.ca_file = right.file});
    const auto document = client.fetch({.id = 1, .url = server.url()});
    ASSERT_TRUE(document) << document.error().sentence;
    EXPECT_EQ(document->body, "private");
    RunningClient knows_others({.ca_file = wrong.file});
    EXPECT_EQ(knows_others.fault_of({.id = 1, .url = server.url()}), HttpFault::not_trusted);
    RunningClient knows_the_systems_only;
    EXPECT_EQ(knows_the_systems_only.fault_of({.id = 1, .url = server.url()}),
              HttpFault::not_trusted);
  }
  {
    const ScriptedServer server(serve, wrong.pair);
    RunningClient client({.ca_file = wrong.file});
    EXPECT_EQ(client.fault_of({.id = 1, .url = server.url()}), HttpFault::not_trusted);
  }
  {
    const ScriptedServer server(serve, old.pair);
    RunningClient client({.ca_file = old.file});
    EXPECT_EQ(client.fault_of({.id = 1, .url = server.url()}), HttpFault::not_trusted);
  }
}

TEST(HttpClientTest, PlainHttpOnATlsPortIsBroken) {
  const ScriptedServer server([](ScriptedPeer& peer) {
    peer.write(reply("hello"));
    peer.wait_for_end(5'000);
  });
  RunningClient client;
  std::string url = server.url();
  url.insert(4, "s");
  EXPECT_EQ(client.fault_of({.id = 1, .url = url}), HttpFault::broken);
}

/// Sets an environment variable for one test.
class Environment {
 public:
  Environment(const char* name, const std::string& value) : name_(name) {
    ::setenv(name, value.c_str(), 1);
  }
  ~Environment() { ::unsetenv(name_); }

 private:
  const char* name_;
};

TEST(HttpClientTest, AProxyOfTheEnvironmentIsUsedButNeverForThisMachine) {
  testing::Collected<std::string> proxied;
  const ScriptedServer proxy([&](ScriptedPeer& peer) {
    proxied.add(peer.read_request());
    peer.write("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
  });
  const ScriptedServer server([](ScriptedPeer& peer) {
    peer.read_request();
    peer.write(reply("direct"));
  });
  const Environment http("http_proxy", proxy.url("127.0.0.1"));
  const Environment https("https_proxy", proxy.url("127.0.0.1"));
  const Environment all("all_proxy", proxy.url("127.0.0.1"));
  RunningClient client;
  for (const auto* host : {"localhost", "127.0.0.1"}) {
    const auto document = client.fetch({.id = 1, .url = server.url(host)});
    ASSERT_TRUE(document) << document.error().sentence;
    EXPECT_EQ(document->body, "direct");
  }
  EXPECT_EQ(proxy.connections(), 0);
  EXPECT_FALSE(client.fetch({.id = 2, .url = "https://sso.invalid/keys"}));
  EXPECT_THAT(proxied.next().value_or(""), StartsWith("CONNECT sso.invalid:443 HTTP/1.1\r\n"));
}

TEST(HttpClientTest, TooManyWaitingAreRefused) {
  HttpClient client({.waiting = 3}, [](HttpAnswer) {});
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(client.post({.id = 1, .url = "https://a"}));
  EXPECT_FALSE(client.post({.id = 1, .url = "https://a"}));
}

TEST(HttpClientTest, MoreThanTheConnectionsAllowWaitTheirTurnAndThenAreBusy) {
  testing::Collected<int> go;
  const ScriptedServer server([&](ScriptedPeer& peer) {
    if (!peer.read_request().empty() && go.next()) peer.write(reply("late"));
  });
  RunningClient client({.waiting = 2, .connections = 1});
  // The client's thread takes letters in batches, so post until it has two on their way.
  int taken = 0;
  std::optional<HttpAnswer> refused;
  while (!refused) {
    if (client->post({.id = 1, .url = server.url("127.0.0.1")})) ++taken;
    if (client.answers.waiting() > 0) refused = client.answers.next();
  }
  ASSERT_FALSE(refused->document);
  EXPECT_EQ(refused->document.error().fault, HttpFault::busy);
  EXPECT_GE(taken, 3);
  for (int i = 0; i < taken; ++i) go.add(i);
}

TEST(HttpClientTest, StopsWhileAFetchIsOnItsWay) {
  testing::Collected<int> arrived;
  const ScriptedServer server([&](ScriptedPeer& peer) {
    peer.read_request();
    arrived.add(1);
    EXPECT_TRUE(peer.wait_for_end(5'000));
  });
  {
    RunningClient client;
    EXPECT_TRUE(client->post({.id = 1, .url = server.url()}));
    EXPECT_TRUE(arrived.next());
  }
}

}  // namespace
}  // namespace dering::net
