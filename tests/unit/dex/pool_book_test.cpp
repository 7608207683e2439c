// SPDX-License-Identifier: MIT
#include "sniperforge/dex/pool_book.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "unit/dex/book_support.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

constexpr PoolIndex kFirst{0};

TEST(PoolBook, LearnsAPoolAccountByAccountAndSaysWhenItCanBeQuoted) {
    TestBook t;
    const TestPool pool;
    auto changes = t.apply(pool.account(), 10);
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_TRUE(changes[0].is_new_pool);
    EXPECT_FALSE(changes[0].is_newly_complete);
    EXPECT_EQ(t.book.size(), 1U);
    EXPECT_EQ(t.book.find(pool.id()), kFirst);
    EXPECT_EQ(t.book.find(pool.vault_a()), std::nullopt);
    EXPECT_EQ(t.book.take_accounts_wanted(),
              (std::vector{pool.vault_a(), pool.vault_b(), pool.config}));
    EXPECT_TRUE(t.book.take_accounts_wanted().empty());

    changes = t.apply(pool.account_a(1'000'000), 11);
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_FALSE(changes[0].is_newly_complete || changes[0].is_new_pool);
    changes = t.apply(pool.account_b(2'000'000), 12);
    EXPECT_FALSE(changes[0].is_newly_complete);
    changes = t.apply(config_account(pool.config), 9);
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_TRUE(changes[0].is_newly_complete);
    EXPECT_FALSE(changes[0].is_reserves_changed);
    EXPECT_EQ(t.book.updated_at(kFirst), Slot{12});
    EXPECT_EQ(
        amount_out(quote_exact_in(t.book.pool(kFirst), Direction::AToB, TokenAmount{10'000}, kNow)),
        19'752U);
}

TEST(PoolBook, TellsWhatReservesWereBeforeAChange) {
    TestBook t;
    const TestPool pool{.venue = VenueId::RaydiumAmmV4};
    t.apply(pool.account(), 1);
    t.apply(pool.account_a(1'000), 1);
    EXPECT_TRUE(t.apply(pool.account_b(2'000), 1)[0].is_newly_complete);
    auto changes = t.apply(pool.account_a(1'100), 2);
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_TRUE(changes[0].is_reserves_changed);
    EXPECT_EQ(changes[0].previous_a, TokenAmount{1'000});
    EXPECT_EQ(changes[0].previous_b, TokenAmount{2'000});
    EXPECT_EQ(reserve_a(t.book.pool(kFirst)), TokenAmount{1'100});
    // The same again: nothing moved.
    EXPECT_FALSE(t.apply(pool.account_a(1'100), 3)[0].is_reserves_changed);
    // Profit to be taken sits in the pool's own account and moves the net reserve too.
    const TestPool with_fees{.venue = VenueId::RaydiumAmmV4, .protocol_fees_a = 50};
    EXPECT_TRUE(t.apply(with_fees.account(), 4)[0].is_reserves_changed);
    EXPECT_EQ(reserve_a(t.book.pool(kFirst)), TokenAmount{1'050});
}

TEST(PoolBook, IgnoresOlderSlotsAndTakesTheLastWriteOfTheSameSlot) {
    TestBook t;
    const TestPool pool;
    t.add(pool, {1'000, 2'000}, 10);
    EXPECT_TRUE(t.apply(pool.account_a(900), 9).empty());
    EXPECT_EQ(reserve_a(t.book.pool(kFirst)), TokenAmount{1'000});
    EXPECT_EQ(t.apply(pool.account_a(1'200), 10).size(), 1U);
    EXPECT_EQ(reserve_a(t.book.pool(kFirst)), TokenAmount{1'200});
    EXPECT_TRUE(t.apply(pool.account(), 9).empty());
    EXPECT_TRUE(t.apply(config_account(pool.config, 1), 9).empty());
    EXPECT_EQ(std::get<RaydiumCpmmPool>(t.book.pool(kFirst).state).trade_fee_rate, 2'500U);
}

TEST(PoolBook, GivesASharedConfigToAllItsPoolsInIndexOrder) {
    TestBook t;
    const TestPool first{.number = 1};
    const TestPool second{.number = 2};
    const TestPool stranger{.number = 3, .config = key_of(6)};
    for (const auto& pool : {first, second, stranger}) {
        t.apply(pool.account(), 1);
    }
    const auto wanted = t.book.take_accounts_wanted();
    EXPECT_EQ(wanted.size(), 8U);
    EXPECT_EQ(std::ranges::count(wanted, first.config), 1);
    const auto changes = t.apply(config_account(first.config, 3'000), 2);
    ASSERT_EQ(changes.size(), 2U);
    EXPECT_EQ(changes[0].pool, PoolIndex{0});
    EXPECT_EQ(changes[1].pool, PoolIndex{1});
    // A pool that comes later has the known config at once and does not ask for it again.
    const TestPool late{.number = 4};
    t.apply(late.account(), 3);
    EXPECT_EQ(t.book.take_accounts_wanted(), (std::vector{late.vault_a(), late.vault_b()}));
    const auto& pool = std::get<RaydiumCpmmPool>(t.book.pool(PoolIndex{3}).state);
    EXPECT_TRUE(pool.has_config);
    EXPECT_EQ(pool.trade_fee_rate, 3'000U);
    EXPECT_FALSE(std::get<RaydiumCpmmPool>(t.book.pool(PoolIndex{2}).state).has_config);
}

TEST(PoolBook, KeepsVaultsAndConfigWhenThePoolAccountChanges) {
    TestBook t;
    const TestPool pool;
    t.add(pool, {1'000, 2'000});
    const TestPool with_fees{.protocol_fees_a = 7};
    const auto changes = t.apply(with_fees.account(), 2);
    EXPECT_TRUE(changes[0].is_reserves_changed);
    EXPECT_FALSE(changes[0].is_new_pool || changes[0].is_newly_complete);
    EXPECT_TRUE(is_complete(t.book.pool(kFirst)));
    EXPECT_EQ(reserve_a(t.book.pool(kFirst)), TokenAmount{993});
}

TEST(PoolBook, DisablesAClosedPoolAndKeepsItsIndex) {
    for (const auto venue : {VenueId::RaydiumCpmm, VenueId::RaydiumAmmV4}) {
        TestBook t;
        const TestPool pool{.venue = venue};
        t.apply(pool.account(), 1);
        if (venue == VenueId::RaydiumCpmm) {
            t.apply(config_account(pool.config), 1);
        }
        t.apply(pool.account_a(1'000'000), 1);
        t.apply(pool.account_b(1'000'000), 1);
        EXPECT_EQ(t.book.deepest_sol_pool(pool.mint_b), kFirst);
        TestAccount closed{pool.id(), solana::kSystemProgram, {}, Lamports{0}};
        EXPECT_TRUE(t.apply(closed, 2)[0].is_newly_closed);
        EXPECT_FALSE(t.apply(closed, 3)[0].is_newly_closed);
        EXPECT_TRUE(t.book.is_closed(kFirst));
        EXPECT_EQ(t.book.size(), 1U);
        EXPECT_EQ(
            quote_exact_in(t.book.pool(kFirst), Direction::AToB, TokenAmount{1'000}, kNow).error(),
            QuoteError::SwapDisabled);
        EXPECT_EQ(t.book.deepest_sol_pool(pool.mint_b), std::nullopt);
    }
}

TEST(PoolBook, TreatsAClosedVaultAsEmpty) {
    TestBook t;
    const TestPool pool;
    t.add(pool, {1'000'000, 1'000'000});
    TestAccount closed{pool.vault_b(), solana::kSystemProgram, {}, Lamports{0}};
    EXPECT_TRUE(t.apply(closed, 2)[0].is_reserves_changed);
    EXPECT_EQ(
        quote_exact_in(t.book.pool(kFirst), Direction::AToB, TokenAmount{1'000}, kNow).error(),
        QuoteError::ExceedsReserve);
}

TEST(PoolBook, RefusesAVaultThatIsNotOne) {
    TestBook t;
    const TestPool pool;
    t.apply(pool.account(), 1);
    auto vault = pool.account_a(5);
    vault.owner = key_of(77);
    EXPECT_NE(t.refusal(vault, 2).find("expected the token program"), std::string::npos);
    vault = pool.account_a(5);
    put_key(vault.data, 0, key_of(78));
    EXPECT_NE(t.refusal(vault, 2).find("holds mint"), std::string::npos);
    vault = pool.account_a(5);
    vault.data.resize(164);
    EXPECT_NE(t.refusal(vault, 2).find("164 bytes, expected at least 165"), std::string::npos);
    vault = pool.account_a(5);
    vault.data.assign(165, 0);  // Never initialised.
    EXPECT_NE(t.refusal(vault, 2).find("holds mint 1111"), std::string::npos);
    // Nothing of it stuck, not even the slot.
    EXPECT_EQ(t.apply(pool.account_a(5), 1).size(), 1U);
    // Later versions are read without the checks that cannot change, but never out of bounds.
    vault.data.resize(71);
    EXPECT_NE(t.refusal(vault, 3).find("71 bytes"), std::string::npos);
    EXPECT_EQ(reserve_a(t.book.pool(kFirst)), TokenAmount{5});
}

TEST(PoolBook, RefusesPoolsThatContradictThemselvesOrTheBook) {
    TestBook t;
    const TestPool pool;
    t.add(pool, {1'000, 1'000});
    auto moved = pool.account();
    put_key(moved.data, 72, key_of(99));
    EXPECT_NE(t.refusal(moved, 2).find("differ from the ones it was added with"),
              std::string::npos);
    auto shortened = pool.account();
    shortened.data.resize(600);
    EXPECT_NE(t.refusal(shortened, 2).find("600 bytes, expected 637"), std::string::npos);
    auto thief = TestPool{.number = 2}.account();
    put_key(thief.data, 72, pool.vault_a());
    EXPECT_NE(t.refusal(thief, 2).find("already plays another part"), std::string::npos);
    const TestPool same{.number = 3, .mint_b = solana::kWrappedSolMint};
    EXPECT_NE(t.refusal(same.account(), 2).find("both sides are mint"), std::string::npos);
    EXPECT_EQ(t.book.size(), 1U);
    EXPECT_TRUE(is_complete(t.book.pool(kFirst)));
    auto config = config_account(pool.config);
    config.owner = key_of(98);
    EXPECT_NE(t.refusal(config, 2).find("owned by"), std::string::npos);
    config = config_account(pool.config);
    config.data.resize(235);
    EXPECT_NE(t.refusal(config, 2).find("235 bytes"), std::string::npos);
}

TEST(PoolBook, HoldsItsLimitOfPoolsAndNotOneMore) {
    PoolBook book{2};
    std::vector<BookChange> changes;
    EXPECT_TRUE(book.apply(TestPool{.number = 1}.account().at(1), changes));
    EXPECT_TRUE(book.apply(TestPool{.number = 2}.account().at(1), changes));
    const auto third = book.apply(TestPool{.number = 3}.account().at(1), changes);
    ASSERT_FALSE(third);
    EXPECT_NE(third.error().text.find("holds 2 pools, its limit"), std::string::npos);
    EXPECT_EQ(book.size(), 2U);
}

TEST(PoolBook, IgnoresAccountsNobodyAskedFor) {
    TestBook t;
    EXPECT_TRUE(t.apply(TestPool{}.account_a(5), 1).empty());
    TestAccount closed{key_of(1), solana::kSystemProgram, {}, Lamports{0}};
    EXPECT_TRUE(t.apply(closed, 1).empty());
    auto dust = TestPool{}.account();
    dust.lamports = Lamports{0};
    EXPECT_TRUE(t.apply(dust, 1).empty());
    EXPECT_EQ(t.book.size(), 0U);
}

TEST(PoolBook, IndexesPoolsByBothMintsInOrder) {
    TestBook t;
    const Pubkey token = key_of(4);
    const Pubkey other = key_of(40);
    t.add(TestPool{.number = 1}, {100, 100});
    t.add(TestPool{.number = 2, .mint_a = token, .mint_b = solana::kWrappedSolMint}, {100, 300});
    t.add(TestPool{.number = 3, .mint_a = token, .mint_b = other}, {900, 900});
    t.add(TestPool{.number = 4}, {300, 100});
    const auto expect = [](std::span<const PoolIndex> pools, std::vector<std::uint32_t> indices) {
        std::vector<std::uint32_t> found;
        std::ranges::transform(pools, std::back_inserter(found), &PoolIndex::value);
        EXPECT_EQ(found, indices);
    };
    expect(t.book.pools_of(token), {0, 1, 2, 3});
    expect(t.book.pools_of(other), {2});
    expect(t.book.sol_pools_of(token), {0, 1, 3});
    expect(t.book.sol_pools_of(other), {});
    expect(t.book.pools_of(key_of(41)), {});
    // 300 on the SOL side twice: the lower index. Token-only pools do not count.
    EXPECT_EQ(t.book.deepest_sol_pool(token), PoolIndex{1});
    EXPECT_EQ(t.book.deepest_sol_pool(other), std::nullopt);
}

TEST(PoolBook, CallsAPoolTornWhileItsVaultsRestOnDifferentSlots) {
    TestBook t;
    const TestPool pool;
    t.apply(pool.account(), 1);
    t.apply(config_account(pool.config), 1);
    t.apply(pool.account_a(1'000), 5);
    EXPECT_FALSE(t.book.is_torn(kFirst));  // Incomplete is not torn.
    t.apply(pool.account_b(1'000), 5);
    EXPECT_FALSE(t.book.is_torn(kFirst));
    t.apply(pool.account_a(1'100), 6);
    EXPECT_TRUE(t.book.is_torn(kFirst));
    t.apply(pool.account_b(910), 6);
    EXPECT_FALSE(t.book.is_torn(kFirst));
}

// What was read stands for the slot of the read and all before it, back to its last write.
TEST(PoolBook, CallsAVaultThatWasReadTornFromALaterWriteAndFromNothingElse) {
    TestBook t;
    const TestPool pool;
    t.add(pool, {1'000, 1'000}, 5);
    const auto read = [&](const TestAccount& account, std::uint64_t slot) {
        AccountUpdate update = account.at(slot);
        update.is_read = true;
        std::vector<BookChange> changes;
        ASSERT_TRUE(t.book.apply(update, changes));
    };
    read(pool.account_a(1'100), 9);
    EXPECT_FALSE(t.book.is_torn(kFirst)) << "the other one may have been written with it";
    t.apply(pool.account_b(910), 9);
    EXPECT_FALSE(t.book.is_torn(kFirst)) << "what was read has seen slot 9";
    t.apply(pool.account_b(900), 10);
    EXPECT_TRUE(t.book.is_torn(kFirst)) << "the other half of slot 10 is on its way";
    read(pool.account_a(1'200), 11);
    EXPECT_FALSE(t.book.is_torn(kFirst));
    read(pool.account_b(900), 12);
    EXPECT_FALSE(t.book.is_torn(kFirst)) << "two reads";
    t.apply(pool.account_a(1'300), 13);
    EXPECT_TRUE(t.book.is_torn(kFirst));
}

TEST(PoolBook, CallsAPoolBlindWhileAnythingItIsMadeOfIs) {
    TestBook t;
    const TestPool pool;
    const TestPool other{.number = 2, .mint_b = key_of(77), .config = key_of(78)};
    t.add(pool, {1'000, 1'000});
    t.add(other, {1'000, 1'000});
    EXPECT_EQ(t.book.accounts_of(kFirst), (std::vector{pool.id(), pool.vault_a(), pool.vault_b(),
                                                       pool.config, pool.mint_a, pool.mint_b}));
    for (const Pubkey& account :
         {pool.id(), pool.vault_a(), pool.vault_b(), pool.config, pool.mint_b}) {
        EXPECT_FALSE(t.book.is_blind(kFirst));
        t.book.set_blind(account);
        t.book.set_blind(account);
        EXPECT_TRUE(t.book.is_blind(kFirst));
        EXPECT_FALSE(t.book.is_blind(PoolIndex{1})) << "other pools go on";
        t.book.set_heard(account);
    }
    t.book.set_blind(solana::kWrappedSolMint);
    EXPECT_TRUE(t.book.is_blind(kFirst) && t.book.is_blind(PoolIndex{1})) << "shared by both";
}

// 82 bytes, padding, the account type 1 and one extension.
TestAccount token_2022_mint(const Pubkey& pubkey, std::uint16_t type, std::uint16_t length) {
    TestAccount mint{pubkey, solana::kToken2022Program, Bytes(170 + std::size_t{length}, 0)};
    mint.data[44] = 6;
    mint.data[45] = 1;
    mint.data[165] = 1;
    write_le(std::span{mint.data}, 166, type);
    write_le(std::span{mint.data}, 168, length);
    return mint;
}

TEST(PoolBook, QuotesAToken2022PoolOnlyOnceItsMintIsKnown) {
    const TestPool pool{.program_b = solana::kToken2022Program};
    TestBook t;
    t.apply(pool.account(), 1);
    const auto wanted = t.book.take_accounts_wanted();
    EXPECT_EQ(std::ranges::count(wanted, pool.mint_b), 1);
    t.add(pool, {1'000'000, 1'000'000});
    const auto quote = [&] {
        return quote_exact_in(t.book.pool(kFirst), Direction::AToB, TokenAmount{1'000}, kNow);
    };
    EXPECT_EQ(quote().error(), QuoteError::PoolIncomplete);
    EXPECT_TRUE(t.apply(token_2022_mint(pool.mint_b, 18, 64), 2)[0].is_newly_complete);
    const auto free = quote();
    ASSERT_TRUE(free);
    EXPECT_TRUE(free->transfer_fee_out.is_zero());
    // A new version of the pool's own account does not forget it.
    t.apply(pool.account(), 3);
    EXPECT_TRUE(quote());
    // 1 % of at most 5 units, in force since epoch 0: told to this pool and to one that comes
    // later.
    auto charging = token_2022_mint(pool.mint_b, 1, 108);
    for (const std::size_t fee : {72U, 90U}) {
        write_le(std::span{charging.data}, 170 + fee + 8, std::uint64_t{5});
        write_le(std::span{charging.data}, 170 + fee + 16, std::uint16_t{100});
    }
    t.apply(charging, 4);
    ASSERT_TRUE(quote());
    EXPECT_EQ(quote()->transfer_fee_out.raw(), 5U);
    const TestPool later{.number = 2, .program_b = solana::kToken2022Program};
    t.add(later, {1'000'000, 1'000'000});
    const auto same =
        quote_exact_in(t.book.pool(PoolIndex{1}), Direction::AToB, TokenAmount{1'000}, kNow);
    ASSERT_TRUE(same);
    EXPECT_EQ(same->transfer_fee_out.raw(), 5U);
    // A hook runs a foreign program in every transfer.
    auto hooked = token_2022_mint(pool.mint_b, 14, 64);
    hooked.data[170 + 32] = 1;
    t.apply(hooked, 5);
    EXPECT_EQ(quote().error(), QuoteError::Unsupported);
    auto stranger = token_2022_mint(pool.mint_b, 18, 64);
    stranger.owner = key_of(97);
    EXPECT_NE(t.refusal(stranger, 6).find("not a token program"), std::string::npos);
}

TEST(PoolBook, SurvivesAnyBytesForTheAccountsItWatches) {
    Rng rng{9};
    const TestPool cpmm{.number = 1};
    const TestPool amm_v4{.venue = VenueId::RaydiumAmmV4, .number = 2};
    PoolBook book;
    std::vector<BookChange> changes;
    ASSERT_TRUE(book.apply(cpmm.account().at(1), changes));
    ASSERT_TRUE(book.apply(amm_v4.account().at(1), changes));
    const Pubkey keys[] = {cpmm.id(),   cpmm.vault_a(),   cpmm.config,
                           amm_v4.id(), amm_v4.vault_b(), key_of(50)};
    const Pubkey owners[] = {solana::kRaydiumCpmmProgram, solana::kRaydiumAmmV4Program,
                             solana::kTokenProgram, key_of(51)};
    Bytes data(800);
    for (std::uint64_t round = 0; round < 5'000; ++round) {
        rng.fill(data);
        const AccountUpdate update{Slot{rng.below(1'000)}, keys[rng.below(std::size(keys))],
                                   owners[rng.below(std::size(owners))], Lamports{rng.below(3)},
                                   BytesView{data}.first(rng.below(data.size() + 1))};
        (void)book.apply(update, changes);
    }
    EXPECT_GE(book.size(), 2U);
}

}  // namespace
}  // namespace sniperforge::dex
