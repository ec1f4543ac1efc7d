// SPDX-License-Identifier: Apache-2.0
#include "api/response.h"

#include <array>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/budgets.h"
#include "net/content_coding.h"

namespace dering::api {
namespace {

std::string_view phrase(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 412:
      return "Precondition Failed";
    case 415:
      return "Unsupported Media Type";
    case 422:
      return "Unprocessable Content";
    case 428:
      return "Precondition Required";
    case 429:
      return "Too Many Requests";
    case 503:
      return "Service Unavailable";
    default:
      return "Internal Server Error";
  }
}

/// Smaller texts fit into a packet or two anyway.
constexpr std::size_t least_packed = 1'024;

}  // namespace

bool is_worth_packing(const net::HttpRequest& request, std::size_t size) {
  constexpr std::array codings{net::Coding::gzip, net::Coding::identity};
  return size >= least_packed && net::best_coding(request.fields, codings) == net::Coding::gzip;
}

net::HttpResponse open_json_response(const net::HttpRequest& request, std::string json) {
  const bool is_packed = is_worth_packing(request, json.size());
  net::HttpResponse response = json_response(is_packed ? net::gzipped(json) : std::move(json));
  response.fields.emplace_back("Vary", "Accept-Encoding");
  if (is_packed) response.fields.emplace_back("Content-Encoding", "gzip");
  return response;
}

net::HttpResponse json_response(std::string json, int status) {
  return {status,
          {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}},
          std::move(json)};
}

net::HttpResponse problem(int status, std::string_view detail) {
  const boost::json::object body{
      {"type", "about:blank"}, {"title", phrase(status)}, {"status", status}, {"detail", detail}};
  return {status,
          {{"Content-Type", "application/problem+json"}, {"Cache-Control", "no-store"}},
          boost::json::serialize(body)};
}

net::HttpResponse too_many(std::string_view detail, Duration wait) {
  net::HttpResponse response = problem(429, detail);
  response.fields.emplace_back("Retry-After", std::to_string(whole_seconds(wait)));
  return response;
}

net::HttpResponse see_other(std::string location) {
  return {303, {{"Location", std::move(location)}, {"Cache-Control", "no-store"}}, ""};
}

}  // namespace dering::api
