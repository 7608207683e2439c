// SPDX-License-Identifier: MIT
// `test mainnet-real-trading`: one purchase and its sale with real money, everything shown; or,
// with a capital, the strategies for a while, and every opportunity shown that they had.
#include <fmt/format.h>

#include <cstdio>

#include "app/commands.hpp"
#include "app/json_fields.hpp"
#include "app/operator_line.hpp"
#include "app/opportunities.hpp"
#include "app/run_books.hpp"
#include "app/run_setup.hpp"
#include "sniperforge/core/decimal.hpp"

namespace sniperforge::app {
namespace {

[[nodiscard]] Result<LiveJob> scaling_job_of(const RoundTripArguments& arguments, LiveJob job) {
    const auto capital_max = parse_usd(arguments.capital_max);
    if (!capital_max) {
        return fail("--max-capital: " + capital_max.error().text);
    }
    if (*capital_max < job.trade_max) {
        return fail(fmt::format(
            "--max-capital {} USD < --max-trade {} USD: the trade alone would be above it",
            format_usd(*capital_max), format_usd(job.trade_max)));
    }
    if (!arguments.pool.empty()) {
        return fail(
            "--pool is of one round trip; with --max-capital the strategies trade where they "
            "want: leave one of the two out");
    }
    if (arguments.run.duration_s == 0) {
        return fail("--duration 0: a trial of the strategies has an end; name its seconds");
    }
    job.capital_max = *capital_max;
    return job;
}

[[nodiscard]] Result<LiveJob> job_of(const RoundTripArguments& arguments) {
    const auto trade_max = parse_usd(arguments.trade_max);
    if (!trade_max) {
        return fail("--max-trade: " + trade_max.error().text);
    }
    if (trade_max->is_zero()) {
        return fail(
            "--max-trade 0: nothing can be bought for it; the least is 0.000001 USD, and "
            "what fees and rents take comes out of it");
    }
    LiveJob job;
    job.trade_max = *trade_max;
    if (!arguments.capital_max.empty()) {
        return scaling_job_of(arguments, job);
    }
    std::FILE* const out = arguments.run.is_json ? stderr : stdout;
    job.round_trip = RoundTripOptions{
        .pool = {}, .trade_max = *trade_max, .show = [out](const std::string& line) {
            tell_operator(line, out);
            std::fflush(out);
        }};
    if (!arguments.pool.empty()) {
        const auto pool = Pubkey::parse(arguments.pool);
        if (!pool) {
            return fail("--pool: " + pool.error().text);
        }
        job.round_trip->pool = *pool;
    }
    return job;
}

// The ledger's last word, as the steps before it.
[[nodiscard]] std::string ledger_line(const engine::RunReport& report) {
    const auto figure = [](const std::optional<std::uint64_t>& value) {
        return value ? fmt::format("{}", *value) : std::string{"unknown"};
    };
    return fmt::format(
        "[{}] ledger against {} balances: {} lamports and {} base units of tokens differ; costs "
        "base fee {}, priority fee {}, tip {}, rent {} and {} back; result {} SOL",
        to_string(report.provenance),
        report.reconciled_at ? to_string(*report.reconciled_at) : "unread",
        figure(report.mismatch_lamports), figure(report.mismatch_tokens),
        format_sol(report.costs.base_fee), format_sol(report.costs.priority_fee),
        format_sol(report.costs.tip), format_sol(report.costs.rent_paid),
        format_sol(report.costs.rent_refunded), format_sol(report.pnl_realized));
}

void print_round_trip(const DaemonResult& result, bool is_json) {
    const RoundTripOutcome& outcome = *result.round_trip;
    if (!is_json) {
        fmt::print("{}\n[{}] {}\n", ledger_line(result.report), to_string(result.report.provenance),
                   outcome.text);
        return;
    }
    fmt::print("{}\n", JsonFields{}
                           .text("provenance", to_string(result.report.provenance))
                           .boolean("sold", outcome.exit_code == kExitOk)
                           .text("outcome", outcome.text)
                           .raw("steps", json_array(outcome.steps))
                           .raw("report", engine::to_json(result.report))
                           .object());
}

// Without a trade nothing was shown, whatever the reason: it is told of each opportunity.
[[nodiscard]] int finish_scaling(const DaemonResult& result, const Opportunities& opportunities,
                                 bool is_json) {
    const std::string summary =
        fmt::format("{} opportunities, {} traded", opportunities.seen(), opportunities.landed());
    if (is_json) {
        fmt::print("{}\n", JsonFields{}
                               .text("provenance", to_string(result.report.provenance))
                               .wide("opportunities_seen", opportunities.seen())
                               .wide("trades", opportunities.landed())
                               .raw("opportunities", json_array(opportunities.objects()))
                               .raw("report", engine::to_json(result.report))
                               .object());
    } else {
        const std::string_view tag = to_string(result.report.provenance);
        for (const std::string& line : opportunities.lines()) {
            fmt::print("[{}] {}\n", tag, line);
        }
        fmt::print("[{}] {}\n{}", tag, summary, engine::to_text(result.report));
    }
    const int verdict = judge_run(result);
    if (verdict == kExitOk && result.report.positions_open > 0) {
        return fail_with(kExitFailed,
                         fmt::format("{}; {} positions are open: `rescue flatten` with the same "
                                     "--config and --state-dir sells them, `run` goes on with them",
                                     summary, result.report.positions_open));
    }
    if (verdict == kExitOk && opportunities.landed() == 0) {
        return fail_with(kExitFailed,
                         summary + (opportunities.seen() == 0
                                        ? ": no strategy wanted anything in this time; is one "
                                          "enabled, and are its pools watched?"
                                        : ": each is listed with its refusal"));
    }
    return verdict;
}

}  // namespace

int round_trip_command(const RoundTripArguments& arguments) {
    auto job = job_of(arguments);
    if (!job) {
        return fail_with(kExitUsage, job.error().text);
    }
    Opportunities opportunities;
    if (!job->round_trip) {
        job->watcher = &opportunities;
    }
    const auto result = run_live_job(arguments.run, *job);
    if (!result) {
        return fail_with(result.error());
    }
    if (!result->error.empty()) {
        return fail_with(result->exit_code, result->error);
    }
    if (!job->round_trip) {
        return finish_scaling(*result, opportunities, arguments.run.is_json);
    }
    print_round_trip(*result, arguments.run.is_json);
    const int verdict = judge_run(*result);
    if (result->round_trip->exit_code != kExitOk) {
        return fail_with(result->round_trip->exit_code, result->round_trip->text);
    }
    return verdict;
}

}  // namespace sniperforge::app
