// SPDX-License-Identifier: MIT
// What programs say when they fail: the codes that we know, what they are called, and what is done
// about them. One table for all that execute, decode and doctor say.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "sniperforge/core/key.hpp"
#include "sniperforge/model/failure.hpp"

namespace sniperforge::execute {

struct ProgramError {
    // Of the program; null: of every program that is built with Anchor.
    const Pubkey* program = nullptr;
    std::uint32_t code = 0;
    std::string_view name;
    FailureAction action = FailureAction::None;
};

[[nodiscard]] std::span<const ProgramError> program_errors();
// The row of this program's code; null: it is not known. Token-2022 has the codes of the token
// program and more.
[[nodiscard]] const ProgramError* find_error(const Pubkey& program, std::uint32_t code);
// The program's name in these lines, or its address.
[[nodiscard]] std::string error_program_name(const Pubkey& program);

}  // namespace sniperforge::execute
