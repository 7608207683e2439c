// SPDX-License-Identifier: MIT
// What a transaction says about pools, and when a venue's live calls are not ours any more. With
// recorded transactions: tests/unit/feed/transaction_reader_test.cpp.
#include "sniperforge/dex/recognise.hpp"

#include <gtest/gtest.h>

#include "sniperforge/dex/pump_curve.hpp"
#include "sniperforge/dex/shape_watch.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "unit/dex/shape_support.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;
using sniperforge::test::key_of;

template <typename Visit>
void for_each_shape(Visit visit) {
    for (std::size_t i = 0; i < kVenueCount; ++i) {
        const auto venue = static_cast<VenueId>(i);
        for (const InstructionShape& shape : instructions_of(venue)) {
            SCOPED_TRACE(::testing::Message()
                         << to_string(venue) << " " << shape.name << " " << +shape.accounts_min);
            visit(venue, shape);
        }
    }
}

// The only call of the transaction.
VenueCall call_in(const ChainTransaction& transaction) {
    const Recognised recognised = recognise(transaction);
    SF_ASSERT(recognised.calls.size() == 1);
    return recognised.calls[0];
}

// Another form of the same instruction takes so many accounts.
bool is_form(VenueId venue, const InstructionShape& like, std::size_t accounts) {
    return std::ranges::any_of(instructions_of(venue), [&](const InstructionShape& shape) {
        return shape.name == like.name && accounts >= shape.accounts_min &&
               accounts <= shape.accounts_max;
    });
}
// One that takes fewer, and ignores what is too much for it.
bool has_smaller_form(VenueId venue, const InstructionShape& like) {
    return std::ranges::any_of(instructions_of(venue), [&](const InstructionShape& shape) {
        return shape.name == like.name && !shape.is_former &&
               shape.accounts_max < like.accounts_min;
    });
}

TEST(Recognise, KnowsEveryShapeOfEveryVenueWithItsFewestAndItsMostAccounts) {
    for_each_shape([](VenueId venue, const InstructionShape& shape) {
        for (const std::size_t count :
             {std::size_t{shape.accounts_min}, std::size_t{shape.accounts_max}}) {
            // A list has room for 256 with the payer.
            const auto call =
                call_in(call_of(venue, shape, {.accounts = std::min<std::size_t>(count, 200)}));
            EXPECT_EQ(call.venue, venue);
            ASSERT_NE(call.shape, nullptr);
            EXPECT_EQ(call.shape->name, shape.name);
            EXPECT_FALSE(call.mismatch) << to_text(*call.mismatch);
        }
    });
}

TEST(Recognise, SaysWhatIsMissingWhatIsReadOnlyAndWhatIsTooShort) {
    for_each_shape([](VenueId venue, const InstructionShape& shape) {
        const std::size_t fewer = std::size_t{shape.accounts_min} - 1;
        if (!is_form(venue, shape, fewer)) {
            const auto call = call_in(call_of(venue, shape, {.accounts = fewer}));
            ASSERT_TRUE(call.mismatch);
            EXPECT_EQ(call.mismatch->difference, has_smaller_form(venue, shape)
                                                     ? ShapeDifference::AccountsAdded
                                                     : ShapeDifference::AccountsMissing);
        }
        for (std::uint32_t i = 0; i < shape.accounts_min; ++i) {
            // A former form that does not fit is held against today's.
            if ((shape.writable >> i & 1U) != 0 && !shape.is_former) {
                const auto call =
                    call_in(call_of(venue, shape, {.readonly = std::uint32_t{1} << i}));
                ASSERT_TRUE(call.mismatch) << i;
                EXPECT_EQ(call.mismatch->difference, ShapeDifference::NotWritable) << i;
                EXPECT_EQ(call.mismatch->seen, i);
            }
        }
        if (shape.data_bytes_min > shape.discriminator_bytes) {
            ChainTransaction transaction = call_of(venue, shape);
            transaction.instructions[0].data.pop_back();
            const auto call = call_in(transaction);
            ASSERT_TRUE(call.mismatch);
            EXPECT_EQ(call.mismatch->difference, ShapeDifference::DataTooShort);
            EXPECT_TRUE(is_proof(call.mismatch->difference));
        }
    });
}

TEST(Recognise, SaysWhatIsTooMuchWhichProvesNothing) {
    for_each_shape([](VenueId venue, const InstructionShape& shape) {
        const std::size_t more = std::size_t{shape.accounts_max} + 1;
        if (more < 200 && !shape.is_former && !is_form(venue, shape, more)) {
            const auto call = call_in(call_of(venue, shape, {.accounts = more}));
            ASSERT_TRUE(call.mismatch);
            EXPECT_EQ(call.mismatch->difference, ShapeDifference::AccountsAdded);
            EXPECT_EQ(call.mismatch->seen, more);
            EXPECT_FALSE(is_proof(call.mismatch->difference));
        }
    });
    const auto& swap = our_swap(VenueId::RaydiumCpmm);
    EXPECT_EQ(to_text(*call_in(call_of(VenueId::RaydiumCpmm, swap, {.accounts = 14})).mismatch),
              "swap_base_input with 14 accounts (known: 13)");
}

TEST(Recognise, FindsThePoolAndItsMintsInEveryCreation) {
    std::size_t creations = 0;
    for_each_shape([&](VenueId venue, const InstructionShape& shape) {
        const Recognised recognised = recognise(call_of(venue, shape));
        if (!shape.creation) {
            EXPECT_TRUE(recognised.creations.empty());
            return;
        }
        ++creations;
        if (shape.migrates_to) {
            EXPECT_TRUE(recognised.creations.empty()) << "nothing is made by it alone";
            EXPECT_TRUE(recognised.migrations.empty());
            return;
        }
        ASSERT_EQ(recognised.creations.size(), 1U);
        const PoolCreation& creation = recognised.creations[0];
        EXPECT_EQ(creation.venue, venue);
        EXPECT_EQ(creation.pool, account_of(shape.creation->pool));
        EXPECT_EQ(creation.mint_a, account_of(shape.creation->mint_a));
        EXPECT_EQ(creation.mint_b, shape.creation->is_mint_b_sol
                                       ? solana::kWrappedSolMint
                                       : account_of(shape.creation->mint_b));
        EXPECT_TRUE(recognised.migrations.empty());
    });
    EXPECT_GE(creations, 18U);
}

// The curve's program calls PumpSwap's, which makes the pool. Called for a curve that has moved
// before it calls nobody and succeeds: its old pool is not made anew by that.
TEST(Recognise, FindsAMigrationWhereThePoolThatItMovesToIsMade) {
    for (const std::string_view name : {"migrate", "migrate_v2"}) {
        SCOPED_TRACE(name);
        const ChainTransaction transaction = migration_of(name);
        const Recognised recognised = recognise(transaction);
        EXPECT_EQ(recognised.calls.size(), 2U);
        ASSERT_EQ(recognised.creations.size(), 1U);
        const PoolCreation& creation = recognised.creations[0];
        EXPECT_EQ(creation.venue, VenueId::PumpSwap);
        ASSERT_EQ(recognised.migrations.size(), 1U);
        const PoolMigration& moved = recognised.migrations[0];
        EXPECT_EQ(moved.from, VenueId::PumpCurve);
        EXPECT_EQ(moved.to.pool, creation.pool);
        EXPECT_EQ(moved.pool_from, pump_curve_address(moved.to.mint_a));

        ChainTransaction nothing = transaction;
        nothing.instructions.pop_back();
        EXPECT_EQ(recognise(nothing).calls.size(), 1U);
        EXPECT_TRUE(recognise(nothing).migrations.empty());
        EXPECT_TRUE(recognise(nothing).creations.empty());
        // Another pool is made beside it.
        ChainTransaction other = transaction;
        other.instructions.back().accounts[0] = other.instructions[0].accounts[1];
        EXPECT_EQ(recognise(other).creations.size(), 1U);
        EXPECT_TRUE(recognise(other).migrations.empty());
    }
}

TEST(Recognise, SaysNothingOfFailedTransactionsOtherProgramsAndEvents) {
    ChainTransaction transaction = call_of(VenueId::PumpSwap, our_swap(VenueId::PumpSwap));
    transaction.is_failed = true;
    EXPECT_TRUE(recognise(transaction).calls.empty());
    transaction.is_failed = false;
    EXPECT_EQ(recognise(transaction).calls.size(), 1U);
    transaction.instructions[0].data = {0xe4, 0x45, 0xa5, 0x2e, 0x51, 0xcb, 0x9a, 0x1d, 1};
    EXPECT_TRUE(recognise(transaction).calls.empty());
    transaction.instructions[0].program = key_of(5);
    transaction.instructions[0].data = {1, 2};
    EXPECT_TRUE(recognise(transaction).calls.empty());
    // Positions that the list does not have, and no data at all.
    transaction = call_of(VenueId::PumpSwap, our_swap(VenueId::PumpSwap));
    transaction.accounts.resize(1);
    EXPECT_TRUE(call_in(transaction).mismatch);
    transaction.instructions[0].data.clear();
    EXPECT_EQ(call_in(transaction).shape, nullptr);
}

TEST(Recognise, TakesOppositeMovesOfAnOwnerWhoDidNotSignForASwap) {
    ChainTransaction transaction = unknown_swap(VenueId::MeteoraDlmm);
    EXPECT_EQ(call_in(transaction).shape, nullptr);
    EXPECT_TRUE(call_in(transaction).is_like_swap);
    transaction.token_moves[1].after = TokenAmount{109};
    EXPECT_FALSE(call_in(transaction).is_like_swap) << "both up: liquidity";
    transaction = unknown_swap(VenueId::MeteoraDlmm);
    transaction.token_moves[1].owner = key_of(61);
    EXPECT_FALSE(call_in(transaction).is_like_swap) << "two owners";
    transaction = unknown_swap(VenueId::MeteoraDlmm);
    for (ChainTokenMove& move : transaction.token_moves) {
        move.owner = transaction.accounts[0].key;
    }
    EXPECT_FALSE(call_in(transaction).is_like_swap) << "of the payer";
    transaction = unknown_swap(VenueId::MeteoraDlmm);
    transaction.token_moves[1].account = 0;
    EXPECT_FALSE(call_in(transaction).is_like_swap) << "not an account of the call";
}

// A curve keeps its SOL as lamports.
TEST(Recognise, TakesATokenAgainstTheOwnersLamportsForASwapToo) {
    ChainTransaction transaction = unknown_swap(VenueId::PumpCurve);
    transaction.token_moves.pop_back();
    EXPECT_FALSE(call_in(transaction).is_like_swap);
    transaction.token_moves[0].owner = transaction.accounts[5].key;
    transaction.accounts[5].lamports_before = Lamports{100};
    transaction.accounts[5].lamports_after = Lamports{90};
    EXPECT_TRUE(call_in(transaction).is_like_swap);
    transaction.accounts[5].lamports_after = Lamports{101};
    EXPECT_FALSE(call_in(transaction).is_like_swap);
}

// ---- What it takes to quarantine a venue ----

class ShapeWatchTest : public ::testing::Test {
 protected:
    std::size_t see(const ChainTransaction& transaction) {
        alerts.clear();
        watch.observe(transaction, recognise(transaction), alerts);
        return alerts.size();
    }
    [[nodiscard]] VenueStanding standing() const { return watch.standing(kVenue); }

    static constexpr VenueId kVenue = VenueId::RaydiumCpmm;
    const InstructionShape& swap = our_swap(kVenue);
    ShapeWatch watch;
    std::vector<ShapeAlert> alerts;
};

TEST_F(ShapeWatchTest, TrustsAVenueAfterOneSwapThatItKnowsOrARoundWithoutAny) {
    EXPECT_EQ(standing(), VenueStanding::Unproven);
    EXPECT_EQ(see(call_of(kVenue, swap)), 0U);
    EXPECT_EQ(standing(), VenueStanding::Trusted);
    EXPECT_EQ(watch.swaps_matched(kVenue), 1U);
    EXPECT_EQ(watch.standing(VenueId::PumpSwap), VenueStanding::Unproven);
    watch.round_read(VenueId::PumpSwap);
    EXPECT_EQ(watch.standing(VenueId::PumpSwap), VenueStanding::Trusted);
    EXPECT_EQ(watch.swaps_matched(VenueId::PumpSwap), 0U);
    see(unknown_swap(VenueId::MeteoraDlmm));
    watch.round_read(VenueId::MeteoraDlmm);
    EXPECT_EQ(watch.standing(VenueId::MeteoraDlmm), VenueStanding::Unproven);
}

TEST_F(ShapeWatchTest, QuarantinesAfterOneCallThatOnlyAnotherProgramTakes) {
    see(call_of(kVenue, swap));
    ASSERT_EQ(see(call_of(kVenue, swap, {.accounts = 12, .slot = 77})), 1U);
    EXPECT_TRUE(alerts[0].is_quarantine);
    EXPECT_EQ(alerts[0].venue, kVenue);
    EXPECT_NE(alerts[0].text.find("raydium_cpmm is quarantined: swap_base_input with 12 accounts "
                                  "(known: 13); last seen in transaction "),
              std::string::npos)
        << alerts[0].text;
    EXPECT_NE(alerts[0].text.find(" of slot 77"), std::string::npos);
    EXPECT_EQ(standing(), VenueStanding::Quarantined);
    EXPECT_FALSE(watch.reason(kVenue).empty());
    // It stays so, is told once, and is nobody else's business.
    EXPECT_EQ(see(call_of(kVenue, swap, {.accounts = 12})), 0U);
    EXPECT_EQ(see(call_of(kVenue, swap)), 0U);
    watch.round_read(kVenue);
    EXPECT_EQ(standing(), VenueStanding::Quarantined);
    EXPECT_EQ(watch.standing(VenueId::RaydiumClmm), VenueStanding::Unproven);
}

TEST_F(ShapeWatchTest, QuarantinesWhenAnAccountThatWeWriteIsReadOnly) {
    EXPECT_EQ(see(call_of(kVenue, swap, {.readonly = 1U << 3U})), 1U);
    EXPECT_EQ(standing(), VenueStanding::Quarantined);
}

// Programs ignore what they are given too much: anybody could quarantine a venue with one swap.
TEST_F(ShapeWatchTest, QuarantinesForMoreAccountsOnlyWhenTheNewestCallsOfSeveralPayersAgree) {
    const auto more = [&](std::uint64_t payer) {
        return call_of(kVenue, swap, {.payer = payer, .accounts = 14});
    };
    EXPECT_EQ(see(more(1)) + see(more(2)) + see(more(3)), 0U) << "three calls";
    watch.round_read(kVenue);
    EXPECT_EQ(standing(), VenueStanding::Unproven) << "swaps were seen, and none that we know";
    EXPECT_EQ(see(more(1)), 1U) << "the fourth, of three payers";
    EXPECT_EQ(standing(), VenueStanding::Quarantined);
}

TEST_F(ShapeWatchTest, IsNotMisledByOneOrTwoPayersOrByCallsBesideTheKnownForm) {
    for (std::uint64_t i = 0; i < 30; ++i) {
        EXPECT_EQ(see(call_of(kVenue, swap, {.payer = i % 2, .accounts = 14})), 0U);
    }
    see(call_of(kVenue, swap, {.payer = 7}));
    EXPECT_EQ(standing(), VenueStanding::Trusted);
    // One that fits is among the newest eight, until it is the ninth.
    for (std::uint64_t i = 0; i < 7; ++i) {
        EXPECT_EQ(see(call_of(kVenue, swap, {.payer = i, .accounts = 14})), 0U) << i;
    }
    EXPECT_EQ(see(call_of(kVenue, swap, {.payer = 8, .accounts = 14})), 1U);
}

// Flags are of the whole message: another call of it may need the account writable.
TEST_F(ShapeWatchTest, QuarantinesForAWritableAccountOnlyWhenEightCallsInARowHaveIt) {
    const std::uint32_t config = 1U << 2U;
    for (std::uint64_t i = 0; i < 7; ++i) {
        EXPECT_EQ(see(call_of(kVenue, swap, {.payer = i, .writable = config})), 0U);
    }
    ShapeWatch other = watch;
    EXPECT_EQ(see(call_of(kVenue, swap, {.payer = 8, .writable = config})), 1U);
    EXPECT_NE(alerts[0].text.find("swap_base_input with account 2 writable (known: read-only)"),
              std::string::npos);
    watch = other;
    EXPECT_EQ(see(call_of(kVenue, swap, {.payer = 8})), 0U) << "not in the eighth";
    // Who signs may be who pays, and that is writable in every transaction.
    ShapeWatch fresh;
    watch = fresh;
    for (std::uint64_t i = 0; i < 9; ++i) {
        EXPECT_EQ(see(call_of(kVenue, swap, {.payer = i, .writable = 1U})), 0U);
    }
}

TEST_F(ShapeWatchTest, QuarantinesWhenEightSwapsInARowGoThroughInstructionsItDoesNotKnow) {
    for (std::uint64_t i = 0; i < 7; ++i) {
        EXPECT_EQ(see(unknown_swap(kVenue, i)), 0U);
    }
    ShapeWatch other = watch;
    ASSERT_EQ(see(unknown_swap(kVenue, 8)), 1U);
    EXPECT_NE(alerts[0].text.find("8 swaps in a row through instructions that we do not know"),
              std::string::npos);
    watch = other;
    see(call_of(kVenue, swap));
    EXPECT_EQ(see(unknown_swap(kVenue, 8)), 0U) << "the known one still works";
    // What is not a swap is none of our business.
    ChainTransaction liquidity = unknown_swap(kVenue, 9);
    liquidity.token_moves[1].after = TokenAmount{120};
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(see(liquidity), 0U);
    }
    EXPECT_EQ(standing(), VenueStanding::Trusted);
}

TEST_F(ShapeWatchTest, WarnsOnceWhenOnlyTheMakingOfPoolsHasChanged) {
    const auto& create = *std::ranges::find(instructions_of(VenueId::MeteoraDammV2),
                                            "initialize_pool", &InstructionShape::name);
    const auto changed = call_of(VenueId::MeteoraDammV2, create, {.accounts = 19});
    ASSERT_EQ(see(changed), 1U);
    EXPECT_FALSE(alerts[0].is_quarantine);
    EXPECT_EQ(see(changed), 0U);
    EXPECT_EQ(watch.standing(VenueId::MeteoraDammV2), VenueStanding::Unproven);
}

// Only old transactions have it: live, it means that the program was put back.
TEST_F(ShapeWatchTest, QuarantinesForAFormThatTheProgramHadGivenUp) {
    const auto& former =
        *std::ranges::find(instructions_of(VenueId::PumpCurve), true, &InstructionShape::is_former);
    const auto old = call_of(VenueId::PumpCurve, former);
    EXPECT_FALSE(call_in(old).mismatch) << "recognised all the same";
    EXPECT_EQ(see(old), 1U);
    EXPECT_EQ(watch.standing(VenueId::PumpCurve), VenueStanding::Quarantined);
}

}  // namespace
}  // namespace sniperforge::dex
