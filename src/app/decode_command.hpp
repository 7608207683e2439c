// SPDX-License-Identifier: MIT
// What the decode commands share: one result per file, printed as an array of objects or as text.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/json_fields.hpp"
#include "sniperforge/core/key.hpp"

namespace sniperforge::app {

struct DecodedFile {
    std::string file;
    std::string error;  // Empty when ok.
    std::string kind;
    std::optional<Pubkey> pubkey;
    std::optional<Pubkey> owner;
    JsonFields fields;
    // Of a mint, what the verdict on its token finds in it.
    std::vector<JsonFields> findings{};
};

// Prints them and returns the exit code: failed when any of them is not ok.
[[nodiscard]] int print_decoded(const std::vector<DecodedFile>& files, bool is_json);

}  // namespace sniperforge::app
