// SPDX-License-Identifier: MIT
#include "app/program_errors.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "app/instruction_names.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/execute/program_errors.hpp"
#include "sniperforge/rpc/types.hpp"

namespace sniperforge::app {
namespace {

// The number behind `before`, if it is there.
[[nodiscard]] std::optional<std::uint32_t> number_behind(std::string_view text,
                                                         std::string_view before) {
    const auto at = text.find(before);
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view digits = text.substr(at + before.size());
    std::uint32_t number = 0;
    const auto [end, problem] =
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return problem == std::errc{} ? std::optional{number} : std::nullopt;
}

// "... Error Code: NAME. Error Number: N. Error Message: TEXT." as Anchor logs it.
[[nodiscard]] std::string anchor_words(std::span<const std::string> logs) {
    constexpr std::string_view kBegin = "Error Code: ";
    for (const std::string& line : logs) {
        if (const auto at = line.find(kBegin); at != std::string::npos) {
            return line.substr(at + kBegin.size());
        }
    }
    return {};
}

[[nodiscard]] std::string last_line(std::span<const std::string> logs) {
    return logs.empty() ? std::string{} : "; its last line: " + logs.back();
}

}  // namespace

std::string_view error_name(const Pubkey& program, std::uint32_t code) {
    const execute::ProgramError* const found = execute::find_error(program, code);
    return found == nullptr ? std::string_view{} : found->name;
}

std::string program_label(const Pubkey& program) {
    if (const auto venue = dex::venue_of_program(program)) {
        return std::string{to_string(*venue)};
    }
    const auto name = program_name(program);
    return name ? std::string{*name} : program.to_string();
}

std::string failure_text(std::string_view error, std::span<const std::string> logs,
                         std::span<const Pubkey> programs) {
    const auto index = number_behind(error, R"("InstructionError":[)");
    if (!index) {
        return fmt::format("{}: refused before its programs ran{}", error, last_line(logs));
    }
    std::optional<Pubkey> program;
    for (const std::string& line : logs) {
        if ((program = rpc::program_failed(line))) {
            break;
        }
    }
    if (!program && *index < programs.size()) {
        program = programs[*index];
    }
    std::string text = fmt::format("instruction {}, program {}", *index,
                                   program ? program_label(*program) : "unknown");
    const auto code = number_behind(error, R"("Custom":)");
    if (!code) {
        return fmt::format("{}: {}{}", text, error, last_line(logs));
    }
    const std::string anchor = anchor_words(logs);
    const std::string_view name = program ? error_name(*program, *code) : std::string_view{};
    return fmt::format("{}, code {} ({:#x}), {}", text, *code, *code,
                       !anchor.empty() ? anchor
                       : !name.empty() ? std::string{name}
                                       : "no name known" + last_line(logs));
}

}  // namespace sniperforge::app
