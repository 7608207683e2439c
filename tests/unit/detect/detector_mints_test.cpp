// SPDX-License-Identifier: MIT
// Which mints the detector asks for, and how it judges them.
#include <algorithm>

#include "unit/detect/detector_support.hpp"

namespace sniperforge::detect {
namespace {

using namespace test;

TEST_F(DetectorTest, WantsVaultsConfigAndTheTokensMintEachOnce) {
    see(pool.account(), 1);
    auto wanted = detector.take_accounts_wanted();
    for (const Pubkey& key : {pool.vault_a(), pool.vault_b(), pool.config, pool.mint_b}) {
        EXPECT_EQ(std::count(wanted.begin(), wanted.end(), key), 1) << key.to_string();
    }
    EXPECT_EQ(wanted.size(), 4U);  // Not SOL's mint: money itself is not judged.
    EXPECT_TRUE(detector.take_accounts_wanted().empty());
    const TestPool twin{.venue = VenueId::RaydiumAmmV4, .number = 2};
    see(twin.account(), 1);
    wanted = detector.take_accounts_wanted();
    EXPECT_EQ(wanted.size(), 2U);  // Its vaults; the mint was asked for.
}

TEST_F(DetectorTest, WantsTheMintOfATokenOfTheNewProgramOnce) {
    pool.program_b = solana::kToken2022Program;
    see(pool.account(), 1);
    const auto wanted = detector.take_accounts_wanted();
    EXPECT_EQ(std::count(wanted.begin(), wanted.end(), pool.mint_b), 1);
}

TEST_F(DetectorTest, JudgesAMintByWhoCanMintAndWhoCanFreeze) {
    load(pool);
    see(mint_account(pool.mint_b), 2);
    ASSERT_EQ(all<TokenJudged>().size(), 1U);
    TokenJudged judged = all<TokenJudged>()[0];
    EXPECT_EQ(judged.mint, pool.mint_b);
    EXPECT_EQ(judged.slot, Slot{2});
    EXPECT_FALSE(judged.is_mint_authority_set);
    EXPECT_FALSE(judged.is_freeze_authority_set);
    EXPECT_FALSE(judged.has_risky_extension);

    see(mint_account(pool.mint_b,
                     {.mint_authority = key_of(70), .supply = {}, .freeze_authority = {}}),
        3);
    judged = all<TokenJudged>().at(0);
    EXPECT_TRUE(judged.is_mint_authority_set);
    EXPECT_FALSE(judged.is_freeze_authority_set);

    see(mint_account(pool.mint_b,
                     {.mint_authority = {}, .supply = {}, .freeze_authority = key_of(70)}),
        4);
    judged = all<TokenJudged>().at(0);
    EXPECT_FALSE(judged.is_mint_authority_set);
    EXPECT_TRUE(judged.is_freeze_authority_set);
}

// The operator may have us watch the coin of a pump.fun curve, whose account does not name it.
TEST_F(DetectorTest, JudgesAMintThatNoPoolAskedForAndNotMoneyItself) {
    ASSERT_EQ(see(mint_account(key_of(77)), 2).size(), 1U);
    EXPECT_EQ(std::get<TokenJudged>(events[0]).mint, key_of(77));
    EXPECT_TRUE(see(mint_account(solana::kWrappedSolMint), 2).empty());
}

TEST_F(DetectorTest, RepeatsAVerdictOnlyWhenItChanged) {
    load(pool);
    see(mint_account(pool.mint_b), 2);
    EXPECT_EQ(events.size(), 1U);
    see(mint_account(pool.mint_b,
                     {.mint_authority = {}, .supply = TokenAmount{99}, .freeze_authority = {}}),
        3);  // Minted or burnt: as before.
    EXPECT_TRUE(events.empty());
    see(mint_account(pool.mint_b,
                     {.mint_authority = {}, .supply = {}, .freeze_authority = key_of(70)}),
        4);
    EXPECT_EQ(events.size(), 1U);
}

TEST_F(DetectorTest, TakesWhatItCannotReadForDangerous) {
    load(pool);
    TestAccount gone{pool.mint_b, solana::kSystemProgram, {}, Lamports{}};
    see(gone, 2);
    ASSERT_EQ(all<TokenJudged>().size(), 1U);
    EXPECT_TRUE(all<TokenJudged>()[0].is_mint_authority_set);
    EXPECT_TRUE(all<TokenJudged>()[0].is_freeze_authority_set);
    EXPECT_TRUE(all<TokenJudged>()[0].has_risky_extension);
    // A stranger's program may write whatever looks like a harmless mint.
    see(mint_account(pool.mint_b), 3);
    TestAccount forged = mint_account(pool.mint_b);
    forged.owner = key_of(66);
    see(forged, 4);
    ASSERT_EQ(all<TokenJudged>().size(), 1U);
    EXPECT_TRUE(all<TokenJudged>()[0].has_risky_extension);
}

TEST_F(DetectorTest, AllowsMetadataExtensionsAndNoOther) {
    using solana::ExtensionType;
    load(pool);
    struct Case {
        std::vector<Extension> extensions;
        bool is_risky;
    };
    const Case cases[] = {
        {{{ExtensionType::TransferHook, 64}}, true},
        {{}, false},
        {{{ExtensionType::PermanentDelegate, 32}}, true},
        {{{ExtensionType::MetadataPointer, 64}}, false},
        {{{ExtensionType::TransferFeeConfig, 108}}, true},
        {{{ExtensionType::MetadataPointer, 64}}, false},
        {{{ExtensionType::MetadataPointer, 64}, {ExtensionType::PermanentDelegate, 32}}, true},
        {{}, false},
        {{{ExtensionType::Pausable, 33}}, true},
        {{}, false},
        {{{static_cast<ExtensionType>(4'000), 8}}, true},  // Newer than this program.
        {{}, false},
        {{{ExtensionType::TransferFeeConfig, 7}}, true},  // Does not decode.
    };
    std::uint64_t slot = 2;
    for (const Case& c : cases) {
        see(token_2022_mint(pool.mint_b, c.extensions), slot++);
        const auto judged = all<TokenJudged>();
        ASSERT_EQ(judged.size(), 1U) << slot;
        EXPECT_EQ(judged[0].has_risky_extension, c.is_risky) << slot;
    }
}

// The book waits for the same account: only the mint tells whether transfers are free of fees.
TEST_F(DetectorTest, CompletesAPoolOfTheNewTokenProgramWhenItsMintIsRead) {
    detector.mark_live();
    pool.program_b = solana::kToken2022Program;
    see(pool.account(), 1);
    see(config_account(pool.config), 1);
    see(pool.account_a(kA), 1);
    see(pool.account_b(kB), 1);
    EXPECT_TRUE(all<PoolCreated>().empty());
    see(token_2022_mint(pool.mint_b, {}), 2);
    ASSERT_EQ(events.size(), 3U);
    EXPECT_TRUE(std::holds_alternative<TokenJudged>(events[0]));
    EXPECT_EQ(std::get<PoolCreated>(events[1]).created_at, Slot{1});
    EXPECT_TRUE(std::holds_alternative<ReservesChanged>(events[2]));
}

// A fee is in every quote. What a hook does nobody knows, and what we do not know may do anything.
TEST_F(DetectorTest, CompletesAPoolWhoseTokenTakesAFeeAndNoneWhoseTransfersAreUnpredictable) {
    struct Case {
        std::vector<Extension> extensions;
        bool is_complete;
    };
    using solana::ExtensionType;
    const std::vector<Case> cases{
        {{{ExtensionType::TransferFeeConfig, 108}}, true},
        {{{ExtensionType::TransferHook, 64}}, false},
        {{{ExtensionType::TransferFeeConfig, 108}, {ExtensionType::TransferHook, 64}}, false},
        {{{static_cast<ExtensionType>(999), 8}}, false}};
    detector.mark_live();
    std::uint64_t number = 10;
    for (const Case& c : cases) {
        SCOPED_TRACE(number);
        const TestPool one{.number = number,
                           .mint_b = key_of(500 + number),
                           .config = key_of(600 + number),
                           .program_b = solana::kToken2022Program};
        ++number;
        see(one.account(), 1);
        see(config_account(one.config), 1);
        see(one.account_a(kA), 1);
        see(one.account_b(kB), 1);
        // A hook of no program is none.
        auto mint = token_2022_mint(one.mint_b, c.extensions);
        if (!c.extensions.empty() && c.extensions.back().type == ExtensionType::TransferHook) {
            mint.data.back() = 1;
        }
        see(mint, 2);
        EXPECT_EQ(all<PoolCreated>().size(), c.is_complete ? 1U : 0U);
        EXPECT_TRUE(all<TokenJudged>().at(0).has_risky_extension) << "exact is not safe";
    }
}

}  // namespace
}  // namespace sniperforge::detect
