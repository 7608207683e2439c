// SPDX-License-Identifier: MIT
// A venue whose program changes under us: entries and cycles are denied before the first of ours
// fails, exits are not, and the operator is told.
#include <gtest/gtest.h>

#include "sniperforge/engine/run_report.hpp"
#include "unit/dex/book_support.hpp"
#include "unit/dex/shape_support.hpp"
#include "unit/engine/pipeline_support.hpp"

namespace sniperforge::engine {
namespace {

using dex::test::call_of;
using dex::test::config_account;
using dex::test::key_of;
using dex::test::our_swap;
using dex::test::TestPool;

const TestPool kCpmm{.number = 1, .mint_b = key_of(7)};
const TestPool kAmm{.venue = VenueId::RaydiumAmmV4, .number = 2, .mint_b = key_of(7)};

class PipelineShapesTest : public test::PipelineTest {
 protected:
    PipelineShapesTest() {
        tell(FeedRestored{"a"});
        for (const TestPool& pool : {kCpmm, kAmm}) {
            for (const auto& account : {pool.account(), config_account(pool.config),
                                        pool.account_a(100), pool.account_b(100)}) {
                tell(account.at(5));
            }
        }
    }
    [[nodiscard]] std::optional<DenialReason> denial(OrderKind kind, const TestPool& pool) const {
        OrderIntent intent;
        intent.kind = kind;
        intent.pool = pipeline->book().find(pool.id()).value();
        intent.legs[0].pool = pipeline->book().find(kAmm.id()).value();
        intent.legs[1].pool = intent.pool;
        intent.leg_count = kind == OrderKind::Cycle ? 2 : 0;
        const auto refused = pipeline->recheck(intent);
        return refused ? std::optional{refused->reason} : std::nullopt;
    }
    void see(const dex::test::CallOptions& options) {
        pipeline->on_transaction(
            call_of(VenueId::RaydiumCpmm, our_swap(VenueId::RaydiumCpmm), options));
    }
};

// The program takes one account more from now on: all swaps of the market have it.
TEST_F(PipelineShapesTest, DeniesWhatUsesAQuarantinedVenueAndLetsItsPositionsOut) {
    for (std::uint64_t payer = 1; payer <= 3; ++payer) {
        see({.payer = payer});
        EXPECT_NE(denial(OrderKind::Entry, kCpmm), DenialReason::VenueQuarantined);
    }
    for (std::uint64_t payer = 1; payer <= 7; ++payer) {
        see({.payer = payer, .accounts = 14});
        EXPECT_NE(denial(OrderKind::Cycle, kCpmm), DenialReason::VenueQuarantined)
            << "a call of the known form is among the newest";
    }
    see({.payer = 8, .accounts = 14});
    EXPECT_EQ(denial(OrderKind::Entry, kCpmm), DenialReason::VenueQuarantined);
    EXPECT_EQ(denial(OrderKind::Cycle, kCpmm), DenialReason::VenueQuarantined) << "its second leg";
    EXPECT_EQ(denial(OrderKind::Exit, kCpmm), std::nullopt);
    EXPECT_NE(denial(OrderKind::Entry, kAmm), DenialReason::VenueQuarantined);
    EXPECT_NE(denial(OrderKind::Cycle, kAmm), DenialReason::VenueQuarantined);

    RunReport report;
    collect(report, *pipeline, *executor);
    const auto& line = report.venues[static_cast<std::size_t>(VenueId::RaydiumCpmm)];
    EXPECT_EQ(line.standing, dex::VenueStanding::Quarantined);
    EXPECT_EQ(line.swaps_matched, 3U);
    EXPECT_NE(
        to_json(report).find(
            R"("raydium_cpmm":{"instructions":"quarantined","swaps_matched":3,"reason":"swap_base_input with 14 accounts (known: 13))"),
        std::string::npos)
        << to_json(report);
    EXPECT_NE(to_text(report).find("raydium_cpmm: swap_base_input with 14 accounts"),
              std::string::npos);
}

TEST_F(PipelineShapesTest, EntersAVenueOnlyAfterItsFirstLookWhenSomebodyLooks) {
    EXPECT_NE(denial(OrderKind::Entry, kCpmm), DenialReason::VenueUnproven) << "nobody looks";
    feed::TransactionReader reader{reactor, rpc, settings.feed, *pipeline};
    pipeline->connect(reader);
    EXPECT_EQ(denial(OrderKind::Entry, kCpmm), DenialReason::VenueUnproven);
    EXPECT_EQ(denial(OrderKind::Exit, kCpmm), std::nullopt);
    pipeline->on_round(VenueId::RaydiumCpmm, false);
    EXPECT_EQ(denial(OrderKind::Entry, kCpmm), DenialReason::VenueUnproven) << "not all was read";
    see({});
    EXPECT_NE(denial(OrderKind::Entry, kCpmm), DenialReason::VenueUnproven);
    EXPECT_EQ(denial(OrderKind::Entry, kAmm), DenialReason::VenueUnproven);
    EXPECT_EQ(denial(OrderKind::Cycle, kCpmm), DenialReason::VenueUnproven) << "its first leg";
    pipeline->on_round(VenueId::RaydiumAmmV4, true);
    EXPECT_NE(denial(OrderKind::Cycle, kCpmm), DenialReason::VenueUnproven);
}

}  // namespace
}  // namespace sniperforge::engine
