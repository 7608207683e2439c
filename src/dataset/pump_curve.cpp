// SPDX-License-Identifier: MIT
#include "sniperforge/dataset/pump_curve.hpp"

#include <array>
#include <map>
#include <optional>

#include "dataset/table.hpp"

namespace sniperforge::dataset {
namespace {

constexpr unsigned kSolScale = 9;
// The virtual SOL that a curve begins with, in all recordings; sales cannot take it below.
constexpr Lamports kVirtualSolStart{30 * kLamportsPerSol};

// Whether this trade's reserves are those after `before`, changed by the trade itself.
bool continues(const CurveTrade& before, const CurveTrade& trade) {
    const auto& earlier_sol = trade.is_buy ? before : trade;
    const auto& later_sol = trade.is_buy ? trade : before;
    return earlier_sol.virtual_sol.checked_add(trade.sol) == later_sol.virtual_sol &&
           later_sol.virtual_tokens.checked_add(trade.tokens) == earlier_sol.virtual_tokens;
}

}  // namespace

Result<Reading<CurveTrade>> read_curve_trades(std::string_view text) {
    static constexpr std::array<std::string_view, 16> kColumns = {"block_time",
                                                                  "block_num",
                                                                  "token_address",
                                                                  "wallet_address",
                                                                  "creator_address",
                                                                  "is_buy",
                                                                  "amount_in_sol",
                                                                  "amount_in_token",
                                                                  "virtual_sol_reserves",
                                                                  "real_sol_reserves",
                                                                  "virtual_token_reserves",
                                                                  "real_token_reserves",
                                                                  "fee_amount",
                                                                  "creator_fee_amount",
                                                                  "fee_basis_points",
                                                                  "creator_fee_basis_points"};
    std::map<Pubkey, CurveTrade> newest;
    return read_rows<CurveTrade>(
        text, "trades of bonding curves", kColumns, [&](Row& row, Tally& tally) {
            CurveTrade trade;
            trade.at = row.seconds(0);
            trade.slot = row.slot(1);
            trade.mint = row.key(2);
            trade.trader = row.key(3);
            trade.creator = row.key(4);
            trade.is_buy = row.word(5, "True", "False");
            trade.sol = Lamports{row.integer(6)};
            trade.tokens = TokenAmount{row.integer(7)};
            trade.virtual_sol = Lamports{row.integer(8)};
            trade.real_sol = Lamports{row.integer(9)};
            trade.virtual_tokens = TokenAmount{row.integer(10)};
            trade.real_tokens = TokenAmount{row.integer(11)};
            trade.fee = Lamports{row.integer(12)};
            trade.creator_fee = Lamports{row.integer(13)};
            trade.fee_rate = BasisPoints{row.integer(14)};
            trade.creator_fee_rate = BasisPoints{row.integer(15)};

            row.require(!trade.sol.is_zero() && !trade.tokens.is_zero(), RowProblem::Implausible,
                        "an amount of 0");
            row.require(trade.virtual_sol >= kVirtualSolStart, RowProblem::Implausible,
                        "virtual reserves below the 30 SOL that a curve begins with");
            row.require(
                trade.real_sol <= trade.virtual_sol && trade.real_tokens <= trade.virtual_tokens,
                RowProblem::Implausible, "real reserves above the virtual ones");
            const BasisPoints one{kBasisPointsOne};
            row.require(trade.fee_rate <= one && trade.creator_fee_rate <= one,
                        RowProblem::Implausible, "a fee above the whole amount");
            const auto before = newest.find(trade.mint);
            row.require(before == newest.end() ||
                            (trade.slot >= before->second.slot && trade.at >= before->second.at),
                        RowProblem::OutOfOrder, "earlier than the coin's trade before it");
            if (!row.is_bad()) {
                tally.breaks += before != newest.end() && !continues(before->second, trade) ? 1 : 0;
                newest.insert_or_assign(trade.mint, trade);
            }
            return trade;
        });
}

Result<Reading<CurvePoll>> read_curve_polls(std::string_view text) {
    static constexpr std::array<std::string_view, 6> kColumns = {
        "ts_ms", "mint", "sol_in_pool", "unique_buyers", "buy_pressure", "sell_pressure"};
    std::optional<WallTime> before;
    return read_rows<CurvePoll>(text, "polls of bonding curves", kColumns, [&](Row& row, Tally&) {
        const CurvePoll poll{row.milliseconds(0),
                             row.key(1),
                             Lamports{row.exact(2, kSolScale)},
                             row.integer(3),
                             Lamports{row.exact(4, kSolScale)},
                             Lamports{row.exact(5, kSolScale)}};
        row.require(poll.virtual_sol >= kVirtualSolStart, RowProblem::Implausible,
                    "virtual reserves below the 30 SOL that a curve begins with");
        row.require(!before || poll.at >= *before, RowProblem::OutOfOrder,
                    "earlier than the poll before it");
        if (!row.is_bad()) {
            before = poll.at;
        }
        return poll;
    });
}

Result<Reading<CurveSnapshot>> read_curve_snapshots(std::string_view text) {
    static constexpr std::array<std::string_view, 4> kColumns = {"timestamp_ms", "mint",
                                                                 "real_sol_sol", "progress"};
    std::optional<WallTime> before;
    return read_rows<CurveSnapshot>(
        text, "snapshots of bonding curves", kColumns, [&](Row& row, Tally&) {
            const CurveSnapshot snapshot{row.milliseconds(0), row.key(1),
                                         Lamports{row.exact(2, kSolScale)}, row.number(3)};
            row.require(snapshot.progress <= 1, RowProblem::Implausible, "a progress above 1");
            row.require(!before || snapshot.at >= *before, RowProblem::OutOfOrder,
                        "earlier than the snapshot before it");
            if (!row.is_bad()) {
                before = snapshot.at;
            }
            return snapshot;
        });
}

}  // namespace sniperforge::dataset
