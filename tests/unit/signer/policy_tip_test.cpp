// SPDX-License-Identifier: MIT
// The tip of an order: what is signed. What is not, the table of hostile transactions has.
#include "unit/signer/hostile_support.hpp"

namespace sniperforge::signer {
namespace {

using namespace test;

class PolicyTip : public HostileTest {
 protected:
    // An honest order that may pay `tip_max` and pays `tip`.
    [[nodiscard]] Draft tipped(OrderKind kind, Form form, std::uint64_t tip,
                               std::uint64_t tip_max) {
        Draft draft = honest(kind, form);
        draft.policy.tip_max = Lamports{tip_max};
        draft.policy.lamports_max += Lamports{tip_max};
        draft.append(solana::system_transfer({wallet(), kTipAccounts[1], Lamports{tip}}));
        return draft;
    }
};

TEST_F(PolicyTip, IsSignedOfEveryKindOfOrderInEveryFormUpToTheOrdersTip) {
    for (const OrderKind kind : kKinds) {
        for (const Form form : kForms) {
            EXPECT_FALSE(judge(tipped(kind, form, 1, 10'000)));
            EXPECT_FALSE(judge(tipped(kind, form, 10'000, 10'000)));
            const auto refusal = judge(tipped(kind, form, 10'001, 10'000));
            ASSERT_TRUE(refusal);
            EXPECT_EQ(refusal->reason, "a tip of 10001 > 10000 lamports");
        }
    }
}

// Whatever the order says.
TEST_F(PolicyTip, IsNeverAboveTheSignersOwnCap) {
    const std::uint64_t most = kFeeMax.raw() - kPriority.raw();
    EXPECT_FALSE(judge(tipped(OrderKind::Entry, Form::V0, most, 2 * most)));
    auto refusal = judge(tipped(OrderKind::Entry, Form::V0, most + 1, 2 * most));
    ASSERT_TRUE(refusal);
    EXPECT_EQ(refusal->reason, "a priority fee of 4000 and a tip of 49996001 > 50000000 lamports");
    refusal = judge(tipped(OrderKind::Entry, Form::V0, kFeeMax.raw() + 1, 2 * most));
    ASSERT_TRUE(refusal);
    EXPECT_EQ(refusal->reason, "a tip of 50000001 > 50000000 lamports");
}

TEST_F(PolicyTip, MayBeLeftOut) {
    Draft draft = tipped(OrderKind::Entry, Form::V0, 10'000, 10'000);
    draft.instructions.pop_back();
    EXPECT_FALSE(judge(draft));
}

// An entry's lamports are spent to the last one: the tip is within the same ceiling.
TEST_F(PolicyTip, CountsAsLamportsThatLeaveTheWallet) {
    Draft draft = tipped(OrderKind::Entry, Form::V0, 10'000, 10'000);
    EXPECT_FALSE(judge(draft));
    draft.policy.lamports_max -= Lamports{1};
    const auto refusal = judge(draft);
    ASSERT_TRUE(refusal);
    EXPECT_NE(refusal->reason.find("tip 10000"), std::string::npos) << refusal->reason;
}

}  // namespace
}  // namespace sniperforge::signer
