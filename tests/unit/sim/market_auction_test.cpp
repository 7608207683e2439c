// SPDX-License-Identifier: MIT
// Competitors who offer something for their place in the block, and a client who offers more.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "sniperforge/solana/compute_budget.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/transaction.hpp"
#include "support/keys.hpp"
#include "unit/sim/chain_fixture.hpp"
#include "unit/sim/market_fixture.hpp"

namespace sniperforge::sim {
namespace {

// A competitor comes for every gap in the slot behind the one that it was made in.
Scenario contested(double bid_max) {
    Scenario scenario = named_scenario("demo").value();
    scenario.dislocations_per_hour = 20;
    scenario.dislocation_end_per_slot = 1;
    scenario.dislocation_bid_max = bid_max;
    scenario.trades_per_minute = 0;
    scenario.slot_skip_probability = 0;
    return scenario;
}

class MarketAuction : public ::testing::Test {
 protected:
    // A gap beyond fees between two pools of one pair.
    [[nodiscard]] static bool has_gap(const Simulation& simulation) {
        const auto pools = simulation.market.liquid_pools();
        for (std::size_t i = 0; i + 1 < pools.size(); i += 2) {
            const PoolView a = read_pool(simulation.chain, pools[i]).value();
            const PoolView b = read_pool(simulation.chain, pools[i + 1]).value();
            const double price_b = a.mint_a == b.mint_a ? b.price() : 1.0 / b.price();
            if (std::abs(std::log(a.price() / price_b)) > a.fee() + b.fee()) {
                return true;
            }
        }
        return false;
    }
    // Names these pools and pays so many lamports of priority fee. It is shown and never run.
    [[nodiscard]] static Bytes shown(const Simulation& simulation, std::uint64_t lamports,
                                     bool is_naming_pools = true) {
        solana::Instruction names;
        names.program_id = solana::kMemoProgram;
        if (is_naming_pools) {
            for (const Pubkey& pool : simulation.market.liquid_pools()) {
                names.accounts.push_back(solana::writable(pool));
            }
        }
        constexpr ComputeUnits kUnits{1'000'000};  // A micro-lamport each is a lamport.
        const std::vector<solana::Instruction> instructions{
            solana::set_compute_unit_limit(kUnits),
            solana::set_compute_unit_price(ComputeUnitPrice{lamports}), names};
        const auto message = solana::compile_message(test::key_of(9), instructions,
                                                     simulation.chain.latest_blockhash(0));
        EXPECT_TRUE(message.has_value());
        Bytes wire(1 + Signature::kSize, 0);
        wire[0] = 1;
        append(wire, *message);
        return wire;
    }
    // How many of the gaps that a slot begins with are still there for whoever shows this.
    struct Seen {
        int gaps = 0, left = 0;
    };
    [[nodiscard]] static Seen see(double bid_max, std::uint64_t lamports, bool is_naming = true) {
        Simulation simulation{contested(bid_max), 3};
        Seen seen;
        for (int slot = 0; slot < 400; ++slot) {
            simulation.market.run_slot();
            if (has_gap(simulation)) {
                ++seen.gaps;
                simulation.market.before_queued(shown(simulation, lamports, is_naming));
                seen.left += has_gap(simulation) ? 1 : 0;
            }
            simulation.market.behind_all_queued();
            simulation.chain.advance_slot();
        }
        return seen;
    }
};

constexpr std::uint64_t kMuch = 10 * kLamportsPerSol;

TEST_F(MarketAuction, WhoOffersMoreIsBeforeTheCompetitorAndWhoOffersLessBehindHim) {
    const Seen nothing = see(0.5, 0), little = see(0.5, 1'000'000), much = see(0.5, kMuch);
    EXPECT_GT(nothing.gaps, 30);
    // What is left for nothing was made in this very slot: nobody has come for it yet.
    EXPECT_LT(nothing.left, nothing.gaps);
    EXPECT_GT(little.left, nothing.left);
    EXPECT_LT(little.left, much.left);
    EXPECT_EQ(much.left, much.gaps);
}

TEST_F(MarketAuction, NobodyIsAskedWhoDoesNotTouchThePool) {
    const Seen other = see(0.5, 0, false);
    EXPECT_EQ(other.left, other.gaps);
}

TEST_F(MarketAuction, WithoutOffersTheCompetitorIsBeforeEverybody) {
    const Seen none = see(0, kMuch);
    EXPECT_EQ(none.gaps, see(0, 0).gaps);
    EXPECT_LT(none.gaps, see(0.5, kMuch).gaps) << "closed before anybody else can see them";
    EXPECT_EQ(none.left, none.gaps);
}

}  // namespace
}  // namespace sniperforge::sim
