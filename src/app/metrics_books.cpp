// SPDX-License-Identifier: MIT
// What is held and what it came to, and how it is written down.
#include "app/metrics_parts.hpp"
#include "sniperforge/model/ids.hpp"

namespace sniperforge::app {
namespace {

void add_costs(ops::Exposition& out, const portfolio::LedgerTotals& costs) {
    out.gauge(
        "sniperforge_portfolio_cost_lamports",
        "What this run has paid, by class; a reversed fill takes its own back. Fees of venues "
        "and of transfers are inside the prices.");
    out.sample(costs.base_fee.raw(), {{"class", "base_fee"}});
    out.sample(costs.priority_fee.raw(), {{"class", "priority_fee"}});
    out.sample(costs.tip.raw(), {{"class", "tip"}});
    out.sample(costs.rent_paid.minus(costs.rent_refunded).raw(), {{"class", "rent"}});
    out.sample(costs.rent_of_others.raw(), {{"class", "rent_of_others"}});
    out.sample(costs.amm_fee.raw(), {{"class", "amm_fee"}});
    out.sample(costs.transfer_fee.raw(), {{"class", "transfer_fee"}});
}

[[nodiscard]] std::uint64_t gap(const portfolio::BalanceMismatch& mismatch) {
    return mismatch.expected > mismatch.on_chain ? mismatch.expected - mismatch.on_chain
                                                 : mismatch.on_chain - mismatch.expected;
}

void add_ledger(ops::Exposition& out, const Replica& replica) {
    std::uint64_t lamports = 0;
    std::uint64_t tokens = 0;
    if (replica.doubt) {
        for (const portfolio::BalanceMismatch& mismatch : replica.doubt->mismatches) {
            const bool is_wallet = mismatch.account == "wallet";
            lamports += is_wallet ? gap(mismatch) : 0;
            tokens += is_wallet ? 0 : 1;
        }
    }
    gauge(out, "sniperforge_portfolio_ledger_mismatch_lamports",
          "By how much the wallet differs from the books, while that is in doubt.", lamports);
    gauge(out, "sniperforge_portfolio_ledger_tokens_mismatched",
          "Tokens whose balance differs from the books, while that is in doubt.", tokens);
    gauge(out, "sniperforge_portfolio_ledger_comparison_due",
          "1: the books wait to be held against the chain, and nothing is bought.",
          replica.is_comparison_due);
    counter(out, "sniperforge_portfolio_ledger_found_equal_total",
            "Times that the books equalled the chain.", replica.report.ledger_checks);
    counter(out, "sniperforge_portfolio_booking_refused_total",
            "Bookings that were none: a mistake of ours.", replica.report.bookings_refused);
}

}  // namespace

void add_books(ops::Exposition& out, const Replica& replica) {
    const engine::RunReport& report = replica.report;
    gauge(out, "sniperforge_portfolio_wallet_lamports", "SOL in the wallet, by the books.",
          replica.wallet.raw());
    gauge(out, "sniperforge_portfolio_equity_lamports",
          "The wallet, and what open positions would bring if they were sold now.",
          replica.wallet.raw() + replica.positions_value.raw());
    gauge(out, "sniperforge_portfolio_pnl_realized_lamports",
          "Of positions and cycles that ended in this run, every fee included.",
          report.pnl_realized.raw());
    gauge(out, "sniperforge_portfolio_pnl_unrealized_lamports",
          "Of open positions, at what they would bring if they were sold now.",
          (report.pnl_liquidation - report.pnl_realized).raw());
    gauge(out, "sniperforge_portfolio_positions_open", "Open positions.",
          std::uint64_t{report.positions_open});
    gauge(out, "sniperforge_portfolio_positions_cost_lamports", "What open positions cost.",
          replica.positions_cost.raw());
    gauge(out, "sniperforge_portfolio_positions_value_lamports",
          "What open positions would bring if they were sold now.", replica.positions_value.raw());
    counter(out, "sniperforge_portfolio_position_opened_total", "Positions that were opened.",
            report.positions_opened);
    gauge(out, "sniperforge_portfolio_positions_closed",
          "Positions closed in this run; one whose sale is reversed is open again.",
          report.positions_closed);
    out.gauge("sniperforge_portfolio_fills_booked",
              "Landed orders of this run, by strategy; a reversed fill leaves it again.");
    for (std::size_t i = 0; i < report.fills.size(); ++i) {
        out.sample(report.fills[i], {{"strategy", to_string(static_cast<StrategyId>(i))}});
    }
    gauge(out, "sniperforge_portfolio_volume_lamports",
          "Both sides of every landed swap of this run.", report.volume.raw());
    add_costs(out, report.costs);
    add_ledger(out, replica);
}

void add_recorder(ops::Exposition& out, const Replica& replica) {
    gauge(out, "sniperforge_recorder_failed",
          "1: the disk failed or records are lost, and nothing is bought.",
          replica.is_recorder_failed);
    gauge(out, "sniperforge_recorder_records_waiting", "Records that wait for the disk.",
          replica.recorder.records_waiting);
    gauge(out, "sniperforge_recorder_records_waiting_limit",
          "So many may: above, nothing is bought.", replica.recorder.records_waiting_max);
    gauge(out, "sniperforge_recorder_journal_bytes", "Size of the journal.",
          replica.recorder.journal_bytes);
    gauge(out, "sniperforge_recorder_journal_limit_bytes", "recorder.journal_bytes_max.",
          replica.recorder.journal_bytes_max);
    out.counter("sniperforge_recorder_record_dropped_total",
                "What did not fit the ring to the disk: records, which the books rest on, and "
                "memos, which nothing rests on.");
    out.sample(replica.recorder_drops.records, {{"kind", "record"}});
    out.sample(replica.recorder_drops.memos, {{"kind", "memo"}});
}

}  // namespace sniperforge::app
