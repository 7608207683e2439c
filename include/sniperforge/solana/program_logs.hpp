// SPDX-License-Identifier: MIT
// A transaction's log lines, each with the program that wrote it. A program may print what it
// likes, but all of it stands behind "Program log: ", in one line of the list whatever it contains;
// which program is running only the runtime tells. So a line is the innermost running program's,
// and nobody can print one in another's name. Source: protocol rpc section 2.2. No allocation.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace sniperforge::solana {

// Views of the lines that were given.
struct ProgramLine {
    enum class Kind : std::uint8_t { Log, Data };
    Kind kind = Kind::Log;
    std::string_view program;  // In base58, as the runtime wrote it.
    std::string_view text;     // Behind "Program log: " or "Program data: ".
};

// What a program, whichever it was, printed in this line.
[[nodiscard]] std::optional<std::string_view> logged_text(std::string_view line);

class ProgramLogs {
 public:
    // Calls nest five deep, nine once SIMD-0268 is active: deeper ones are no logs of a node's.
    static constexpr std::size_t kDepthMax = 16;

    explicit ProgramLogs(std::span<const std::string_view> lines) : lines_{lines} {}

    // Nothing: they have ended, were cut, or cannot be followed any further.
    [[nodiscard]] std::optional<ProgramLine> next();
    // Then: they have 10 kB, and the node left out what was too long for what was left of it.
    [[nodiscard]] bool is_cut() const { return is_cut_; }
    // Then: the lines that were short enough. Calls may be missing among them, so that nobody knows
    // whose they are.
    [[nodiscard]] std::span<const std::string_view> behind_cut() const {
        return is_cut_ ? lines_ : std::span<const std::string_view>{};
    }
    // Then: calls begin and end as they cannot. What came before stands.
    [[nodiscard]] bool is_malformed() const { return is_malformed_; }

 private:
    // False: it cannot be.
    [[nodiscard]] bool follow(std::string_view line);
    [[nodiscard]] bool begin_call(std::string_view program, std::string_view depth);
    [[nodiscard]] bool end_call(std::string_view program);

    std::span<const std::string_view> lines_;
    std::array<std::string_view, kDepthMax> running_{};  // The innermost last.
    std::size_t depth_ = 0;
    bool is_cut_ = false, is_malformed_ = false;
};

}  // namespace sniperforge::solana
