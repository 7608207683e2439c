// SPDX-License-Identifier: MIT
// Settings of what decides: strategies, the verdict on tokens, exits.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/time.hpp"

namespace sniperforge::config {

struct ArbitrageSettings {
    bool is_enabled = true;
    Lamports profit_min{100'000};               // Of the average attempt.
    std::uint32_t revert_percent_assumed = 20;  // Of the attempts, until their outcomes say.
    Lamports revert_budget{20'000'000};         // Fees of a day's reverts.
    Lamports amount_max{600'000'000};
    std::uint32_t legs_max = 3;  // Two or three.
    std::uint32_t slots_valid = 2;
    // Of a cycle's profit, offered for its place in a block at most.
    std::uint32_t bid_percent_max = 0;

    [[nodiscard]] bool operator==(const ArbitrageSettings&) const = default;
};

// A part of an entry. The first is bought when its recipe says so; each further one when selling
// what is held would bring more than it cost.
struct SniperStage {
    std::uint32_t percent = 100;        // Of the recipe's amount.
    BasisPoints gain_min;               // Of the position's cost; zero for the first one only.
    std::uint32_t after_slots_min = 0;  // Since the part before it.

    [[nodiscard]] bool operator==(const SniperStage&) const = default;
};

// Recipes, and stages of one: each pool that is followed is held against all of them.
inline constexpr std::size_t kRecipesMax = 16;
inline constexpr std::size_t kStagesMax = 8;

// What a new pool must be like to be entered, and how.
struct SniperRecipe {
    std::string name;
    std::uint32_t age_slots_min = 0;  // Since the pool was first seen.
    std::uint32_t age_slots_max = 50;
    Lamports liquidity_min{5 * kLamportsPerSol};  // On its SOL side.
    Lamports liquidity_max{1'000'000 * kLamportsPerSol};
    std::uint32_t buys_min = 2;           // Swaps seen in the buy direction; more than sales, too.
    BasisPoints imbalance_min;            // (buys − sales) / swaps.
    Lamports net_flow_min;                // SOL bought for less SOL sold for.
    std::uint32_t creator_pools_max = 0;  // Tokens launched by its creator, this one too; 0: any.
    bool is_mint_authority_allowed = false;
    bool is_freeze_authority_allowed = false;
    BasisPoints curve_progress_min;  // Sold part of a curve. Both at their ends: any pool.
    BasisPoints curve_progress_max{kBasisPointsOne};
    bool is_migration_only = false;  // Pools that a curve which was sold out has moved to.
    Lamports amount{100'000'000};
    BasisPoints slippage{200};
    std::vector<SniperStage> stages;  // Empty: all at once.

    [[nodiscard]] bool operator==(const SniperRecipe&) const = default;
};

struct SniperSettings {
    bool is_enabled = true;
    Lamports amount{100'000'000};
    Lamports liquidity_min{5'000'000'000};
    std::uint32_t age_slots_max = 50;  // Since the pool was first seen.
    bool is_mint_authority_allowed = false;
    bool is_freeze_authority_allowed = false;
    BasisPoints slippage{200};
    std::uint32_t buys_min = 2;         // Swaps seen in the buy direction before we enter.
    std::vector<SniperRecipe> recipes;  // Instead of all of these; the first that fits counts.

    [[nodiscard]] bool operator==(const SniperSettings&) const = default;
};

// Extensions of a mint that may be allowed, by the names that the token program gives them. Of the
// others nothing could be sold, or nobody knows what they do.
inline const std::vector<std::string>& known_extensions() {
    static const std::vector<std::string> names{"MetadataPointer",
                                                "TokenMetadata",
                                                "GroupPointer",
                                                "TokenGroup",
                                                "GroupMemberPointer",
                                                "TokenGroupMember",
                                                "TransferFeeConfig",
                                                "TransferHook",
                                                "PermanentDelegate",
                                                "DefaultAccountState",
                                                "Pausable",
                                                "MintCloseAuthority",
                                                "InterestBearingConfig",
                                                "ScaledUiAmount",
                                                "PermissionedBurn",
                                                "ConfidentialTransferMint",
                                                "ConfidentialTransferFeeConfig",
                                                "ConfidentialMintBurn"};
    return names;
}
// What may be unknown of a token that is bought, if the operator says so.
inline const std::vector<std::string>& safety_items() {
    static const std::vector<std::string> names{"round_trip", "lp",     "holders",
                                                "creator",    "bundle", "round_trip_simulated"};
    return names;
}
// Whose entries may be held against the verdict on their token. The sniper's always are.
inline const std::vector<std::string>& judged_entries() {
    static const std::vector<std::string> names{"momentum", "manual"};
    return names;
}

// Whether a new token may be bought; what is not known refuses.
struct SafetySettings {
    std::uint32_t calls_per_minute = 120;  // To read holders; zero: nobody does.
    std::uint32_t mints_max = 64;          // Followed at a time.
    std::uint32_t holders_watched = 4;     // Of each, beside the creator.
    std::uint32_t evidence_age_slots_max = 150;
    BasisPoints transfer_fee_max;
    BasisPoints round_trip_loss_max{1'000};
    bool is_round_trip_simulated = true;  // By nodes, beside our own quotes.
    BasisPoints lp_burnt_min{9'000};
    BasisPoints holders_top10_max{7'000};
    BasisPoints creator_share_max{2'000};
    std::uint32_t creator_pulls_max = 0;
    BasisPoints bundle_share_max{6'000};
    std::vector<std::string> extensions_allowed{"MetadataPointer", "TokenMetadata"};
    std::vector<std::string> unknown_allowed;
    std::vector<std::string> entries_judged{"momentum", "manual"};  // Beside the sniper's.
    // Since its first pool was seen: so long they are held against how it was launched, too.
    std::uint32_t launch_age_slots_max = 9'000;

    [[nodiscard]] bool operator==(const SafetySettings&) const = default;
};

// The longest window of momentum.
inline constexpr std::uint32_t kBarsMax = 100;

struct MomentumSettings {
    bool is_enabled = true;
    Lamports amount{150'000'000};
    std::string bar_by = "trades";              // trades, slots, volume, dollar: what ends a bar.
    std::uint32_t bar_trades = 8;               // Trades per bar,
    std::uint32_t bar_slots = 25;               // or slots,
    Lamports bar_volume{20 * kLamportsPerSol};  // or SOL traded,
    MicroUsd bar_dollars{3'000 * kMicroUsdPerUsd};  // or its worth in USD.
    std::string rule = "rise";                      // rise, breakout.
    std::uint32_t bars = 3;                         // Rising in a row; or those to break out of.
    BasisPoints rise_min{60};                       // Over those bars.
    BasisPoints breakout_min{30};                   // Above the highest price of those bars.
    BasisPoints flow_imbalance_min{3'000};          // (buys − sells) / volume, signed, 0.01 %.
    std::uint32_t decay_percent = 0;                // Of the bar before; zero: not asked.
    std::uint32_t signal_slots_max = 150;           // Since the rule first held.
    BasisPoints volatility_min;                     // Mean absolute return of a bar.
    BasisPoints volatility_max{10'000};
    BasisPoints efficiency_min;  // |net move| / sum of |moves|; zero: not asked.
    std::uint32_t cooldown_slots = 50;
    BasisPoints slippage{100};
    bool is_mint_authority_allowed = false;
    bool is_freeze_authority_allowed = false;

    [[nodiscard]] bool operator==(const MomentumSettings&) const = default;
};

// Of the ladder: at this gain so much of what was bought is sold, beside what the steps before
// sold.
struct ProfitStep {
    BasisPoints gain;
    std::uint32_t percent = 0;

    [[nodiscard]] bool operator==(const ProfitStep&) const = default;
};
inline constexpr std::uint32_t kProfitStepsMax = 8;

// Exits are shared by all strategies that hold positions; they read liquidation value only.
struct ExitSettings {
    BasisPoints take_profit{1'500};
    BasisPoints stop_loss{800};
    BasisPoints trailing_arm{600};       // Profit at which the trailing stop arms.
    BasisPoints trailing_distance{400};  // Fall from the peak that sells.
    Duration time_limit = std::chrono::seconds{300};
    BasisPoints slippage_first{300};  // First sell attempt; doubles per retry up to the risk limit.
    // Of the position, at the first take-profit; the rest is left to the other exits.
    std::uint32_t take_profit_percent = 100;
    std::vector<ProfitStep> take_profit_ladder;  // In place of the two; empty: the two are it.
    BasisPoints break_even_arm{0};     // Profit from which on it is sold at its cost; 0: never.
    BasisPoints dev_sell_min{1'000};   // Of what the creator had; 0: never.
    BasisPoints holder_dump_min{300};  // Of the supply; 0: never.
    Duration feed_loss_exit = std::chrono::seconds{60};  // Blind for so long; 0: never.
    BasisPoints slippage_urgent{600};  // First attempt where somebody else may be out first.

    [[nodiscard]] bool operator==(const ExitSettings&) const = default;
};

// Whatever prices and others do: for benchmarks, drills and tests.
inline void sell_by_time_alone(ExitSettings& exits, Duration time_limit) {
    exits.take_profit = exits.trailing_arm = BasisPoints{1'000'000'000};
    exits.stop_loss = exits.trailing_distance = BasisPoints{kBasisPointsOne};
    exits.take_profit_ladder.clear();
    exits.break_even_arm = exits.dev_sell_min = exits.holder_dump_min = {};
    exits.feed_loss_exit = Duration{0};
    exits.time_limit = time_limit;
}

}  // namespace sniperforge::config
