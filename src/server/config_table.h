#pragma once

#include "base/result.h"
#include "mocks/document.h"

#include <span>
#include <string_view>

namespace weft::server {

// One key of weft.yaml. docs/configuration.md is made of these rows by tools/docs_tables.
struct KeyRow {
    // With its place: "server.tls.key". `[]` is an item of a list, `*` a name of one's own.
    std::string_view path;
    std::string_view type;
    std::string_view otherwise;  // the default, in words where it is no value
    std::string_view meaning;
};

// Sorted by path, so that a key stands behind the one it belongs to.
std::span<const KeyRow> config_keys();

// Whether every key within `node` is one of the table's; `path` is the node's own ("" for the
// file). Values are not looked at. Error: InvalidInput, with the place and what was probably meant.
Result<> check_keys(const mocks::Node& node, std::string_view path = {});

}  // namespace weft::server
