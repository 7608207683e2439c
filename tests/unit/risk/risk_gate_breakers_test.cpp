// SPDX-License-Identifier: MIT
// What the gate makes of an open breaker, and of pools that disagree about SOL.
#include <chrono>

#include "unit/risk/risk_gate_support.hpp"

namespace sniperforge::risk {
namespace {

using namespace test;
using std::chrono::seconds;

TEST(RiskGate, EntersNothingWhileABreakerIsOpenAndLetsExitsOut) {
    const BreakerHold hold{.failure = FailureClass::ProgramError,
                           .scope = BreakerScope::Venue,
                           .venue = VenueId::PumpSwap,
                           .failures = 4,
                           .until_probe = seconds{11} + Duration{1}};
    for (Question setup : {entry(), cycle()}) {
        setup.exposure.breaker = hold;
        EXPECT_EQ(setup.denial(), DenialReason::BreakerOpen);
        EXPECT_EQ(
            setup.detail(),
            "program_error at venue pumpswap: 4 failures in a row; one order may try in 12 s");
        const RiskGate gate{setup.limits};
        EXPECT_EQ(gate.recheck(setup.intent, setup.exposure)->reason, DenialReason::BreakerOpen);
    }
    Question setup = exit();
    setup.exposure.breaker = hold;
    EXPECT_EQ(setup.denial(), std::nullopt);
    EXPECT_FALSE(RiskGate{setup.limits}.recheck(setup.intent, setup.exposure));
}

TEST(RiskGate, SaysWhoIsTryingAndWhatABrokenLedgerWaitsFor) {
    Question setup = entry();
    setup.exposure.breaker = BreakerHold{.failure = FailureClass::Rpc,
                                         .failures = 4,
                                         .until_probe = seconds{150},
                                         .is_probing = true};
    EXPECT_EQ(setup.detail(),
              "rpc after 4 failures in a row: one order is trying, at most 150 s more");
    setup.exposure.breaker = BreakerHold{.failure = FailureClass::BalanceMismatch, .failures = 1};
    EXPECT_EQ(setup.detail(),
              "balance_mismatch: no entries until the books equal the chain's balances");
}

TEST(RiskGate, EntersNothingWhilePoolsDisagreeAboutSol) {
    for (Question setup : {entry(), cycle()}) {
        setup.exposure.sol_price = {};
        setup.exposure.sol_pools = 4;
        setup.exposure.sol_pools_agreeing = 2;
        EXPECT_EQ(setup.denial(), DenialReason::SolPriceDiverged);
        EXPECT_EQ(setup.detail().find("2 of 4 SOL/USD pools are within 200 bps"), 0U)
            << setup.detail();
    }
    Question setup = exit();
    setup.exposure.sol_price = {};
    setup.exposure.sol_pools = 4;
    EXPECT_EQ(setup.denial(), std::nullopt);
}

}  // namespace
}  // namespace sniperforge::risk
