// SPDX-License-Identifier: MIT
// `pause`, `resume` and `flatten` on their way over the control socket: the line that asks, and the
// line that answers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sniperforge/core/result.hpp"
#include "sniperforge/engine/operator_command.hpp"

namespace sniperforge::app {

// One line: the command, and what belongs to it as JSON.
[[nodiscard]] std::string line_of(const engine::OperatorCommand& command);
// Nothing: it is none of these commands. An error: one of them, and not what it should be.
[[nodiscard]] std::optional<Result<engine::OperatorCommand>> command_of(std::string_view line);
// At most engine::kReasonBytesMax, of one line.
[[nodiscard]] Result<void> check_reason(std::string_view reason);

// What became of it, and how the command that asked is to end.
struct ManualResult {
    int exit_code = 0;
    std::string problem{};  // Why it is not 0.
    engine::OperatorAnswer answer{};
    std::uint64_t write_number = 0;  // Of the recorder; zero: the pipeline was not asked.
    bool is_selling = false;         // By a flattening, that which the answer names.
};
// Of a `resume` that is done: 0 where entries are let in, and refused where anything still stands
// against them, with all of it, whether that ends by itself or by a person.
void judge_resumed(ManualResult& result);
// Of a flattening that is recorded: refused where there is something to sell and nobody can sign.
void judge_flattened(ManualResult& result);
// Of a command whose record did not get to the disk.
void note_unwritten(const engine::OperatorCommand& command, ManualResult& result);
// One line of JSON.
[[nodiscard]] std::string to_json(const engine::OperatorCommand& command,
                                  const ManualResult& result);
// What no order sells, with what to do (OperatorAnswer::kept).
[[nodiscard]] std::string kept_json(const std::map<Pubkey, TokenAmount>& kept);

}  // namespace sniperforge::app
