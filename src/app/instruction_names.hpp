// SPDX-License-Identifier: MIT
// What an instruction does, for people: the names of the programs that we know and of their
// instructions, with the numbers that the data holds.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "app/json_fields.hpp"
#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"

namespace sniperforge::app {

// "system", "token", "raydium_cpmm", …; nothing for a program that we do not know.
[[nodiscard]] std::optional<std::string_view> program_name(const Pubkey& program);

struct InstructionName {
    std::string name;
    JsonFields arguments;
};
// Nothing when the program is not known or the data is not one of its instructions to the last
// byte.
[[nodiscard]] std::optional<InstructionName> instruction_name(const Pubkey& program,
                                                              BytesView data);

}  // namespace sniperforge::app
