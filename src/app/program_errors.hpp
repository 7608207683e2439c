// SPDX-License-Identifier: MIT
// What a failed transaction's error says, for people: which program, which code, and its name.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "sniperforge/core/key.hpp"

namespace sniperforge::app {

// `error`: the chain's err as JSON; `logs`: of the run, maybe none; `programs`: of the
// transaction's own instructions, in their order. The program that failed is the innermost that the
// logs name, else the instruction's.
[[nodiscard]] std::string failure_text(std::string_view error, std::span<const std::string> logs,
                                       std::span<const Pubkey> programs);

// The name of a program's custom code, where our notes have it; empty otherwise.
[[nodiscard]] std::string_view error_name(const Pubkey& program, std::uint32_t code);

// The program's name, or its address.
[[nodiscard]] std::string program_label(const Pubkey& program);

}  // namespace sniperforge::app
