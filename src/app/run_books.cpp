// SPDX-License-Identifier: MIT
#include "app/run_books.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "app/commands.hpp"
#include "app/kept_aside.hpp"
#include "app/paper_wallet.hpp"
#include "app/reconciler.hpp"
#include "app/state_dir.hpp"
#include "app/wallet_lock.hpp"
#include "sniperforge/analytics/store.hpp"
#include "sniperforge/core/utc_text.hpp"
#include "sniperforge/engine/creator_file.hpp"
#include "sniperforge/engine/history.hpp"
#include "sniperforge/telemetry/log.hpp"
#include "sniperforge/telemetry/process.hpp"

namespace sniperforge::app {
namespace {

[[nodiscard]] Result<engine::History> of_other_wallet(const engine::History& history,
                                                      const std::string& state_dir,
                                                      const Pubkey& wallet, OtherBooks others) {
    // Weeks on paper are not moved away for a run that happens to be pointed at them.
    const bool is_paper = history.wallet == paper_wallet() || wallet == paper_wallet();
    const std::string text = fmt::format("the state directory {} has {}, this run keeps {}",
                                         state_dir, books_of(history.wallet), books_of(wallet));
    if (is_paper || others == OtherBooks::Refuse || !set_aside(state_dir, text)) {
        return fail(text + "; name another --state-dir");
    }
    return engine::History{};
}

// The books of earlier runs in the state directory.
[[nodiscard]] Result<engine::History> load_books(const net::Reactor& reactor,
                                                 const DaemonOptions& options, const Pubkey& wallet,
                                                 OtherBooks others) {
    auto history = engine::read_history(options.state_dir, {reactor.now(), reactor.wall_now()},
                                        telemetry::boot_id(), options.settings.risk);
    if (!history || !history->has_past()) {
        return history;
    }
    if (history->wallet.is_zero()) {
        return fail(ring_without_journal(options.state_dir));
    }
    if (history->wallet != wallet) {
        return of_other_wallet(*history, options.state_dir, wallet, others);
    }
    if (history->slots_damaged > 0) {
        telemetry::warning("app", "{} slots of the write-ahead ring are damaged and are not used",
                           history->slots_damaged);
    }
    if (history->is_gap_found) {
        telemetry::error("app",
                         "the files in {} lack orders of this wallet: the journal is damaged, or "
                         "older than all that intents.ring still has. Nothing is bought until the "
                         "wallet's history on the chain was read from slot {} on, its orders are "
                         "in the books and these equal the chain; exits go on",
                         options.state_dir, history->slot_known.value);
    }
    if (history->records_missing) {
        telemetry::error("app",
                         "{}. What they held, or let go of, is not known: what is known to stand "
                         "stands, and nothing is bought until `sniperforge resume`, when you have "
                         "looked; exits go on",
                         history->records_missing->reason);
    }
    telemetry::info("app",
                    "resuming after {} records: {} positions open, {} orders without an outcome, "
                    "{} fills not final, {} orders that were not signed; the last run {}",
                    history->records, history->portfolio.positions().size(),
                    history->orders_open.size(), history->fills_provisional.size(),
                    history->orders_unsigned.size(),
                    history->is_stopped        ? "ended by itself"
                    : history->are_orders_lost ? "was cut, and what it signed last may be lost"
                                               : "was cut");
    if (history->doubt) {
        for (const portfolio::BalanceMismatch& each : history->doubt->mismatches) {
            telemetry::warning("app", "{}: since {} the books have {} and the chain has {}; {}",
                               each.account, utc_text(history->doubt->since), each.expected,
                               each.on_chain,
                               options.is_shortfall_accepted
                                   ? "what is still missing once they were compared is accepted"
                                   : "no entries until they are equal or a start with "
                                     "--accept-shortfall; exits go on");
        }
    }
    return history;
}

// What earlier runs knew. Nothing of an embedded cluster's: that one is new.
[[nodiscard]] Result<engine::History> load_history(const net::Reactor& reactor,
                                                   const DaemonOptions& options,
                                                   const Pubkey& wallet, OtherBooks others) {
    if (options.provenance == Provenance::Sim) {
        return engine::History{};
    }
    auto history = load_books(reactor, options, wallet, others);
    if (history) {
        history->creators = creators_in(options.state_dir);
    }
    return history;
}

// Their cluster has ended with the run that wrote them.
[[nodiscard]] bool is_of_simulation(const std::string& state_dir) {
    const std::string path = state_dir + "/trades.sqlite";
    if (!std::filesystem::exists(path)) {
        return false;
    }
    auto store = analytics::Store::open(path);
    if (!store) {
        return false;
    }
    const auto runs = (*store)->runs(1);
    return runs && !runs->empty() && runs->front().run.provenance == Provenance::Sim;
}

[[nodiscard]] int judge_ledger(const DaemonResult& result) {
    const engine::RunReport& report = result.report;
    if (report.provenance == Provenance::Paper) {
        return result.exit_code;  // There is nothing on the chain that the books could differ from.
    }
    // What they moved, or did not, nobody knows: balances of now say nothing of the books.
    if (const std::uint64_t open = report.orders_in_flight + report.orders.unknown; open > 0) {
        return fail_with(kExitFailed,
                         fmt::format("{} orders of unknown outcome: the next start follows them, "
                                     "and holds the books against the chain once they have ended. "
                                     "The log names each and what the nodes said of it",
                                     open));
    }
    const std::uint64_t booked = report.orders.landed + report.orders.reverted;
    if (result.is_unproven && (result.is_held_up || booked > 0)) {
        return fail_with(
            kExitFailed,
            fmt::format("the run ended before the books of earlier runs were held against the "
                        "chain: {}. The next start goes on with that",
                        result.is_held_up
                            ? "balances could not be read or differ, and nothing that could be "
                              "read explains it; the log has the figures"
                            : fmt::format("{} orders of this one are in them", booked)));
    }
    if (result.is_unproven) {
        return result.exit_code;  // It ended in the wait after its start and moved nothing.
    }
    if (!report.mismatch_lamports || !report.mismatch_tokens) {
        return fail_with(kExitFailed,
                         "the chain's balances could not be read, so the ledger was not held "
                         "against them; the log says why, the next run reads them first");
    }
    if (*report.mismatch_lamports > 0 || *report.mismatch_tokens > 0) {
        return fail_with(
            kExitFailed,
            std::string{"the ledger does not equal the chain's balances"} +
                (result.is_short() ? ": the chain has less, and no order of ours "
                                     "explains it; find out who signed before you "
                                     "start again with --accept-shortfall"
                 : !result.doubted.empty()
                     ? ": the chain has more, and no order of ours that could be read explains "
                       "it; look the wallet up in an explorer before you start again with "
                       "--accept-shortfall"
                     : ""));
    }
    return result.exit_code;
}

}  // namespace

std::string ring_without_journal(const std::string& state_dir) {
    return fmt::format(
        "{} has a write-ahead ring and no journal: put the journal-*.sfj files back, or move "
        "intents.ring away too, and what was in flight is not followed",
        state_dir);
}

bool set_aside(const std::string& state_dir, const std::string& reason) {
    const auto aside = set_run_files_aside(state_dir);
    if (!aside) {
        telemetry::error("app", "{}", aside.error().text);
        return false;
    }
    telemetry::warning("app", "{}; its files were moved to {} and this run begins anew", reason,
                       *aside);
    return true;
}

std::string books_of(const Pubkey& wallet) {
    return wallet == paper_wallet() ? "books on paper"
                                    : "the books of wallet " + wallet.to_string();
}

engine::CreatorBook creators_in(const std::string& state_dir) {
    auto read = engine::read_creators(state_dir);
    if (!read.problem.empty()) {
        telemetry::warning("app",
                           "{}: what earlier runs saw of creators is not known, and the file is "
                           "written anew; tokens are judged by what is seen from now on",
                           read.problem);
    }
    return std::move(read.book);
}

Result<void> refuse_others_books(const DaemonOptions& options) {
    if (!run_file_in(options.state_dir) || is_of_simulation(options.state_dir)) {
        return {};
    }
    const auto history =
        engine::read_history(options.state_dir, {}, telemetry::boot_id(), options.settings.risk);
    // The same wallet has other books on each cluster, and a seed's is the same on all of them.
    const std::string what =
        !history ? fmt::format("books that cannot be read ({})", history.error().text)
        : history->wallet.is_zero() ? "files of a run and not whose they are"
        : history->has_ledger()
            ? fmt::format("{} on the chain with genesis {}, with {} positions open",
                          books_of(history->wallet), history->genesis.to_string(),
                          history->portfolio.positions().size())
            : books_of(history->wallet);
    return fail(fmt::format(
        "the state directory {} has {}, which no run with the cluster inside has written; such a "
        "run begins anew and would delete them; name another --state-dir",
        options.state_dir, what));
}

Result<DaemonResult> run_daemon(net::Reactor& reactor, std::optional<signer::SigningKey> key,
                                const DaemonOptions& options, OtherBooks others) {
    const Pubkey address = key ? signer::public_key_of(*key) : paper_wallet();
    WalletLock wallet_lock;
    // On paper there are as many wallets as directories.
    if (options.provenance != Provenance::Sim && key) {
        auto lock = WalletLock::take(address);
        if (!lock) {
            return Err{lock.error()};
        }
        wallet_lock = std::move(*lock);
    }
    bound_kept_aside(options.state_dir, options.settings.recorder.aside_bytes_max);
    auto history = load_history(reactor, options, address, others);
    if (!history) {
        return Err{history.error()};
    }
    history->is_drawdown_accepted = options.is_drawdown_accepted;
    auto daemon = Daemon::create(reactor, std::move(key), options, std::move(*history));
    if (!daemon) {
        return Err{daemon.error()};
    }
    return (*daemon)->run();
}

int finish(const Result<DaemonResult>& result, bool is_json) {
    if (!result) {
        return fail_with(kExitNotReady, result.error().text);
    }
    if (!result->error.empty()) {
        return fail_with(result->exit_code, result->error);
    }
    const engine::RunReport& report = result->report;
    fmt::print("{}", is_json ? engine::to_json(report) + "\n" : engine::to_text(report));
    return judge_run(*result);
}

std::vector<PositionLeft> positions_to_sell(const DaemonResult& result) {
    std::vector<PositionLeft> left = result.positions_left;
    std::erase_if(left, &PositionLeft::is_kept);
    return left;
}

std::vector<std::string> left_lines(const DaemonResult& result) {
    std::vector<std::string> lines;
    for (const PositionLeft& left : result.positions_left) {
        if (left.is_kept) {
            lines.push_back(fmt::format(
                "{} of {} are kept and were not to be sold: signer.tokens_kept has the mint, so "
                "that no order for it is signed; take it out to sell them",
                left.in_books.raw(), left.mint.to_string()));
        } else if (left.on_chain == left.in_books) {
            lines.push_back(fmt::format("{} of {} were not sold: the log has each order's outcome",
                                        left.in_books.raw(), left.mint.to_string()));
        } else {
            lines.push_back(fmt::format(
                "{} of {} were not sold: the books have {}, the chain has {} of them. Find out who "
                "signed; a start with --accept-shortfall takes the chain's figure over",
                (left.in_books - left.on_chain).raw(), left.mint.to_string(), left.in_books.raw(),
                left.on_chain.raw()));
        }
    }
    return lines;
}

std::vector<std::string> outside_lines(const DaemonResult& result) {
    std::vector<std::string> lines;
    for (const auto& [mint, amount] : result.tokens_outside) {
        const bool is_kept =
            std::ranges::find(result.tokens_kept, mint) != result.tokens_kept.end();
        lines.push_back(fmt::format("{} of {} belong to no position and were not sold{}",
                                    amount.raw(), mint.to_string(),
                                    is_kept ? ": signer.tokens_kept has the mint, so that no order "
                                              "for it is signed"
                                            : ""));
    }
    for (const portfolio::BalanceMismatch& each : result.doubted) {
        if (!each.is_short() && Pubkey::parse(each.account)) {
            lines.push_back(
                fmt::format("{} of {} are not in the books and were not sold: once you know where "
                            "they came from, `rescue flatten --adopted --accept-shortfall` does",
                            each.on_chain - each.expected, each.account));
        }
    }
    return lines;
}

int judge_run(const DaemonResult& result) {
    const int ledger = judge_ledger(result);
    if (!result.is_key_gone) {
        return ledger;
    }
    return fail_with(
        kExitFailed,
        fmt::format("the process with the key had ended: from then on nothing was signed, so what "
                    "the run held could not be sold ({} positions are open); start it again",
                    result.report.positions_open));
}

}  // namespace sniperforge::app
