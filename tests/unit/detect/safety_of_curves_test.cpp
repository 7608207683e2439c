// SPDX-License-Identifier: MIT
// What is known of a coin of a bonding curve: how much was bought in its first slot.
#include "unit/detect/detector_support.hpp"
#include "unit/dex/pump_support.hpp"

namespace sniperforge::detect {
namespace {

namespace pump = dex::test;

class SafetyOfCurvesTest : public ::testing::Test {
 protected:
    void tell(const Pubkey& key, const Pubkey& owner, const Bytes& data, std::uint64_t slot) {
        events.clear();
        detector.observe(AccountUpdate{Slot{slot}, key, owner, Lamports{1}, data}, events);
    }
    void tell(const pump::Account& account, std::uint64_t slot) {
        tell(account.pubkey, account.owner, account.data, slot);
    }
    void tell_curve(std::uint64_t bought, std::uint64_t slot) {
        pump::CurveOptions options;
        options.virtual_a -= bought;
        options.real_a -= bought;
        tell(dex::pump_curve_address(pump::coin()), solana::kPumpCurveProgram,
             pump::curve_bytes(options), slot);
    }
    [[nodiscard]] std::optional<TokenAmount> bought_at_first() const {
        for (const MarketEvent& event : events) {
            if (const auto* created = std::get_if<PoolCreated>(&event)) {
                return created->bought_at_first;
            }
        }
        return std::nullopt;
    }

    dex::PoolBook book;
    Detector detector{book, {}};
    std::vector<MarketEvent> events;
    std::vector<dex::BookChange> changes;
};

// Its name and its settings come later than the curve itself.
TEST_F(SafetyOfCurvesTest, SaysWhatWasBoughtInTheFirstSlotAndNotAfter) {
    detector.mark_live();
    tell_curve(1'000, 5);
    tell_curve(5'000, 5);
    tell_curve(9'000, 6);
    changes.clear();
    book.name_mint(pump::coin(), changes);
    tell(pump::curve_global(), 7);
    tell(pump::curve_fee_config(pump::config_of({2, 93, 30})), 7);
    tell(pump::mint_account(pump::coin(), solana::kToken2022Program, dex::kPumpCoinSupply), 7);
    EXPECT_EQ(bought_at_first(), TokenAmount{5'000});
}

TEST(BoughtOnCurve, IsAllThatWasForSaleOfOneThatIsSoldOutAndUnknownOfOneThatHasMoved) {
    const auto bought = [](const pump::CurveOptions& options) {
        return bought_on_curve(
            {*dex::decode_pump_curve_pool(key_of(1), pump::curve_bytes(options))});
    };
    EXPECT_EQ(bought({}), TokenAmount{});
    EXPECT_EQ(bought({.virtual_a = 279'900'000'000'000, .real_a = 0, .is_finished = true}),
              TokenAmount{793'100'000'000'000});
    EXPECT_EQ(bought({.virtual_a = 0, .virtual_b = 0, .real_a = 0, .is_finished = true}),
              std::nullopt);
    EXPECT_EQ(bought({.real_a = 793'100'000'000'001}), std::nullopt);
}

}  // namespace
}  // namespace sniperforge::detect
