// SPDX-License-Identifier: MIT
// Orders on paper over two pools: who hears of them, and what they are made of.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "execute/paper_fill.hpp"
#include "sniperforge/dex/displace.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/execute/paper_desk.hpp"
#include "sniperforge/model/fill_sums.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "support/keys.hpp"
#include "unit/execute/executor_support.hpp"

namespace sniperforge::execute::paper_test {

using sniperforge::test::key_of;
inline const Pubkey kCoin = key_of(2);
inline constexpr Lamports kAccountRent{2'157'600};
inline constexpr PoolIndex kPool{0}, kDearPool{1};

// A of the token against wSOL.
[[nodiscard]] inline dex::Pool pool_of(std::uint64_t tokens, std::uint64_t sol) {
    dex::RaydiumAmmV4Pool pool;
    pool.id = key_of(1);
    pool.mint_a = kCoin;
    pool.mint_b = solana::kWrappedSolMint;
    pool.vault_a = key_of(3);
    pool.vault_b = key_of(4);
    pool.status = dex::kAmmV4StatusSwapOnly;
    pool.vault_amount_a = tokens;
    pool.vault_amount_b = sol;
    pool.has_vault_a = pool.has_vault_b = true;
    return {pool};
}

// Two pools; in the second the token is a tenth dearer.
struct Pools final : OwnImpact {
    [[nodiscard]] const dex::Pool& as_met(PoolIndex pool) const override { return all[pool.value]; }
    void swapped(PoolIndex pool, Direction direction, const dex::SwapQuote& swap,
                 OrderKind) override {
        ++swaps;
        ASSERT_TRUE(dex::displace(all[pool.value], direction, swap));
    }
    std::array<dex::Pool, 2> all{pool_of(1'000'000'000'000, 100'000'000'000),
                                 pool_of(1'000'000'000'000, 110'000'000'000)};
    int swaps = 0;
};

struct Reports final : ExecuteEvents {
    std::optional<Denial> recheck(const OrderIntent&) override { return std::nullopt; }
    bool on_signed(const OrderIntent&, const Signature&, BlockHeight) override {
        ADD_FAILURE() << "on paper nothing is signed";
        return false;
    }
    void on_sent(const OrderIntent&, const Trace&, bool) override {
        ADD_FAILURE() << "on paper nothing is sent";
    }
    void on_report(const ExecutionReport& report) override { all.push_back(report); }
    void on_unbuildable(const OrderIntent&) override { ++unbuildable; }
    void on_finalized(const OrderFinalized& order) override { finals.push_back(order.intent_id); }
    void on_reversed(const OrderReversed&) override { ADD_FAILURE(); }
    std::vector<ExecutionReport> all;
    std::vector<IntentId> finals;
    int unbuildable = 0;
};

struct StandingClock final : Clock {
    [[nodiscard]] MonoTime now() const override { return MonoTime{1'000}; }
    [[nodiscard]] WallTime wall_now() const override { return WallTime{1'750'000'000'000'000'000}; }
};

[[nodiscard]] inline config::PaperSettings landing_after(std::uint32_t slots) {
    return {.balance = {},
            .landed_after_1_percent = slots == 1 ? 100U : 0U,
            .landed_after_2_percent = slots == 2 ? 100U : 0U,
            .landed_after_3_percent = slots == 3 ? 100U : 0U};
}

[[nodiscard]] inline OrderIntent entry(std::uint64_t id, std::uint64_t lamports,
                                       std::uint64_t floor) {
    OrderIntent intent;
    intent.intent_id = IntentId{id};
    intent.strategy = StrategyId::Momentum;
    intent.kind = OrderKind::Entry;
    intent.mint_in = solana::kWrappedSolMint;
    intent.mint_out = kCoin;
    intent.amount_in = TokenAmount{lamports};
    intent.receive_min = TokenAmount{floor};
    intent.spend_max = Lamports{lamports + 10'000'000};
    intent.pool = kPool;
    intent.decided_at = Slot{10};
    return intent;
}

[[nodiscard]] inline OrderIntent exit(std::uint64_t id, std::uint64_t tokens, std::uint64_t floor) {
    OrderIntent intent = entry(id, tokens, floor);
    intent.kind = OrderKind::Exit;
    intent.exit_reason = ExitReason::StopLoss;
    intent.position_id = PositionId{1};
    std::swap(intent.mint_in, intent.mint_out);
    return intent;
}

[[nodiscard]] inline PaperTerms terms() {
    return {.base_fee = Lamports{5'000},
            .priority_fee = Lamports{4'000},
            .tip = Lamports{1'000},
            .rent = kAccountRent,
            .quote = {}};
}

[[nodiscard]] inline std::uint64_t quoted(const dex::Pool& pool, Direction direction,
                                          std::uint64_t amount) {
    return dex::quote_exact_in(pool, direction, TokenAmount{amount}, {})->amount_out.raw();
}

class PaperDeskTest : public ::testing::Test {
 protected:
    static void submit(PaperDesk& desk, const OrderIntent& intent, const SubmitHints& hints = {}) {
        desk.submit(risk::RiskGate::approve(intent), {}, hints);
    }
    [[nodiscard]] PaperDesk desk(const config::PaperSettings& paper) {
        return PaperDesk{{clock, pools, reports, kAccountRent}, execution, paper, 1};
    }

    StandingClock clock;
    Pools pools;
    Reports reports;
    config::ExecutionSettings execution;
};

}  // namespace sniperforge::execute::paper_test
