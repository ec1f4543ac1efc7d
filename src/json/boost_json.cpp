// SPDX-License-Identifier: Apache-2.0
// The one place where Boost.JSON, which Debian ships as headers, is compiled.
#include <boost/json/src.hpp>
