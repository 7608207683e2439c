// SPDX-License-Identifier: MIT
// A store whose file is damaged: it is derived from the journal, so it is moved out of the way and
// never deleted.
#pragma once

#include <string>

#include "sniperforge/core/result.hpp"

namespace sniperforge::analytics {

// What is wrong with the file at the path, as SQLite's quick_check says it; empty: nothing, there
// is none, or it cannot be told (locked, say). Reads the whole file.
[[nodiscard]] std::string damage_of_store(const std::string& path);

// Renames it, and what SQLite keeps beside it, to PATH.damaged-N with the first free N. That path.
[[nodiscard]] Result<std::string> set_store_aside(const std::string& path);

}  // namespace sniperforge::analytics
