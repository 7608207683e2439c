// SPDX-License-Identifier: MIT
#include "feed/round_trip_reading.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace sniperforge::feed {
namespace {

// The chain's own errors are below 100 bytes, and programs call each other four deep at most, each
// of which says once that it failed. What is kept of a node's words is recorded with each trial.
constexpr std::size_t kErrorBytesMax = 1'024, kProgramsMax = 16, kWordsMax = 200;

[[nodiscard]] std::string cut(std::string words) {
    if (words.size() > kWordsMax) {
        words.resize(kWordsMax);
        words += "...";
    }
    return words;
}

// Of {"InstructionError":[3,{"Custom":1}]}: 3.
[[nodiscard]] std::optional<std::size_t> instruction_failed(std::string_view error) {
    constexpr std::string_view kBefore = R"("InstructionError":[)";
    const auto at = error.find(kBefore);
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view digits = error.substr(at + kBefore.size());
    std::size_t index = 0;
    const auto [end, problem] =
        std::from_chars(digits.data(), digits.data() + digits.size(), index);
    return problem == std::errc{} ? std::optional{index} : std::nullopt;
}

[[nodiscard]] RoundTripReading unread(std::string why) {
    return {.unread = "simulateTransaction: " + cut(std::move(why))};
}

}  // namespace

RoundTripReading reading_of(const rpc::RpcResult<rpc::Simulation>& answer, std::size_t sale) {
    if (!answer) {
        return unread(answer.error().text());
    }
    const rpc::Simulation& simulation = *answer;
    if (simulation.error.size() > kErrorBytesMax) {
        return unread(fmt::format("an error of {} bytes, the chain's have {} at most: {}",
                                  simulation.error.size(), kErrorBytesMax, simulation.error));
    }
    // Each of its programs uses some.
    if (simulation.error.empty() && simulation.units_consumed == 0) {
        return unread("it went through and used no compute units: nothing was run");
    }
    RoundTripReading reading{.unread = {}, .slot = simulation.context_slot};
    reading.error = simulation.error;
    const auto failed = instruction_failed(simulation.error);
    reading.is_of_sale = failed && *failed >= sale;
    for (const std::string& line : simulation.logs) {
        const auto program = rpc::program_failed(line);
        if (program && reading.programs_failed.size() < kProgramsMax) {
            reading.programs_failed.push_back(*program);
        }
    }
    return reading;
}

}  // namespace sniperforge::feed
