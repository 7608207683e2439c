// SPDX-License-Identifier: MIT
// What the settings say about the safety of tokens, as the judge of tokens takes it.
#pragma once

#include "sniperforge/config/settings.hpp"
#include "sniperforge/detect/safety_book.hpp"

namespace sniperforge::engine {

[[nodiscard]] detect::SafetyPolicy safety_policy(const config::Settings& settings);
// The same for entries of momentum and of a person.
[[nodiscard]] detect::SafetyPolicy entry_policy(const config::Settings& settings);
[[nodiscard]] detect::SafetyOptions safety_options(const config::Settings& settings);

}  // namespace sniperforge::engine
