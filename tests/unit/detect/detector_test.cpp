// SPDX-License-Identifier: MIT
#include "sniperforge/detect/detector.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "sniperforge/solana/token_extensions.hpp"
#include "unit/dex/book_support.hpp"
#include "unit/dex/shape_support.hpp"

namespace sniperforge::detect {
namespace {

using dex::test::config_account;
using dex::test::key_of;
using dex::test::TestAccount;
using dex::test::TestPool;

constexpr std::uint64_t kA = 1'000'000;
constexpr std::uint64_t kB = 5'000'000;

[[nodiscard]] TestAccount mint_account(const Pubkey& pubkey, const solana::Mint& mint = {}) {
    const auto data = solana::encode_mint(mint);
    return {pubkey, solana::kTokenProgram, Bytes{data.begin(), data.end()}};
}

struct Extension {
    solana::ExtensionType type;
    std::size_t bytes;
};
[[nodiscard]] TestAccount token_2022_mint(const Pubkey& pubkey,
                                          const std::vector<Extension>& extensions) {
    TestAccount account = mint_account(pubkey);
    account.owner = solana::kToken2022Program;
    if (!extensions.empty()) {
        account.data.resize(166, 0);
        account.data[165] = 1;  // Account type: mint.
    }
    for (const Extension& extension : extensions) {
        append_le(account.data, static_cast<std::uint16_t>(extension.type));
        append_le(account.data, static_cast<std::uint16_t>(extension.bytes));
        account.data.resize(account.data.size() + extension.bytes, 0);
    }
    return account;
}

class DetectorTest : public ::testing::Test {
 protected:
    // What one update means.
    const std::vector<MarketEvent>& see(const TestAccount& account, std::uint64_t slot) {
        events.clear();
        detector.observe(account.at(slot), events);
        return events;
    }
    const std::vector<MarketEvent>& start_slot(std::uint64_t slot) {
        events.clear();
        detector.observe(SlotUpdate{Slot{slot}, Slot{slot - 1}, Slot{}}, events);
        return events;
    }
    void load(const TestPool& one, std::uint64_t slot = 1) {
        see(one.account(), slot);
        see(config_account(one.config), slot);
        see(one.account_a(kA), slot);
        see(one.account_b(kB), slot);
        index = book.find(one.id()).value();
    }
    template <typename Event>
    [[nodiscard]] std::vector<Event> all() const {
        std::vector<Event> found;
        for (const MarketEvent& event : events) {
            if (const auto* one = std::get_if<Event>(&event)) {
                found.push_back(*one);
            }
        }
        return found;
    }

    dex::PoolBook book;
    Detector detector{book, {}};
    std::vector<MarketEvent> events;
    TestPool pool{.venue = VenueId::RaydiumCpmm, .number = 1};
    PoolIndex index;
};

// ---- Swaps ----

TEST_F(DetectorTest, SaysNothingUntilBothVaultsHaveMoved) {
    load(pool);
    EXPECT_TRUE(see(pool.account_a(kA + 1'000), 2).empty());
    see(pool.account_b(kB - 4'900), 2);
    ASSERT_EQ(events.size(), 2U);
    const auto& changed = std::get<ReservesChanged>(events[0]);
    EXPECT_EQ(changed.pool, index);
    EXPECT_EQ(changed.slot, Slot{2});
    EXPECT_EQ(changed.reserve_a, TokenAmount{kA + 1'000});
    EXPECT_EQ(changed.reserve_b, TokenAmount{kB - 4'900});
    EXPECT_EQ(changed.previous_a, TokenAmount{kA});
    EXPECT_EQ(changed.previous_b, TokenAmount{kB});
    const auto& swap = std::get<SwapSeen>(events[1]);
    EXPECT_EQ(swap.pool, index);
    EXPECT_EQ(swap.slot, Slot{2});
    EXPECT_EQ(swap.direction, Direction::AToB);
    EXPECT_EQ(swap.amount_in, TokenAmount{1'000});
    EXPECT_EQ(swap.amount_out, TokenAmount{4'900});
    EXPECT_EQ(detector.statistics().swaps_seen, 1U);
}

TEST_F(DetectorTest, PairsTheHalvesInEitherOrder) {
    load(pool);
    EXPECT_TRUE(see(pool.account_b(kB + 5'000), 2).empty());
    see(pool.account_a(kA - 990), 2);
    ASSERT_EQ(all<SwapSeen>().size(), 1U);
    EXPECT_EQ(all<SwapSeen>()[0].direction, Direction::BToA);
    EXPECT_EQ(all<SwapSeen>()[0].amount_in, TokenAmount{5'000});
    EXPECT_EQ(all<SwapSeen>()[0].amount_out, TokenAmount{990});
}

TEST_F(DetectorTest, SeesTwoSwapsOfOneSlotWhenTheyArriveInPairs) {
    load(pool);
    see(pool.account_a(kA + 10), 2);
    see(pool.account_b(kB - 40), 2);
    EXPECT_EQ(all<SwapSeen>().size(), 1U);
    see(pool.account_a(kA + 30), 2);
    see(pool.account_b(kB - 120), 2);
    ASSERT_EQ(all<SwapSeen>().size(), 1U);
    EXPECT_EQ(all<SwapSeen>()[0].amount_in, TokenAmount{20});
    EXPECT_EQ(all<SwapSeen>()[0].amount_out, TokenAmount{80});
}

TEST_F(DetectorTest, TellsAOneSidedMoveWhenTheNextSlotBegins) {
    load(pool);
    EXPECT_TRUE(see(pool.account_a(kA + 7), 2).empty());
    start_slot(2);
    EXPECT_TRUE(all<ReservesChanged>().empty());  // The other half may still come.
    start_slot(3);
    ASSERT_EQ(events.size(), 2U);
    const auto& changed = std::get<ReservesChanged>(events[0]);
    EXPECT_EQ(changed.slot, Slot{2});
    EXPECT_EQ(changed.reserve_a, TokenAmount{kA + 7});
    EXPECT_EQ(changed.reserve_b, TokenAmount{kB});
    EXPECT_EQ(std::get<SlotStarted>(events[1]).slot, Slot{3});
    EXPECT_TRUE(all<SwapSeen>().empty());
    start_slot(4);
    EXPECT_EQ(events.size(), 1U);  // Told once.
}

// A donation to one vault in slot 2, and the swap of slot 3 without word of the slot between them.
TEST_F(DetectorTest, DoesNotPairHalvesOfDifferentSlots) {
    load(pool);
    EXPECT_TRUE(see(pool.account_a(kA + 7), 2).empty());
    see(pool.account_b(kB - 4'900), 3);
    ASSERT_EQ(events.size(), 1U);
    const auto& late = std::get<ReservesChanged>(events[0]);
    EXPECT_EQ(late.slot, Slot{2});
    EXPECT_EQ(late.reserve_a, TokenAmount{kA + 7});
    EXPECT_EQ(late.reserve_b, TokenAmount{kB});  // As it was in slot 2.
    see(pool.account_a(kA + 1'007), 3);
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(std::get<ReservesChanged>(events[0]).previous_a, TokenAmount{kA + 7});
    const auto& swap = std::get<SwapSeen>(events[1]);
    EXPECT_EQ(swap.slot, Slot{3});
    EXPECT_EQ(swap.amount_in, TokenAmount{1'000});
    EXPECT_EQ(swap.amount_out, TokenAmount{4'900});
    EXPECT_EQ(detector.statistics().swaps_seen, 1U);
}

TEST_F(DetectorTest, TellsWaitingPoolsInTheirOrder) {
    const TestPool second{.venue = VenueId::RaydiumAmmV4, .number = 2, .mint_b = key_of(90)};
    load(second);
    load(pool);
    see(pool.account_a(kA + 7), 2);
    see(second.account_a(kA + 7), 2);
    start_slot(3);
    const auto changes = all<ReservesChanged>();
    ASSERT_EQ(changes.size(), 2U);
    EXPECT_LT(changes[0].pool, changes[1].pool);
}

TEST_F(DetectorTest, IgnoresNewsOfAnEarlierSlot) {
    load(pool, 5);
    see(pool.account_a(kA + 10), 4);
    see(pool.account_b(kB - 40), 4);
    EXPECT_TRUE(events.empty());
    start_slot(6);
    EXPECT_EQ(events.size(), 1U);
}

// ---- Liquidity ----

TEST_F(DetectorTest, CallsAFallOfBothSidesByOnePercentAPullAndByLessNot) {
    for (const std::uint64_t left : {9'900U, 9'901U}) {
        TestPool each{.venue = VenueId::RaydiumCpmm, .number = left, .mint_b = key_of(left)};
        load(each);
        see(each.account_a(kA / 10'000 * left), 2);
        see(each.account_b(kB / 10'000 * 9'000), 2);  // Fell more; the smaller fall counts.
        const auto pulled = all<LiquidityPulled>();
        ASSERT_EQ(pulled.size(), left == 9'900 ? 1U : 0U);
        if (!pulled.empty()) {
            EXPECT_EQ(pulled[0].pool, index);
            EXPECT_EQ(pulled[0].removed, BasisPoints{100});
        }
        EXPECT_EQ(all<ReservesChanged>().size(), 1U);
        EXPECT_TRUE(all<SwapSeen>().empty());
    }
}

TEST_F(DetectorTest, TakesARiseOfBothSidesForNeitherSwapNorPull) {
    load(pool);
    see(pool.account_a(kA * 2), 2);
    see(pool.account_b(kB * 2), 2);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_TRUE(std::holds_alternative<ReservesChanged>(events[0]));
}

TEST_F(DetectorTest, CallsAnEmptiedPoolAPullOfEverything) {
    load(pool);
    see(pool.account_a(0), 2);
    see(pool.account_b(0), 2);
    ASSERT_EQ(all<LiquidityPulled>().size(), 1U);
    EXPECT_EQ(all<LiquidityPulled>()[0].removed, BasisPoints{kBasisPointsOne});
}

// ---- New pools ----

TEST_F(DetectorTest, LoadsPoolsSilentlyBeforeItIsLive) {
    load(pool);
    ASSERT_EQ(events.size(), 1U);  // Its first reserves, as no change.
    const auto& first = std::get<ReservesChanged>(events[0]);
    EXPECT_EQ(first.reserve_a, first.previous_a);
    EXPECT_EQ(first.reserve_b, first.previous_b);
    EXPECT_EQ(detector.statistics().pools_created, 0U);
}

TEST_F(DetectorTest, AnnouncesANewPoolOnceItIsCompleteAndWithTheSlotItWasFirstSeenIn) {
    detector.mark_live();
    EXPECT_TRUE(see(pool.account(), 10).empty());
    EXPECT_TRUE(see(config_account(pool.config), 11).empty());
    EXPECT_TRUE(see(pool.account_a(kA), 12).empty());
    see(pool.account_b(kB), 13);
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(std::get<PoolCreated>(events[0]).created_at, Slot{10});
    EXPECT_EQ(std::get<PoolCreated>(events[0]).pool, book.find(pool.id()));
    EXPECT_TRUE(std::holds_alternative<ReservesChanged>(events[1]));
    EXPECT_EQ(detector.statistics().pools_created, 1U);
    see(pool.account(), 14);  // A later version of the same account is no new pool.
    EXPECT_TRUE(all<PoolCreated>().empty());
}

TEST_F(DetectorTest, DoesNotAnnounceAPoolThatWasKnownBeforeItWasLive) {
    see(pool.account(), 1);
    detector.mark_live();
    see(config_account(pool.config), 2);
    see(pool.account_a(kA), 2);
    see(pool.account_b(kB), 2);
    EXPECT_TRUE(all<PoolCreated>().empty());
    EXPECT_EQ(all<ReservesChanged>().size(), 1U);
}

TEST_F(DetectorTest, TakesTheLastAllowedPoolAndRefusesTheNext) {
    Detector bounded{book, {.pools_max = 2}};
    for (std::uint64_t number = 1; number <= 3; ++number) {
        const TestAccount account = TestPool{.number = number, .mint_b = key_of(number)}.account();
        bounded.observe(account.at(1), events);
    }
    EXPECT_EQ(book.size(), 2U);
    EXPECT_EQ(bounded.statistics().pools_refused, 1U);
    const TestAccount known = TestPool{.number = 1, .mint_b = key_of(1)}.account();
    bounded.observe(known.at(2), events);  // What is in the book stays welcome.
    EXPECT_EQ(bounded.statistics().pools_refused, 1U);
}

TEST_F(DetectorTest, CountsAccountsThatDoNotDecodeAndGoesOn) {
    load(pool);
    TestAccount torn = pool.account_a(kA + 1);
    torn.data.resize(40);
    EXPECT_TRUE(see(torn, 2).empty());
    EXPECT_EQ(detector.statistics().decode_errors, 1U);
    see(pool.account_a(kA + 1'000), 3);
    see(pool.account_b(kB - 4'900), 3);
    EXPECT_EQ(all<SwapSeen>().size(), 1U);
}

// ---- Mints ----

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

TEST_F(DetectorTest, NotesInTheBookWhichPoolsMayHaveChangedUnheard) {
    load(pool);
    const std::array lost{pool.vault_a(), pool.vault_b()};
    events.clear();
    detector.observe(AccountsLost{lost, "socket lost"}, events);
    EXPECT_TRUE(book.is_blind(index));
    detector.observe(AccountsRestored{std::span{lost}.first(1)}, events);
    EXPECT_TRUE(book.is_blind(index)) << "the other vault is still unheard";
    detector.observe(AccountsRestored{std::span{lost}.last(1)}, events);
    EXPECT_FALSE(book.is_blind(index));
    EXPECT_TRUE(events.empty());
}

// ---- What transactions tell ----

[[nodiscard]] const dex::InstructionShape& shape_of(VenueId venue, std::string_view name) {
    return *std::ranges::find(dex::instructions_of(venue), name, &dex::InstructionShape::name);
}

TEST(DetectorOfTransactions, AsksForThePoolsThatWereMadeAtItsVenuesOnceAndUpToTheLimit) {
    dex::PoolBook book;
    Detector detector{book, {.pools_max = 1, .venues = {VenueId::PumpSwap}}};
    std::vector<MarketEvent> events;
    const auto tell = [&](VenueId venue, std::string_view name) {
        const auto transaction = dex::test::call_of(venue, shape_of(venue, name));
        detector.observe(transaction, dex::recognise(transaction), events);
        return detector.take_accounts_wanted();
    };
    EXPECT_TRUE(tell(VenueId::RaydiumClmm, "create_pool").empty()) << "not a venue of ours";
    // A curve that ends: its pool at PumpSwap is wanted.
    EXPECT_EQ(tell(VenueId::PumpCurve, "migrate"), std::vector{dex::test::account_of(9)});
    EXPECT_EQ(tell(VenueId::PumpSwap, "create_pool"), std::vector{dex::test::account_of(0)});
    EXPECT_EQ(detector.statistics().creations_seen, 3U);
    EXPECT_EQ(detector.statistics().migrations_seen, 1U);
    const TestPool known;
    detector.observe(known.account().at(1), events);
    (void)detector.take_accounts_wanted();
    EXPECT_TRUE(tell(VenueId::PumpSwap, "create_pool").empty()) << "no room for it";
    EXPECT_EQ(detector.statistics().pools_refused, 1U);
}

TEST(DetectorOfTransactions, NamesTheCoinOfACurveByItsCreationOrByWhatItsTradesMove) {
    for (const bool is_trade : {false, true}) {
        SCOPED_TRACE(is_trade);
        dex::PoolBook book;
        Detector detector{book, {}};
        std::vector<MarketEvent> events;
        const auto& shape = shape_of(VenueId::PumpCurve, is_trade ? "sell_v2" : "create_v2");
        auto transaction = dex::test::call_of(VenueId::PumpCurve, shape);
        const Pubkey coin = is_trade ? key_of(77) : dex::test::account_of(0);
        if (is_trade) {
            transaction.token_moves = {{.account = 1, .mint = solana::kWrappedSolMint},
                                       {.account = 2, .mint = coin}};
        }
        Bytes data(150, 0);
        std::ranges::copy(dex::kPumpCurveDiscriminator, data.begin());
        const Pubkey curve = dex::pump_curve_address(coin);
        detector.observe(
            AccountUpdate{Slot{5}, curve, solana::kPumpCurveProgram, Lamports{1}, data}, events);
        ASSERT_EQ(book.size(), 1U);
        EXPECT_EQ(detector.take_transactions_wanted(), std::vector{curve});
        EXPECT_TRUE(detector.take_transactions_wanted().empty());
        EXPECT_TRUE(dex::mint_a(book.pool(PoolIndex{0})).is_zero());
        (void)detector.take_accounts_wanted();
        detector.observe(transaction, dex::recognise(transaction), events);
        EXPECT_EQ(dex::mint_a(book.pool(PoolIndex{0})), coin);
        const auto wanted = detector.take_accounts_wanted();
        EXPECT_EQ(std::ranges::count(wanted, coin), 1) << "to judge it, and for its decimals";
    }
}

// ---- The rest ----

TEST_F(DetectorTest, HandsOnSlotsAndNothingOfWhatIsNotItsBusiness) {
    start_slot(9);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(std::get<SlotStarted>(events[0]).slot, Slot{9});
    events.clear();
    detector.observe(FeedLost{"a", "b"}, events);
    detector.observe(FeedRestored{"a"}, events);
    detector.observe(SignatureUpdate{}, events);
    detector.observe(LogsUpdate{}, events);
    see({key_of(123), key_of(124), Bytes(50, 1)}, 3);
    EXPECT_TRUE(events.empty());
}

}  // namespace
}  // namespace sniperforge::detect
