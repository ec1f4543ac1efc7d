// SPDX-License-Identifier: Apache-2.0
#include "api/response.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

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
    case 415:
      return "Unsupported Media Type";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 503:
      return "Service Unavailable";
    default:
      return "Internal Server Error";
  }
}

}  // namespace

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

net::HttpResponse see_other(std::string location) {
  return {303, {{"Location", std::move(location)}, {"Cache-Control", "no-store"}}, ""};
}

}  // namespace dering::api
