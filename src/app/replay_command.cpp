// SPDX-License-Identifier: MIT
// `record` and `replay`.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <filesystem>

#include "app/build_id.hpp"
#include "app/commands.hpp"
#include "app/json_fields.hpp"
#include "app/system_time.hpp"
#include "sniperforge/core/utc_text.hpp"
#include "sniperforge/recording/replay.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::app {
namespace {

using recording::ReplayResult;

[[nodiscard]] double seconds_of(Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

[[nodiscard]] Duration period_of(const ReplayResult& result) {
    return Duration{std::max<std::int64_t>(result.ended_wall.ns - result.header.begun_wall.ns, 0)};
}

// Equal, whatever more the run may have done.
[[nodiscard]] bool is_success(const ReplayResult& result) {
    return result.is_equal() && !result.is_damaged;
}

// Why the file does not have all of the run; empty: it has.
[[nodiscard]] std::string missing_of(const ReplayResult& result) {
    if (!result.problem.empty()) {
        return result.problem;
    }
    if (result.totals && !result.totals->is_whole()) {
        return fmt::format(
            "{} records of the run are not in it: the disk did not keep up, or failed",
            result.totals->records_lost);
    }
    return "";
}

[[nodiscard]] std::string text_of(const std::optional<recording::Decision>& decision) {
    return decision ? fmt::format("{} {}", to_string(decision->kind), decision->body)
                    : std::string{"nothing"};
}

void print_difference(const recording::Difference& difference) {
    fmt::print(
        "DIFFERENT at decision {}, in slot {}: record {} of the file, a call of \"{}\"\n"
        "  recorded  {}\n"
        "  replayed  {}\n",
        difference.decision, difference.slot.value, difference.record, difference.call,
        text_of(difference.recorded), text_of(difference.replayed));
}

void print_text(const ReplayResult& result, double calls_per_s) {
    const recording::Header& header = result.header;
    const std::string scenario = header.scenario.empty() ? "" : " " + header.scenario;
    fmt::print("[{}{}] recorded     {} for {:.1f} s, seed {}, wallet {}\n",
               to_string(header.provenance), scenario, utc_text(header.begun_wall),
               seconds_of(period_of(result)), header.seed, header.wallet.to_string());
    fmt::print("build        {}\nconfig       sha256 {}\ngenesis      {}\n", header.build_id,
               header.config_sha256, result.genesis.to_string());
    std::string calls;
    for (const auto& [name, count] : result.calls) {
        calls += fmt::format("{}{} {}", calls.empty() ? "" : ", ", name, count);
    }
    fmt::print("calls        {}\n", calls);
    fmt::print("raw frames   {} bytes on {} streams\n", result.stream_bytes, result.streams);
    fmt::print("file         {} bytes, {} uncompressed, {} records in {} blocks\n",
               result.file_bytes, result.content_bytes, result.records, result.blocks);
    if (const std::string missing = missing_of(result); !missing.empty()) {
        fmt::print("INCOMPLETE   {}\n", missing);
    }
    fmt::print("replayed     {} calls, {:.0f} a second; {} records of the journal are equal\n",
               result.calls_replayed, calls_per_s, result.decisions);
    fmt::print("decisions    recorded sha256 {}\n             replayed sha256 {}\n",
               result.sha256_recorded, result.sha256_replayed);
    if (result.difference) {
        return print_difference(*result.difference);
    }
    if (!result.is_of_journal()) {
        fmt::print("DIFFERENT: the run's journal had sha256 {}\n", result.totals->journal_sha256);
        return;
    }
    fmt::print("{}\n", !result.is_equal()  ? "DIFFERENT"
                       : result.is_damaged ? "DAMAGED: equal up to there"
                                           : "EQUAL");
}

[[nodiscard]] std::string json_of(const std::optional<recording::Decision>& decision) {
    return decision ? JsonFields{}
                          .text("kind", to_string(decision->kind))
                          .raw("body", decision->body)
                          .object()
                    : "null";
}

[[nodiscard]] std::string json_of(const recording::Difference& difference) {
    return JsonFields{}
        .wide("decision", difference.decision)
        .wide("slot", difference.slot.value)
        .wide("record", difference.record)
        .text("call", difference.call)
        .raw("recorded", json_of(difference.recorded))
        .raw("replayed", json_of(difference.replayed))
        .object();
}

[[nodiscard]] std::string to_json(const ReplayResult& result, double calls_per_s) {
    const recording::Header& header = result.header;
    JsonFields calls;
    for (const auto& [name, count] : result.calls) {
        calls.wide(name, count);
    }
    JsonFields bytes;
    bytes.wide("file", result.file_bytes)
        .wide("uncompressed", result.content_bytes)
        .wide("raw_frames", result.stream_bytes);
    JsonFields sha256;
    sha256.text("recorded", result.sha256_recorded).text("replayed", result.sha256_replayed);
    if (result.totals && !result.totals->journal_sha256.empty()) {
        sha256.text("journal", result.totals->journal_sha256);
    } else {
        sha256.null("journal");
    }
    const std::string missing = missing_of(result);
    return JsonFields{}
        .text("provenance", to_string(header.provenance))
        .text("scenario", header.scenario)
        .wide("seed", header.seed)
        .text("build_id", header.build_id)
        .boolean("is_same_build", header.build_id == build_id())
        .text("config_sha256", header.config_sha256)
        .key("wallet", header.wallet)
        .text("genesis", result.genesis.to_string())
        .text("begun", utc_text(header.begun_wall))
        .raw("duration_s", fmt::format("{:.3f}", seconds_of(period_of(result))))
        .boolean("is_complete", missing.empty())
        .boolean("is_damaged", result.is_damaged)
        .text("problem", missing)
        .raw("calls", calls.object())
        .wide("records", result.records)
        .wide("blocks", result.blocks)
        .raw("bytes", bytes.object())
        .wide("streams", result.streams)
        .wide("calls_replayed", result.calls_replayed)
        .raw("calls_per_s", fmt::format("{:.0f}", calls_per_s))
        .wide("decisions", result.decisions)
        .wide("answers_missing", result.answers_missing)
        .raw("decisions_sha256", sha256.object())
        .boolean("is_equal", is_success(result))
        .raw("difference", result.difference ? json_of(*result.difference) : "null")
        .object();
}

}  // namespace

int record_command(const RunArguments& arguments) {
    const std::filesystem::path path{arguments.record_to};
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored)) {
        return fail_with(kExitUsage,
                         fmt::format("--output {}: is there already; name another file, or move it "
                                     "away",
                                     arguments.record_to));
    }
    if (path.has_parent_path() && !std::filesystem::is_directory(path.parent_path(), ignored)) {
        return fail_with(kExitUsage, fmt::format("--output {}: there is no directory {}; make it",
                                                 arguments.record_to, path.parent_path().string()));
    }
    return run_command(arguments);
}

int replay_command(const std::string& path, bool is_json) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) {
        return fail_with(kExitUsage, fmt::format("{}: is no file; `record` makes one", path));
    }
    // What the pipeline logged is in the log of the run.
    if (auto quiet = telemetry::start_logging(telemetry::Level::Off, ""); !quiet) {
        return fail_with(kExitFailed, quiet.error().text);
    }
    const auto begun = std::chrono::steady_clock::now();  // A command, not a stage.
    const auto result = recording::replay(path);
    if (!result) {
        return fail_with(kExitFailed, result.error().text);
    }
    const double took = seconds_of(std::chrono::steady_clock::now() - begun);
    const double calls_per_s = took > 0 ? static_cast<double>(result->calls_replayed) / took : 0.0;
    if (result->header.build_id != build_id()) {
        fmt::print(stderr,
                   "warning: recorded by build {}, this is {}: a difference may be a change of the "
                   "program\n",
                   result->header.build_id, build_id());
    }
    if (result->answers_missing > 0) {
        fmt::print(
            stderr,
            "warning: the replayed pipeline asked {} times for what the recorded one had not "
            "asked, and got the last answer: the program has changed\n",
            result->answers_missing);
    }
    if (is_json) {
        fmt::print("{}\n", to_json(*result, calls_per_s));
    } else {
        print_text(*result, calls_per_s);
    }
    return is_success(*result) ? kExitOk : kExitFailed;
}

}  // namespace sniperforge::app
