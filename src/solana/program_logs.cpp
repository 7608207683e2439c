// SPDX-License-Identifier: MIT
#include "sniperforge/solana/program_logs.hpp"

#include <algorithm>
#include <charconv>

namespace sniperforge::solana {
namespace {

constexpr std::string_view kLog = "Program log: ";
constexpr std::string_view kData = "Program data: ";
constexpr std::string_view kReturn = "Program return: ";
constexpr std::string_view kCut = "Log truncated";
constexpr std::string_view kProgram = "Program ";
constexpr std::string_view kInvoke = "invoke [";
constexpr std::string_view kSuccess = "success";
constexpr std::string_view kFailed = "failed: ";
// 32 bytes in base58.
constexpr std::size_t kKeyTextMin = 32, kKeyTextMax = 44;

// The runtime has lines that begin like one of a program: "Program failed to complete: ...",
// "Program consumption: ... units remaining".
[[nodiscard]] bool is_key(std::string_view text) {
    const auto is_of_base58 = [](char c) {
        return (c >= '1' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    };
    return text.size() >= kKeyTextMin && text.size() <= kKeyTextMax &&
           std::ranges::all_of(text, is_of_base58);
}

}  // namespace

std::optional<std::string_view> logged_text(std::string_view line) {
    return line.starts_with(kLog) ? std::optional{line.substr(kLog.size())} : std::nullopt;
}

std::optional<ProgramLine> ProgramLogs::next() {
    while (!lines_.empty() && !is_malformed_ && !is_cut_) {
        const std::string_view line = lines_.front();
        lines_ = lines_.subspan(1);
        const bool is_log = line.starts_with(kLog);
        if (is_log || line.starts_with(kData)) {
            if (depth_ == 0) {
                is_malformed_ = true;  // Nobody runs.
                break;
            }
            return ProgramLine{is_log ? ProgramLine::Kind::Log : ProgramLine::Kind::Data,
                               running_[depth_ - 1],
                               line.substr(is_log ? kLog.size() : kData.size())};
        }
        is_cut_ = line == kCut;
        is_malformed_ = !follow(line);
    }
    return std::nullopt;
}

bool ProgramLogs::follow(std::string_view line) {
    if (!line.starts_with(kProgram) || line.starts_with(kReturn)) {
        return true;  // Programs of the runtime's own have lines without any prefix.
    }
    line.remove_prefix(kProgram.size());
    const std::size_t space = line.find(' ');
    const std::string_view program = line.substr(0, space);
    if (space == std::string_view::npos || !is_key(program)) {
        return true;
    }
    std::string_view what = line.substr(space + 1);
    if (what.starts_with(kInvoke) && what.ends_with(']')) {
        what.remove_prefix(kInvoke.size());
        what.remove_suffix(1);
        return begin_call(program, what);
    }
    return what == kSuccess || what.starts_with(kFailed) ? end_call(program) : true;
}

bool ProgramLogs::begin_call(std::string_view program, std::string_view depth) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(depth.data(), depth.data() + depth.size(), number);
    if (error != std::errc{} || end != depth.data() + depth.size() || number == 0 ||
        number > depth_ + 1 || number > kDepthMax) {
        return false;
    }
    running_[number - 1] = program;
    depth_ = number;
    return true;
}

bool ProgramLogs::end_call(std::string_view program) {
    if (depth_ == 0 || running_[depth_ - 1] != program) {
        return false;
    }
    --depth_;
    return true;
}

}  // namespace sniperforge::solana
