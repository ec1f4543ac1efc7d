// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace dering::sip {

/// Text as it may stand between the tags or in an attribute of an XML document in UTF-8. Control
/// characters and those that turn the direction of text around are left out: XML allows few of
/// them, and they would let a name show as another one (hostile-input F7). Of text that is not
/// UTF-8 only the ASCII characters stay what they are.
std::string xml_text(std::string_view text);

}  // namespace dering::sip
