// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "net/testing/loopback_client.h"
#include "net/testing/running_edge.h"

namespace dering::net {
namespace {

using namespace std::chrono_literals;
using testing::get;
using testing::loopback_settings;
using testing::LoopbackClient;
using testing::read_response;
using testing::RunningEdge;

void answer_ok(HttpRequest request, std::unique_ptr<HttpReply> reply) {
  reply->respond({.status = 200, .fields = {{"Content-Type", "text/plain"}}, .body = request.path});
}

/// A directory of web files that is removed again.
class EdgeWithFiles : public ::testing::Test {
 protected:
  EdgeWithFiles() {
    std::string pattern = ::testing::TempDir() + "edgeXXXXXX";
    directory_ = ::mkdtemp(pattern.data());
    std::filesystem::create_directory(directory_ / "assets");
    std::ofstream(directory_ / "index.html") << "<!doctype html>phone";
    std::ofstream(directory_ / "assets/app-1a2b.js") << std::string(300'000, ';');
    std::filesystem::create_directory(directory_ / "c");
    std::ofstream(directory_ / "c/index.html") << "<!doctype html>one folder deeper";
    std::ofstream(directory_ / "assets/embed-1a2b.js") << "a portal's";
    std::ofstream(directory_ / "sw.js") << "self;";
    std::ofstream(directory_ / "sw.js.br") << "B";
    std::ofstream(directory_ / "sw.js.gz") << "GZ";
    std::ofstream(directory_ / "alone.gz") << "an archive";
    std::ofstream(directory_ / ".secret") << "hidden";
    std::filesystem::create_symlink("/etc/hostname", directory_ / "link.txt");
  }
  ~EdgeWithFiles() override { std::filesystem::remove_all(directory_); }

  EdgeSettings settings() const {
    EdgeSettings settings = loopback_settings();
    settings.static_directory = directory_.string();
    return settings;
  }

  std::filesystem::path directory_;
};

TEST_F(EdgeWithFiles, ServesFilesWithTypeAndCaching) {
  RunningEdge edge(settings());
  LoopbackClient client(edge.web());

  const auto page = get(client, "/");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.body, "<!doctype html>phone");
  EXPECT_EQ(page.field("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(page.field("Cache-Control"), "no-cache");

  const auto script = get(client, "/assets/app-1a2b.js");
  EXPECT_EQ(script.body.size(), 300'000U);
  EXPECT_EQ(script.field("Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(script.field("Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(get(client, "/sw.js").field("Cache-Control"), "no-cache");
}

TEST_F(EdgeWithFiles, PagesOfOthersMayLoadTheScriptForPortalsAlone) {
  RunningEdge edge(settings());
  LoopbackClient client(edge.web());
  const auto embed = get(client, "/assets/embed-1a2b.js");
  EXPECT_EQ(embed.field("Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(embed.field("Cross-Origin-Resource-Policy"), "cross-origin");
  EXPECT_EQ(get(client, "/assets/app-1a2b.js").field("Access-Control-Allow-Origin"), "");
}

TEST_F(EdgeWithFiles, AFileBesidesTheDirectoryHasAPolicyOfItsOwn) {
  EdgeSettings with_logo = settings();
  with_logo.static_extras.push_back({"/logo.svg", "<svg/>", "default-src 'none'; sandbox"});
  RunningEdge edge(std::move(with_logo));
  LoopbackClient client(edge.web());
  const auto logo = get(client, "/logo.svg");
  EXPECT_EQ(logo.body, "<svg/>");
  EXPECT_EQ(logo.field("Content-Type"), "image/svg+xml");
  EXPECT_EQ(logo.field("Content-Security-Policy"), "default-src 'none'; sandbox");
  EXPECT_EQ(logo.field("X-Content-Type-Options"), "nosniff");
}

TEST_F(EdgeWithFiles, GivesThePageForItsOwnPathsAndNothingForAnyOther) {
  RunningEdge edge(settings());
  LoopbackClient client(edge.web());
  for (const std::string target : {"/auth/callback?code=1&state=2", "/recent", "/keypad", "/call",
                                   "/settings/devices", "/settings/forwarding"}) {
    EXPECT_EQ(get(client, target).body, "<!doctype html>phone") << target;
  }
  for (const std::string target : {"/c/1001", "/c/%2A43"}) {
    EXPECT_EQ(get(client, target).body, "<!doctype html>one folder deeper") << target;
  }
  for (const std::string target : {"/missing.js",
                                   "/assets/missing",
                                   "/metrics",
                                   "/readyz/",
                                   "/admin",
                                   "/admin/",
                                   "/auth",
                                   "/auth/callback/",
                                   "/auth/callback/x",
                                   "/.git/config",
                                   "/index.php",
                                   "/api",
                                   "/calls/recent",
                                   "/recent/",
                                   "/recent/1",
                                   "/c",
                                   "/c/",
                                   "/c/1001/",
                                   "/c/1/2",
                                   "/settings",
                                   "/settings/a/b",
                                   "/Auth/callback",
                                   "/wp-login.php?a=b",
                                   "/sw.js/",
                                   "/sw.js.gz",
                                   "/sw.js.br"}) {
    const auto answer = get(client, target);
    EXPECT_EQ(answer.status, 404) << target;
    EXPECT_EQ(answer.field("Content-Type"), "text/plain; charset=utf-8") << target;
  }
  client.send("POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(read_response(client).status, 404);
}

TEST_F(EdgeWithFiles, AnswersProbesItself) {
  RunningEdge edge(settings());
  LoopbackClient client(edge.web());
  EXPECT_EQ(get(client, "/healthz").body, "ok");
  EXPECT_EQ(get(client, "/readyz").status, 503) << "nobody has looked yet";
  edge->tell_readiness({true, R"({"ready":true})"});
  auto ready = get(client, "/readyz");
  for (int i = 0; i < 1'000 && ready.status != 200; ++i) ready = get(client, "/readyz");
  EXPECT_EQ(ready.status, 200);
  EXPECT_EQ(ready.body, R"({"ready":true})");
  EXPECT_EQ(ready.field("Cache-Control"), "no-store");
  client.send("POST /readyz HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(read_response(client).status, 405);
}

// UX6
TEST_F(EdgeWithFiles, SendsTheFileThatLiesPackedBesideItToWhoTakesIt) {
  RunningEdge edge(settings());
  LoopbackClient client(edge.web());
  const auto ask = [&](const std::string& fields, bool has_body = true) {
    const std::string method = has_body ? "GET" : "HEAD";
    client.send(method + " /sw.js HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
    return read_response(client, has_body);
  };
  const auto packed = ask("Accept-Encoding: gzip, br\r\n");
  EXPECT_EQ(packed.body, "B");
  EXPECT_EQ(packed.field("Content-Encoding"), "br");
  EXPECT_EQ(packed.field("Vary"), "Accept-Encoding");
  EXPECT_EQ(packed.field("Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(packed.field("Content-Length"), "1");
  const auto gzip = ask("Accept-Encoding: gzip;q=1.0, br;q=0\r\n");
  EXPECT_EQ(gzip.body, "GZ");
  const auto plain = ask("");
  EXPECT_EQ(plain.body, "self;");
  EXPECT_EQ(plain.field("Content-Encoding"), "");
  EXPECT_EQ(plain.field("Vary"), "Accept-Encoding");
  EXPECT_NE(gzip.field("ETag"), packed.field("ETag"));
  EXPECT_NE(gzip.field("ETag"), plain.field("ETag"));
  const auto head = ask("Accept-Encoding: gzip\r\n", false);
  EXPECT_EQ(head.field("Content-Length"), "2");
  EXPECT_EQ(head.field("Content-Encoding"), "gzip");

  const std::string known = "If-None-Match: \"x\", W/" + gzip.field("ETag") + "\r\n";
  const auto same = ask("Accept-Encoding: gzip\r\n" + known);
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.field("Vary"), "Accept-Encoding");
  EXPECT_EQ(ask("Accept-Encoding: br\r\n" + known).status, 200);
  EXPECT_EQ(get(client, "/alone.gz").body, "an archive");
}

TEST_F(EdgeWithFiles, SaysNotModifiedToAKnownETag) {
  RunningEdge edge(settings());
  LoopbackClient client(edge.web());
  const std::string etag = get(client, "/sw.js").field("ETag");
  client.send("GET /sw.js HTTP/1.1\r\nHost: a\r\nIf-None-Match: " + etag + "\r\n\r\n");
  EXPECT_EQ(read_response(client).status, 304);
  EXPECT_EQ(get(client, "/sw.js").status, 200);
}

TEST_F(EdgeWithFiles, AnswersHeadWithoutABody) {
  RunningEdge edge(settings());
  LoopbackClient client(edge.web());
  client.send("HEAD /sw.js HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(read_response(client, false).field("Content-Length"), "5");
  EXPECT_EQ(get(client, "/sw.js").body, "self;");
  client.send("POST /sw.js HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(read_response(client).status, 405);
}

TEST_F(EdgeWithFiles, HasNoPathOutOfItsDirectory) {  // hostile-input H4
  RunningEdge edge(settings());
  for (const std::string target :
       {"/../etc/passwd", "/assets/../../etc/passwd", "/%2e%2e/etc/passwd", "/..%2fetc/passwd",
        "/%2e%2e%2fetc%2fpasswd", "/..\\etc\\passwd", "/..%5cetc", "//etc/passwd", "/assets//x",
        "/a%00.js", "/%", "/%2", "/%zz", "/%ff", "/./index.html", "etc/passwd", "*"}) {
    LoopbackClient client(edge.web());
    EXPECT_EQ(get(client, target).status, 400) << target;
  }
  LoopbackClient client(edge.web());
  EXPECT_EQ(get(client, "/.secret").status, 404);
  EXPECT_EQ(get(client, "/link.txt").status, 404);
  EXPECT_EQ(get(client, "/%252e%252e/etc/passwd.txt").status, 404);
}

TEST_F(EdgeWithFiles, PutsTheSecurityFieldsOnEveryAnswer) {  // hostile-input H11
  EdgeSettings with_issuer = settings();
  with_issuer.connect_origins = {"https://sso.example"};
  RunningEdge edge(with_issuer, answer_ok);
  LoopbackClient client(edge.web());
  for (const std::string target : {"/", "/missing.js", "/api/me"}) {
    const auto response = get(client, target);
    const std::string policy = response.field("Content-Security-Policy");
    EXPECT_NE(policy.find("default-src 'none'; script-src 'self';"), std::string::npos) << target;
    EXPECT_EQ(policy.find("unsafe-"), std::string::npos) << policy;
    EXPECT_NE(policy.find("connect-src 'self' https://sso.example;"), std::string::npos);
    EXPECT_NE(policy.find("frame-ancestors 'none';"), std::string::npos);
    EXPECT_NE(policy.find("frame-src 'none';"), std::string::npos);
    EXPECT_EQ(response.field("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(response.field("Referrer-Policy"), "no-referrer");
    EXPECT_EQ(response.field("Strict-Transport-Security"), "");
  }
}

// H11
TEST_F(EdgeWithFiles, PutsTheSecurityFieldsOnRefusalsAndRedirectionsToo) {
  RunningEdge edge(settings(), [](HttpRequest, std::unique_ptr<HttpReply> reply) {
    reply->respond({.status = 302, .fields = {{"Location", "/"}}, .body = {}});
  });
  const std::pair<std::string, int> cases[] = {
      {"GET /api/go HTTP/1.1\r\n", 302},
      {"GET /../x HTTP/1.1\r\n", 400},
      {"POST /sw.js HTTP/1.1\r\nContent-Length: 0\r\n", 405},
      {"GET /ws/sip HTTP/1.1\r\n", 426},
      {"GET / HTTP/1.1\r\nX: " + std::string(20'000, 'x') + "\r\n", 431}};
  for (const auto& [lines, status] : cases) {
    LoopbackClient client(edge.web());
    client.send(lines + "Host: a\r\n\r\n");
    const auto response = read_response(client);
    EXPECT_EQ(response.status, status);
    EXPECT_NE(response.field("Content-Security-Policy"), "") << status;
    EXPECT_EQ(response.field("X-Content-Type-Options"), "nosniff") << status;
    EXPECT_EQ(response.field("Referrer-Policy"), "no-referrer") << status;
  }
}

TEST_F(EdgeWithFiles, LetsAPageInsideAPortalAskTheProviderByAFrame) {
  EdgeSettings embedded = settings();
  embedded.connect_origins = {"https://sso.example"};
  embedded.frame_ancestors = "'self' https://portal.example";
  RunningEdge edge(embedded, answer_ok);
  LoopbackClient client(edge.web());
  const std::string policy = get(client, "/").field("Content-Security-Policy");
  EXPECT_NE(policy.find("frame-src 'self' https://sso.example;"), std::string::npos) << policy;
  EXPECT_NE(policy.find("frame-ancestors 'self' https://portal.example;"), std::string::npos);
  // Our own provider as well.
  embedded.connect_origins.clear();
  RunningEdge with_built_in(embedded, answer_ok);
  LoopbackClient other(with_built_in.web());
  EXPECT_NE(get(other, "/").field("Content-Security-Policy").find("frame-src 'self';"),
            std::string::npos);
}

TEST(EdgeHttp, HandsRequestsToTheApplication) {
  RunningEdge edge;
  LoopbackClient client(edge.web());
  client.send(
      "POST /api/na%20me?x=%20 HTTP/1.1\r\nHost: phone.example:8080\r\nX-One: 1\r\n"
      "Content-Length: 4\r\n\r\nbody");
  auto arrived = edge.requests.next();
  ASSERT_TRUE(arrived);
  auto& [request, reply] = *arrived;
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.path, "/api/na me");
  EXPECT_EQ(request.query, "x=%20");
  EXPECT_EQ(request.field("x-one"), "1");
  EXPECT_EQ(request.body, "body");
  EXPECT_EQ(request.origin, "http://phone.example:8080");
  EXPECT_TRUE(request.peer.is_loopback());

  reply->respond({.status = 201,
                  .fields = {{"Content-Security-Policy", "default-src 'self'"}},
                  .body = "made"});
  const auto response = read_response(client);
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(response.body, "made");
  EXPECT_EQ(response.field("Cache-Control"), "no-store");
  EXPECT_EQ(response.field("Content-Security-Policy"), "default-src 'self'");
}

TEST(EdgeHttp, AnswersFiveHundredForADroppedReply) {
  RunningEdge edge(loopback_settings(), [](HttpRequest, std::unique_ptr<HttpReply>) {});
  LoopbackClient client(edge.web());
  EXPECT_EQ(get(client, "/api/me").status, 500);
}

TEST(EdgeHttp, KeepsResponseFieldsOnTheirOwnLine) {
  RunningEdge edge(loopback_settings(), [](HttpRequest, std::unique_ptr<HttpReply> reply) {
    reply->respond({.status = 200,
                    .fields = {{"Location", "/x\r\nSet-Cookie: a=b"}, {"Content-Length", "99"}},
                    .body = "ok"});
  });
  LoopbackClient client(edge.web());
  const auto response = get(client, "/api/me");
  EXPECT_EQ(response.field("Set-Cookie"), "");
  EXPECT_EQ(response.body, "ok");
}

TEST(EdgeHttp, ServesPipelinedRequestsInOrder) {
  RunningEdge edge(loopback_settings(), answer_ok);
  LoopbackClient client(edge.web());
  std::string requests;
  for (int i = 0; i < 50; ++i) {
    requests += "GET /api/" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
  }
  client.send(requests);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(read_response(client).body, "/api/" + std::to_string(i));
}

TEST(EdgeHttp, ClosesAfterGarbageInAPipeline) {
  RunningEdge edge(loopback_settings(), answer_ok);
  LoopbackClient client(edge.web());
  client.send(
      "GET /api/1 HTTP/1.1\r\nHost: a\r\n\r\n\x16\x03\x01 garbage\r\n\r\nGET /api/2 HTTP/1.1");
  EXPECT_EQ(read_response(client).body, "/api/1");
  EXPECT_EQ(read_response(client).status, 400);
  EXPECT_TRUE(client.sees_end());
}

TEST(EdgeHttp, ClosesAHalfHeaderAfterItsDeadlineHoweverItDrips) {  // hostile-input G1
  EdgeSettings settings = loopback_settings();
  settings.times.http_header = 100ms;
  settings.limits.http_header = 1'000'000'000;  // so that only the deadline can end it
  RunningEdge edge(settings);
  LoopbackClient silent(edge.web());
  silent.send("GET / HTTP/1.1\r\nX: ");
  EXPECT_TRUE(silent.sees_end());

  LoopbackClient dripping(edge.web());
  const auto begin = std::chrono::steady_clock::now();
  while (dripping.send("x") && std::chrono::steady_clock::now() - begin < 5s) {
    std::this_thread::yield();
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
}

TEST(EdgeHttp, ClosesAnIdleConnection) {
  EdgeSettings settings = loopback_settings();
  settings.times.http_idle = 50ms;
  RunningEdge edge(settings);
  LoopbackClient client(edge.web());
  EXPECT_TRUE(client.sees_end());
  EXPECT_EQ(edge->counts().deadlines, 1U);
}

TEST(EdgeHttp, ClosesWhenTheApplicationDoesNotAnswer) {
  EdgeSettings settings = loopback_settings();
  settings.times.http_reply = 50ms;
  RunningEdge edge(settings);
  LoopbackClient client(edge.web());
  client.send("GET /api/me HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(client.sees_end());
  auto late = edge.requests.next();
  ASSERT_TRUE(late);
  late->second->respond({});
}

TEST(EdgeEvents, StreamsFromAnotherThreadWithHeartbeats) {
  EdgeSettings settings = loopback_settings();
  settings.times.event_heartbeat = 50ms;
  RunningEdge edge(settings);
  LoopbackClient client(edge.web());
  client.send("GET /api/events HTTP/1.1\r\nHost: a\r\n\r\n");
  auto arrived = edge.requests.next();
  ASSERT_TRUE(arrived);
  const auto stream = arrived->second->open_event_stream();
  EXPECT_TRUE(stream->send("presence", R"({"of":"1001"})"));
  const auto response = read_response(client);
  EXPECT_EQ(response.field("Content-Type"), "text/event-stream");
  EXPECT_EQ(client.read_until("\n\n"), "event: presence\ndata: {\"of\":\"1001\"}\n\n");
  EXPECT_EQ(client.read_until("\n\n"), ":\n\n");
  stream->close();
  EXPECT_TRUE(client.sees_end());
  EXPECT_FALSE(stream->send("presence", "late"));
}

TEST(EdgeEvents, EndsForTheWriterWhenTheReaderLeaves) {
  EdgeSettings settings = loopback_settings();
  RunningEdge edge(settings);
  LoopbackClient client(edge.web());
  client.send("GET /api/events HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto stream = edge.requests.next()->second->open_event_stream();
  read_response(client);
  client.reset();
  const auto begin = std::chrono::steady_clock::now();
  while (stream->send("tick", "1") && std::chrono::steady_clock::now() - begin < 5s) {
    std::this_thread::yield();
  }
  EXPECT_FALSE(stream->send("tick", "1"));
}

TEST(EdgeEvents, ClosesAReaderThatNeverReads) {  // hostile-input D8
  EdgeSettings settings = loopback_settings();
  RunningEdge edge(settings);
  LoopbackClient client(edge.web(), {.receive_buffer = 4096});
  client.send("GET /api/events HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto stream = edge.requests.next()->second->open_event_stream();
  const std::string event(10'000, 'x');
  int sent = 0;
  while (sent < 10'000 && stream->send("tick", event)) ++sent;
  EXPECT_LT(sent, 10'000);
  EXPECT_TRUE(client.sees_end());
}

}  // namespace
}  // namespace dering::net
