# Puts a text file into a target: `std::string_view <name>()` in that namespace gives its bytes.
#   embed_text(dering_api dering::api openapi_json openapi.json)
function(embed_text target namespace name file)
  get_filename_component(path ${file} ABSOLUTE)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${path})
  file(READ ${path} text)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${name}.embedded.cpp)
  file(CONFIGURE OUTPUT ${output} @ONLY CONTENT [[
// No compiler of ours stops at the 65,536 bytes that the standard promises ([implimits]).
#pragma GCC diagnostic ignored "-Woverlength-strings"
#include <string_view>
namespace @namespace@ {
std::string_view @name@();
std::string_view @name@() {
  return R"embedded(@text@)embedded";
}
}  // namespace @namespace@
]])
  target_sources(${target} PRIVATE ${output})
endfunction()
