// SPDX-License-Identifier: MIT
// `replay --verify-decoding`.
#include <fmt/format.h>

#include <filesystem>
#include <vector>

#include "app/build_id.hpp"
#include "app/commands.hpp"
#include "app/json_fields.hpp"
#include "sniperforge/recording/decoding.hpp"

namespace sniperforge::app {
namespace {

using recording::DecodingDifference;
using recording::DecodingResult;
using recording::UnreadableFrame;

[[nodiscard]] std::string decoding_verdict(const DecodingResult& result) {
    if (result.different() > 0) {
        return "DIFFERENT";
    }
    if (result.is_damaged) {
        return "DAMAGED: equal up to there";
    }
    return result.is_equal() ? "EQUAL" : "NOTHING TO COMPARE: the pipeline was told no update";
}

// What the file lacks; empty: nothing.
[[nodiscard]] std::string decoding_gap(const DecodingResult& result) {
    if (result.problem.empty() && result.totals && !result.totals->is_whole()) {
        return fmt::format("{} records of the run are not in it", result.totals->records_lost);
    }
    return result.problem;
}

void print_decoding(const DecodingResult& result) {
    fmt::print("frames       {} on {} streams: {} notifications, {} accounts in answers\n",
               result.frames, result.streams, result.notifications, result.answered_accounts);
    for (const UnreadableFrame& frame : result.unreadable_frames) {
        fmt::print("  unreadable: frame {}, record {} of the file: {}\n", frame.frame, frame.record,
                   frame.text);
    }
    if (result.unreadable > 0) {
        fmt::print("unreadable   {}\n", result.unreadable);
    }
    fmt::print("updates      {}: {} equal, {} different\n", result.updates, result.equal,
               result.different());
    for (const DecodingDifference& each : result.differences) {
        fmt::print("  {}, slot {}{}, record {} of the file: {}\n",
                   each.frame > 0 ? fmt::format("frame {}", each.frame) : std::string{"no frame"},
                   each.slot.value,
                   each.account ? fmt::format(", account {}", each.account->to_string()) : "",
                   each.record, each.text);
    }
    if (const std::string gap = decoding_gap(result); !gap.empty()) {
        fmt::print("INCOMPLETE   {}\n", gap);
    }
    fmt::print("{}\n", decoding_verdict(result));
}

[[nodiscard]] std::string decoding_json(const DecodingResult& result) {
    std::vector<std::string> differences, unreadable;
    for (const DecodingDifference& each : result.differences) {
        differences.push_back(JsonFields{}
                                  .wide("frame", each.frame)
                                  .wide("record", each.record)
                                  .wide("slot", each.slot.value)
                                  .key("account", each.account)
                                  .text("text", each.text)
                                  .object());
    }
    for (const UnreadableFrame& each : result.unreadable_frames) {
        unreadable.push_back(JsonFields{}
                                 .wide("frame", each.frame)
                                 .wide("record", each.record)
                                 .text("text", each.text)
                                 .object());
    }
    const std::string gap = decoding_gap(result);
    return JsonFields{}
        .text("build_id", result.header.build_id)
        .boolean("is_same_build", result.header.build_id == build_id())
        .boolean("is_complete", gap.empty())
        .boolean("is_damaged", result.is_damaged)
        .text("problem", gap)
        .wide("streams", result.streams)
        .wide("frames", result.frames)
        .wide("unreadable", result.unreadable)
        .wide("notifications", result.notifications)
        .wide("answered_accounts", result.answered_accounts)
        .wide("updates", result.updates)
        .wide("equal", result.equal)
        .wide("different", result.different())
        .boolean("is_equal", result.is_equal())
        .raw("differences", json_array(differences))
        .raw("unreadable_frames", json_array(unreadable))
        .object();
}

}  // namespace

int verify_decoding_command(const std::string& path, bool is_json) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) {
        return fail_with(kExitUsage, fmt::format("{}: is no file; `record` makes one", path));
    }
    const auto result = recording::verify_decoding(path);
    if (!result) {
        return fail_with(kExitFailed, result.error().text);
    }
    if (is_json) {
        fmt::print("{}\n", decoding_json(*result));
    } else {
        print_decoding(*result);
    }
    return result->is_equal() ? kExitOk : kExitFailed;
}

}  // namespace sniperforge::app
