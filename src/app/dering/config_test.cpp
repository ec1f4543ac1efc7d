// SPDX-License-Identifier: Apache-2.0
#include "app/dering/config.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "app/dering/issuers.h"
#include "app/dering/outward.h"

namespace dering::app {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ConfigFile : public ::testing::Test {
 protected:
  std::expected<Config, std::string> read(std::string_view text) {
    std::ofstream(file_) << text;
    return read_config(file_, {});
  }
  void TearDown() override { std::filesystem::remove(file_); }

 private:
  std::filesystem::path file_ =
      std::filesystem::path(::testing::TempDir()) /
      (std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()) + ".toml");
};

TEST_F(ConfigFile, NamesTheCodecsOfEachKindOfPhoneAndThePortsForThoseWithoutIce) {
  const auto sound =
      read("[media]\nrtp_ports = \"30000-30099\"\ndesk_codecs = [\"pcma\", \"g722\"]\n");
  ASSERT_TRUE(sound) << sound.error();
  EXPECT_EQ(sound->rtp_ports.text(), "30000-30099");
  EXPECT_EQ(sound->sound.codecs.desk, (std::vector{sdp::Encoding::pcma, sdp::Encoding::g722}));
  EXPECT_EQ(sound->sound.codecs.browser.size(), 4U) << "each kind has its own";
}

TEST_F(ConfigFile, SaysWhetherPhonesOnTlsNeedKeysAndWhoseTonesAreHeard) {
  const auto plain = read("[media]\nport = 10000\n");
  ASSERT_TRUE(plain) << plain.error();
  EXPECT_EQ(plain->sound.clear_over_tls, sdp::ClearSound::taken);
  EXPECT_EQ(plain->sound.tones, "id");
  const auto set = read("[media]\nrequire_srtp_over_tls = true\ntones = \"uk\"\n");
  ASSERT_TRUE(set) << set.error();
  EXPECT_EQ(set->sound.clear_over_tls, sdp::ClearSound::refused);
  EXPECT_EQ(set->sound.tones, "uk");
}

TEST_F(ConfigFile, SetsWhatItNamesAndLeavesTheRest) {
  const auto config = read("[http]\nport = 9000\n[media]\naddresses = [\"192.0.2.7\", \"::1\"]\n");
  ASSERT_TRUE(config) << config.error();
  EXPECT_EQ(config->http.port, 9000);
  EXPECT_EQ(config->media_addresses.size(), 2U);
  EXPECT_EQ(config->https.port, 8443);
}

TEST_F(ConfigFile, TheOrganisationHasANameOnOneLine) {
  const auto config = read("[organisation]\nname = \"Universitas Ãrya & <b>Rekan</b>\"\n");
  ASSERT_TRUE(config) << config.error();
  EXPECT_EQ(config->organisation.name, "Universitas Ãrya & <b>Rekan</b>");
  for (const std::string wrong : {R"("")", R"(5)", R"("two\nlines")", R"("turned \u202E round")",
                                  R"("bell\u0007")", R"("  ")"}) {
    const auto refused = read("[organisation]\nname = " + wrong + "\n");
    ASSERT_FALSE(refused) << wrong;
    EXPECT_THAT(refused.error(), HasSubstr("line 2: organisation.name must be a name on one line"));
  }
  EXPECT_FALSE(read("[organisation]\nname = \"" + std::string(121, 'x') + "\"\n"));
}

TEST_F(ConfigFile, NamesTheLineOfAnUnknownSetting) {
  const auto config = read("[http]\nport = 9000\nprot = 1\n");
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error(), HasSubstr("line 3: unknown setting http.prot"));
}

TEST_F(ConfigFile, NamesTheLineOfAValueOutOfRange) {
  const auto config = read("[http]\nport = 70000\n");
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error(), HasSubstr("line 2: http.port must be a number from 0 to 65535"));
}

TEST_F(ConfigFile, NamesTheLineOfBrokenToml) {
  const auto config = read("[http\n");
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error(), HasSubstr("line 1"));
}

TEST_F(ConfigFile, Md5OfDeskPhonesCanBeSwitchedOff) {
  EXPECT_TRUE(Config{}.md5);
  const auto config = read("[sip]\nmd5 = false\n");
  ASSERT_TRUE(config) << config.error();
  EXPECT_FALSE(config->md5);
  EXPECT_FALSE(read("[sip]\nmd5 = \"no\"\n"));
}

TEST_F(ConfigFile, MoreNamesOfOursInWhatPhonesDial) {
  EXPECT_TRUE(Config{}.sip_domains.empty());
  const auto config = read(
      "[sip]\ndomains = [\"Univ.ac.id\", \"192.0.2.7\", \"2001:DB8:0::7\", \"pbx\"]\n"
      "[public]\norigins = [\"https://phone.univ.ac.id\"]\n");
  ASSERT_TRUE(config) << config.error();
  EXPECT_EQ(config->sip_domains.size(), 4U);
  const auto domains = domains_of(*config);
  for (const auto* own : {"univ.ac.id", "192.0.2.7", "2001:db8::7", "pbx", "phone.univ.ac.id"}) {
    EXPECT_THAT(domains, ::testing::Contains(own));
  }
  EXPECT_THAT(domains, Not(::testing::Contains("")));
}

TEST_F(ConfigFile, WhatIsNoNameOfOursIsRefusedWithItsLine) {
  for (const auto* wrong :
       {R"(["univ.ac.id:5060"])", R"(["sip:univ.ac.id"])", R"([""])", R"(["a b"])", R"([5])",
        R"("univ.ac.id")", R"(["univ.ac.id/x"])", R"(["*.univ.ac.id"])"}) {
    const auto config = read(fmt::format("[sip]\nport = 5070\ndomains = {}\n", wrong));
    ASSERT_FALSE(config) << wrong;
    EXPECT_THAT(config.error(), HasSubstr("line 3: sip.domains must be")) << wrong;
  }
}

TEST_F(ConfigFile, AnIssuerNeedsItsUrlAndClientAndNothingElse) {
  const auto config = read(
      "[[issuer]]\nurl = \"https://sso.univ.ac.id/realms/univ\"\nclient_id = \"dering-web\"\n");
  ASSERT_TRUE(config) << config.error();
  ASSERT_EQ(config->issuers.size(), 1U);
  EXPECT_EQ(config->issuers[0].audience, "dering-api");
  EXPECT_FALSE(config->issuers[0].default_role);
  EXPECT_FALSE(fault_of(*config));
  EXPECT_FALSE(uses_built_in_provider(*config));
  EXPECT_TRUE(uses_built_in_provider(Config{}));
}

TEST_F(ConfigFile, ReadsEverythingAnIssuerMayHave) {
  const auto config = read(R"(
[identity]
built_in = true
calls_after_logout = "end"
first_extension = 3000
[web]
embed_origins = ["https://portal.univ.ac.id"]
[[issuer]]
url = "http://localhost:8180/realms/a"
client_id = "phone"
portal_clients = ["portal", "intranet"]
default_role = "user"
extension_from = "attribute"
  [issuer.sync]
  client_id = "sync"
  secret_file = "/etc/dering/secret"
  [[issuer.group]]
  path = "/Fakultas Teknik"
  unit = "Teknik"
  extensions = "2100-2199"
  role = "operator"
  [[issuer.group]]
  path = "/IT"
[[issuer]]
url = "https://b.example"
client_id = "phone"
)");
  ASSERT_TRUE(config) << config.error();
  EXPECT_TRUE(uses_built_in_provider(*config));
  EXPECT_EQ(config->calls_after_logout, CallsAfterLogout::end);
  EXPECT_EQ(config->first_extension, 3000U);
  EXPECT_EQ(config->embed_origins, std::vector<std::string>{"https://portal.univ.ac.id"});
  ASSERT_EQ(config->issuers.size(), 2U);
  const IssuerConfig& first = config->issuers[0];
  EXPECT_EQ(first.default_role, identity::Role::user);
  EXPECT_EQ(external_issuers(*config)[0].clients,
            (std::vector<std::string>{"phone", "portal", "intranet"}));
  EXPECT_TRUE(first.has_extension_attribute);
  EXPECT_EQ(first.sync_client_id, "sync");
  ASSERT_EQ(first.groups.size(), 2U);
  EXPECT_EQ(first.groups[0].extensions, (directory::NumberRange{2100, 2199}));
  EXPECT_EQ(first.groups[0].role, identity::Role::operator_);
  EXPECT_FALSE(first.groups[1].extensions);
  EXPECT_FALSE(fault_of(*config));
}

TEST_F(ConfigFile, NamesTheLineOfWhatIsWrongInAnIssuer) {
  const std::string issuer = "[[issuer]]\nurl = \"https://a.example\"\nclient_id = \"x\"\n";
  const std::vector<std::pair<std::string, std::string>> wrong{
      {"clientid = \"x\"\n", "line 4: unknown setting issuer.clientid"},
      {"portal_clients = [\"\"]\n", "line 4: issuer.portal_clients must be a list of"},
      {"default_role = \"root\"\n", "line 4: issuer.default_role must be one of"},
      {"extension_from = \"air\"\n", "line 4: issuer.extension_from must be one of"},
      {"[[issuer.group]]\npath = \"Teknik\"\n", "line 5: issuer.group.path must be the full path"},
      {"[[issuer.group]]\nunit = \"Teknik\"\n", "line 4: issuer.group.path is missing"},
      {"[[issuer.group]]\npath = \"/A\"\nextensions = \"2199-2100\"\n",
       "line 6: issuer.group.extensions must be a range"},
      {"[web]\nembed_origins = [\"*\"]\n", "line 5: web.embed_origins must be a list of origins"},
  };
  for (const auto& [text, sentence] : wrong) {
    const auto config = read(issuer + text);
    ASSERT_FALSE(config) << text;
    EXPECT_THAT(config.error(), HasSubstr(sentence));
  }
}

TEST(Config, RefusesIssuersThatCouldBeForged) {
  for (const char* url : {"http://sso.example", "https://sso.example/?x", "sso.example", ""}) {
    Config config;
    config.issuers.push_back({.url = url, .client_id = "x"});
    EXPECT_TRUE(fault_of(config)) << url;
  }
  Config twice;
  twice.issuers = {{.url = "https://a.example", .client_id = "x"},
                   {.url = "https://a.example", .client_id = "y"}};
  EXPECT_TRUE(fault_of(twice));
  Config half;
  half.issuers = {{.url = "https://a.example", .client_id = "x", .sync_client_id = "s"}};
  EXPECT_TRUE(fault_of(half));
}

TEST_F(ConfigFile, NetworksSayHowTheirPeersReachUs) {
  const auto config = read(
      "[[network]]\nsubnets = [\"10.0.0.0/8\", \"fd00::/8\"]\n"
      "[[network]]\nsubnets = [\"0.0.0.0/0\"]\noutward = \"203.0.113.5\"\nsip_port = 5080\n"
      "media_outward = \"203.0.113.6\"\nmedia_port = 20000\n");
  ASSERT_TRUE(config) << config.error();
  EXPECT_FALSE(fault_of(*config));
  const Networks networks = networks_of(*config);
  const auto of = [&](const char* peer) { return networks.of(*SocketAddress::from_text(peer, 1)); };
  EXPECT_EQ(of("10.1.2.3")->host, "");
  EXPECT_FALSE(of("10.1.2.3")->media);
  EXPECT_EQ(of("198.51.100.1")->host, "203.0.113.5");
  EXPECT_EQ(of("198.51.100.1")->sip_port, 5080);
  EXPECT_EQ(of("198.51.100.1")->media->text(), "203.0.113.6:20000");
  EXPECT_EQ(of("2001:db8::1"), nullptr);
}

TEST_F(ConfigFile, ProxiesAndPublicAddressesAreReadAndJudged) {
  const auto config = read(
      "[public]\norigins = [\"https://www.univ.test/phone\", \"https://phone.univ.test\"]\n"
      "[proxy]\ntrusted = [\"127.0.0.1\", \"10.1.0.0/24\"]\nheader = \"forwarded\"\n"
      "[web]\nwebsocket_origins = [\"https://portal.univ.test\", \"none\"]\n");
  ASSERT_TRUE(config) << config.error();
  EXPECT_FALSE(fault_of(*config)) << *fault_of(*config);
  EXPECT_TRUE(trusted_proxies(*config).include(*SocketAddress::from_text("10.1.0.77", 1)));
  const auto addresses = web_addresses(*config, {"http://localhost:8080"});
  std::vector<std::string> bases;
  for (const auto& address : addresses) bases.push_back(address.base());
  EXPECT_THAT(bases,
              ::testing::ElementsAre("https://www.univ.test/phone", "https://phone.univ.test",
                                     "http://localhost:8080", "http://localhost:8080/phone"));
  EXPECT_THAT(
      websocket_origins(*config, addresses),
      ::testing::UnorderedElementsAre("https://www.univ.test", "https://phone.univ.test",
                                      "http://localhost:8080", "https://portal.univ.test", "none"));
}

TEST_F(ConfigFile, NamesWhatIsWrongWithAddresses) {
  const std::pair<const char*, const char*> wrong[] = {
      {"[public]\norigins = [\"phone.univ.test\"]\n", "line 2: public.origins must be a list of"},
      {"[public]\norigins = [\"http://phone.univ.test\"]\n", "line 2: public.origins"},
      {"[public]\norigins = [\"https://a.test/x?y\"]\n", "line 2: public.origins"},
      {"[proxy]\ntrusted = [\"localhost\"]\n", "line 2: proxy.trusted must be a list of networks"},
      {"[web]\nwebsocket_origins = [\"*\"]\n", "line 2: web.websocket_origins must be"},
      {"[media]\nrtp_ports = \"20000\"\n", "must be a range of ports"},
      {"[media]\ndesk_codecs = [\"opus\", \"telephone-event\"]\n", "must be a list of \"opus\""},
      {"[media]\ndesk_codecs = []\n", "must be a list of \"opus\""},
      {"[media]\nrequire_srtp_over_tls = \"yes\"\n", "must be true or false"},
      {"[media]\ntones = \"de\"\n", "media.tones must be one of: id, uk, us"},
      {"[media]\ntones = 62\n", "must be one of: id, uk, us"},
      {"[media]\nbrowser_codecs = [\"pcmu\", \"PCMU\"]\n", "names a codec twice"},
      {"[[network]]\noutward = \"203.0.113.5\"\n", "line 1: network.subnets must name"},
      {"[[network]]\nsubnets = [\"10.0.0.0/40\"]\n", "line 2: network.subnets must be"},
      {"[[network]]\nsubnets = [\"::/0\"]\noutward = \"a.test:5060\"\n", "line 3: network.outward"},
      {"[[network]]\nsubnet = [\"::/0\"]\n", "line 2: unknown setting network.subnet"},
  };
  for (const auto& [text, sentence] : wrong) {
    const auto config = read(text);
    ASSERT_FALSE(config) << text;
    EXPECT_THAT(config.error(), HasSubstr(sentence));
  }
}

TEST_F(ConfigFile, NamesAddressesThatContradictEachOther) {
  const std::pair<const char*, const char*> wrong[] = {
      {"[proxy]\ntrusted = [\"0.0.0.0/0\"]\n", "proxy.trusted holds every address"},
      {"[proxy]\nheader = \"forwarded\"\n", "proxy.trusted names no proxy"},
      {"[public]\norigins = [\"https://a.test\", \"https://a.test\"]\n", "twice"},
      {"[https]\naddress = \"127.0.0.1\"\n[sip]\naddress = \"127.0.0.1\"\n"
       "[proxy]\ntrusted = [\"10.1.0.1\"]\n",
       "no proxy at 10.1.0.1 reaches this machine"},
      {"[[network]]\nsubnets = [\"10.0.0.0/8\"]\n[[network]]\nsubnets = [\"10.9.0.0/8\"]\n",
       "10.9.0.0/8 is in two networks"},
      {"[[network]]\nsubnets = [\"10.0.0.0/8\"]\noutward = \"2001:db8::1\"\n",
       "of the other IP version"},
      {"[[network]]\nsubnets = [\"10.0.0.0/8\"]\noutward = \"0.0.0.0\"\n",
       "no address that anybody can send to"},
      {"[media]\nrtp_ports = \"9000-12000\"\n", "media.port 10000 lies among media.rtp_ports"},
      {"[[network]]\nsubnets = [\"10.0.0.0/8\"]\nmedia_port = 20000\n",
       "neither outward nor media_outward"},
  };
  for (const auto& [text, sentence] : wrong) {
    const auto config = read(text);
    ASSERT_TRUE(config) << config.error();
    const auto fault = fault_of(*config);
    ASSERT_TRUE(fault) << text;
    EXPECT_THAT(*fault, HasSubstr(sentence));
  }
}

TEST(Config, RefusesOnePortForTwoThings) {
  Config config;
  config.https.port = config.http.port;
  EXPECT_TRUE(fault_of(config));
  EXPECT_FALSE(fault_of(Config{}));
}

}  // namespace
}  // namespace dering::app
