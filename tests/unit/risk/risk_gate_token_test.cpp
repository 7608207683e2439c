// SPDX-License-Identifier: MIT
// What the verdict on a token does to an entry that comes to the gate.
#include "unit/risk/risk_gate_support.hpp"

namespace sniperforge::risk {
namespace {

using namespace test;

TEST(RiskGateToken, DeniesWhatTheVerdictRefusesAndSaysWhatItFound) {
    Question setup = entry();
    EXPECT_EQ(setup.denial(), std::nullopt) << setup.detail();
    setup.exposure.token_refusal = SafetyRefusal{SafetyCode::FreezeAuthority, false};
    setup.exposure.token_finding = "FREEZE_AUTHORITY failed: 1, limit 0";
    EXPECT_EQ(setup.denial(), DenialReason::TokenRefused);
    EXPECT_EQ(to_string(*setup.denial()), "TOKEN_REFUSED");
    EXPECT_EQ(setup.detail(), setup.intent.mint_out.to_string() +
                                  " is refused by FREEZE_AUTHORITY: FREEZE_AUTHORITY failed: 1, "
                                  "limit 0");
    setup.exposure.token_refusal = SafetyRefusal{SafetyCode::HoldersTop10, true};
    EXPECT_EQ(setup.denial(), DenialReason::TokenRefused) << "what is not known refuses";
    setup.exposure.token_refusal.reset();
    EXPECT_EQ(setup.denial(), std::nullopt);
}

// Another moment may do: whoever asked may ask again.
TEST(RiskGateToken, TellsWhatIsStillBeingReadApart) {
    Question setup = entry();
    setup.exposure.token_refusal = SafetyRefusal{SafetyCode::EvidenceAwaited, true};
    setup.exposure.token_finding = "HOLDERS_TOP10 awaited";
    EXPECT_EQ(setup.denial(), DenialReason::TokenAwaited);
    EXPECT_EQ(to_string(*setup.denial()), "TOKEN_AWAITED");
    EXPECT_NE(setup.detail().find("HOLDERS_TOP10 awaited"), std::string::npos);
}

// Cycles hold nothing, and a sale is never kept back.
TEST(RiskGateToken, AsksCyclesAndSalesNothing) {
    for (Question setup : {cycle(), exit()}) {
        setup.exposure.token_refusal = SafetyRefusal{SafetyCode::FreezeAuthority, false};
        EXPECT_EQ(setup.denial(), std::nullopt) << setup.detail();
    }
}

}  // namespace
}  // namespace sniperforge::risk
