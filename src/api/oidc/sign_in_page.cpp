// SPDX-License-Identifier: Apache-2.0
#include "api/oidc/sign_in_page.h"

#include <fmt/format.h>

#include "base/text.h"
#include "identity/keys.h"

namespace dering::api::oidc {

std::string_view sign_in_css();

namespace {

struct Words {
  std::string_view code;
  std::string_view sign_in;
  std::string_view username;
  std::string_view password;
  std::string_view wrong_password;
  std::string_view too_many_tries;
  std::string_view too_busy;
  std::string_view server_failure;
  std::string_view wrong_request;
  std::string_view page_expired;
  std::string_view signed_out;
  std::string_view back;
};

constexpr Words english{
    .code = "en",
    .sign_in = "Sign in",
    .username = "User name",
    .password = "Password",
    .wrong_password = "User name or password is wrong. Check both and try again.",
    .too_many_tries = "Too many wrong passwords. Wait half a minute, then try again.",
    .too_busy = "Too many people are signing in right now. Try again in a few seconds.",
    .server_failure = "The server can't check passwords right now. Try again in a minute.",
    .wrong_request = "This link to the sign-in page is not complete. Start again from the phone.",
    .page_expired = "This page has been open for too long. Start again from the phone.",
    .signed_out = "You are signed out.",
    .back = "To the phone",
};

constexpr Words indonesian{
    .code = "id",
    .sign_in = "Masuk",
    .username = "Nama pengguna",
    .password = "Kata sandi",
    .wrong_password = "Nama pengguna atau kata sandi salah. Periksa keduanya, lalu coba lagi.",
    .too_many_tries = "Terlalu banyak kata sandi salah. Tunggu setengah menit, lalu coba lagi.",
    .too_busy = "Terlalu banyak orang sedang masuk saat ini. Coba lagi beberapa detik lagi.",
    .server_failure = "Server sedang tidak dapat memeriksa kata sandi. Coba lagi sebentar lagi.",
    .wrong_request = "Tautan ke halaman masuk ini tidak lengkap. Mulai lagi dari telepon.",
    .page_expired = "Halaman ini terlalu lama terbuka. Mulai lagi dari telepon.",
    .signed_out = "Anda sudah keluar.",
    .back = "Ke telepon",
};

const Words& words_in(Language language) {
  switch (language) {
    case Language::english:
      return english;
    case Language::indonesian:
      return indonesian;
  }
  return english;
}

std::string_view sentence(const Words& words, SignInFault fault) {
  switch (fault) {
    case SignInFault::none:
      return "";
    case SignInFault::wrong_password:
      return words.wrong_password;
    case SignInFault::too_many_tries:
      return words.too_many_tries;
    case SignInFault::too_busy:
      return words.too_busy;
    case SignInFault::server_failure:
      return words.server_failure;
  }
  return "";
}

std::string_view sentence(const Words& words, Notice notice) {
  switch (notice) {
    case Notice::wrong_request:
      return words.wrong_request;
    case Notice::page_expired:
      return words.page_expired;
    case Notice::signed_out:
      return words.signed_out;
  }
  return "";
}

int status_of(SignInFault fault) {
  switch (fault) {
    case SignInFault::none:
      return 200;
    case SignInFault::wrong_password:
      return 403;
    case SignInFault::too_many_tries:
      return 429;
    case SignInFault::too_busy:
    case SignInFault::server_failure:
      return 503;
  }
  return 500;
}

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\'':
        result += "&#39;";
        break;
      default:
        result.push_back(c);
    }
  }
  return result;
}

/// 'self' in form-action covers the redirect too: it always leads to the same origin.
const std::string& policy() {
  static const std::string text = fmt::format(
      "default-src 'none'; style-src 'sha256-{}'; img-src 'self'; form-action 'self'; "
      "base-uri 'none'; frame-ancestors 'none'",
      to_base64(identity::sha256(sign_in_css())));
  return text;
}

/// What a page shows.
struct Content {
  const Organisation& organisation;
  const Words& words;
  std::string_view body;
};

/// The bell of /icon.svg, in the page itself so that it does not appear late.
constexpr std::string_view bell =
    R"(<svg width="32" height="32" viewBox="0 0 32 32" aria-hidden="true">
<rect width="32" height="32" rx="9" fill="#0f766e"/>
<g fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round">
<path d="M10 21v-6a6 6 0 0 1 12 0v6"/><path d="M7.5 21h17M14.5 25h3"/></g></svg>)";

std::string logo_of(const Organisation& organisation) {
  if (organisation.logo.empty()) return std::string(bell);
  return fmt::format(R"(<img src="../{}" alt="">)", organisation.logo);
}

net::HttpResponse page(int status, const Content& content) {
  const Words& words = content.words;
  const std::string name = escaped(content.organisation.name_or_ours());
  return {status,
          {{"Content-Type", "text/html; charset=utf-8"},
           {"Content-Language", std::string(words.code)},
           {"Cache-Control", "no-store"},
           {"Content-Security-Policy", policy()}},
          fmt::format(R"(<!doctype html>
<html lang="{}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="../icon.svg" type="image/svg+xml">
<title>{} · {}</title>
<style>{}</style>
</head>
<body>
<main>
<p class="name">{}<bdi>{}</bdi></p>
{}
</main>
</body>
</html>
)",
                      words.code, words.sign_in, name, sign_in_css(), logo_of(content.organisation),
                      name, content.body)};
}

std::optional<Language> language_tagged(std::string_view tag) {
  const std::string_view primary = take_until(tag, '-');
  // "in" is what the oldest systems call Indonesian.
  if (equals_ignoring_case(primary, "id") || equals_ignoring_case(primary, "in")) {
    return Language::indonesian;
  }
  if (equals_ignoring_case(primary, "en")) return Language::english;
  return std::nullopt;
}

/// Browsers list languages by preference, so that the weights after ';' need no reading.
std::optional<Language> first_known(std::string_view list, char separator) {
  while (!list.empty()) {
    std::string_view entry = take_until(list, separator);
    if (const auto language = language_tagged(trimmed(take_until(entry, ';')))) return language;
  }
  return std::nullopt;
}

}  // namespace

Language chosen_language(std::string_view ui_locales, std::string_view accept_language) {
  if (const auto asked = first_known(ui_locales, ' ')) return *asked;
  return first_known(accept_language, ',').value_or(Language::english);
}

net::HttpResponse sign_in_page(const Organisation& organisation, Language language,
                               const SignInForm& form) {
  const Words& words = words_in(language);
  const bool is_retry = form.fault != SignInFault::none;
  const std::string alert =
      is_retry ? fmt::format(R"(<p role="alert" id="fault">{}</p>)", sentence(words, form.fault))
               : "";
  // After a mistake the password is what is typed anew.
  const std::string_view describe = is_retry ? R"( aria-describedby="fault")" : "";
  const std::string_view focus = " autofocus";
  const bool has_username = !form.username.empty();
  const std::string body = fmt::format(
      R"(<h1>{sign_in}</h1>
{alert}
<form method="post" action="authorize">
<input type="hidden" name="ticket" value="{ticket}">
<label for="username">{username}</label>
<input id="username" name="username" value="{typed}" autocomplete="username" autocapitalize="none"
 spellcheck="false" maxlength="64" required{describe}{focus_username}>
<label for="password">{password}</label>
<input id="password" name="password" type="password" autocomplete="current-password"
 maxlength="256" required{describe}{focus_password}>
<button type="submit">{sign_in}</button>
</form>)",
      fmt::arg("sign_in", words.sign_in), fmt::arg("alert", alert),
      fmt::arg("ticket", escaped(form.ticket)), fmt::arg("username", words.username),
      fmt::arg("typed", escaped(form.username)), fmt::arg("password", words.password),
      fmt::arg("describe", describe), fmt::arg("focus_username", has_username ? "" : focus),
      fmt::arg("focus_password", has_username ? focus : ""));
  return page(status_of(form.fault), {organisation, words, body});
}

net::HttpResponse notice_page(const Organisation& organisation, Language language, Notice notice) {
  const Words& words = words_in(language);
  const int status = notice == Notice::signed_out ? 200 : 400;
  const std::string body = fmt::format(R"(<h1>{}</h1>
<a class="button" href="../">{}</a>)",
                                       sentence(words, notice), words.back);
  return page(status, {organisation, words, body});
}

}  // namespace dering::api::oidc
