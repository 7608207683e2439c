// SPDX-License-Identifier: MIT
// Accounts of whole pools as the chain would tell them, for the tests of the book and the router.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "sniperforge/dex/pool_book.hpp"
#include "sniperforge/solana/token_account.hpp"
#include "unit/dex/dex_support.hpp"

namespace sniperforge::dex::test {

struct TestAccount {
    Pubkey pubkey;
    Pubkey owner;
    Bytes data;
    Lamports lamports{1'000'000};

    [[nodiscard]] AccountUpdate at(std::uint64_t slot) const {
        return {Slot{slot}, pubkey, owner, lamports, data};
    }
};

// Everything of one pool derives from its number.
struct TestPool {
    VenueId venue = VenueId::RaydiumCpmm;
    std::uint64_t number = 1;
    Pubkey mint_a = solana::kWrappedSolMint;
    Pubkey mint_b = key_of(4);
    Pubkey config = key_of(5);
    Pubkey program_b = solana::kTokenProgram;
    std::uint64_t protocol_fees_a = 0;
    Pubkey creator{};  // Of a CPMM pool.

    [[nodiscard]] Pubkey id() const { return key_of(1'000 * number); }
    [[nodiscard]] Pubkey vault_a() const { return key_of(1'000 * number + 1); }
    [[nodiscard]] Pubkey vault_b() const { return key_of(1'000 * number + 2); }

    [[nodiscard]] TestAccount account() const {
        const bool is_cpmm = venue == VenueId::RaydiumCpmm;
        TestAccount pool{id(), program_of(venue), Bytes(pool_bytes(venue), 0)};
        if (is_cpmm) {
            std::ranges::copy(kCpmmPoolDiscriminator, pool.data.begin());
            put_key(pool.data, 8, config);
            put_key(pool.data, 40, creator);
            put_key(pool.data, 232, solana::kTokenProgram);
            put_key(pool.data, 264, program_b);
            pool.data[331] = 9;
            pool.data[332] = 6;
            write_le(std::span{pool.data}, 341, protocol_fees_a);
        } else {
            write_le(std::span{pool.data}, 0, kAmmV4StatusSwapOnly);
            write_le(std::span{pool.data}, 32, std::uint64_t{9});
            write_le(std::span{pool.data}, 40, std::uint64_t{6});
            write_le(std::span{pool.data}, 176, std::uint64_t{25});
            write_le(std::span{pool.data}, 184, std::uint64_t{10'000});
            write_le(std::span{pool.data}, 192, protocol_fees_a);
        }
        put_key(pool.data, is_cpmm ? 72 : 336, vault_a());
        put_key(pool.data, is_cpmm ? 104 : 368, vault_b());
        put_key(pool.data, is_cpmm ? 168 : 400, mint_a);
        put_key(pool.data, is_cpmm ? 200 : 432, mint_b);
        return pool;
    }
    [[nodiscard]] static TestAccount vault(const Pubkey& pubkey, const Pubkey& mint,
                                           std::uint64_t amount) {
        TestAccount vault{pubkey, solana::kTokenProgram, Bytes(solana::kTokenAccountBytes, 0)};
        put_key(vault.data, 0, mint);
        write_le(std::span{vault.data}, 64, amount);
        vault.data[108] = 1;
        return vault;
    }
    [[nodiscard]] TestAccount account_a(std::uint64_t amount) const {
        return vault(vault_a(), mint_a, amount);
    }
    [[nodiscard]] TestAccount account_b(std::uint64_t amount) const {
        auto account = vault(vault_b(), mint_b, amount);
        account.owner = program_b;
        return account;
    }
};

inline TestAccount config_account(const Pubkey& pubkey, std::uint64_t trade_fee_rate = 2'500) {
    TestAccount config{pubkey, solana::kRaydiumCpmmProgram, Bytes(kCpmmConfigBytes, 0)};
    std::ranges::copy(kCpmmConfigDiscriminator, config.data.begin());
    write_le(std::span{config.data}, 12, trade_fee_rate);
    write_le(std::span{config.data}, 20, std::uint64_t{120'000});
    write_le(std::span{config.data}, 28, std::uint64_t{40'000});
    return config;
}

// A book that fails the test on an account it refuses.
struct TestBook {
    PoolBook book;
    std::vector<BookChange> changes;

    const std::vector<BookChange>& apply(const TestAccount& account, std::uint64_t slot) {
        const auto applied = book.apply(account.at(slot), changes);
        EXPECT_TRUE(applied) << applied.error().text;
        return changes;
    }
    std::string refusal(const TestAccount& account, std::uint64_t slot) {
        const auto applied = book.apply(account.at(slot), changes);
        EXPECT_TRUE(changes.empty());
        return applied ? std::string{} : applied.error().text;
    }
    PoolIndex add(const TestPool& pool, Reserves reserves, std::uint64_t slot = 1) {
        apply(pool.account(), slot);
        apply(config_account(pool.config), slot);
        apply(pool.account_a(reserves.a), slot);
        apply(pool.account_b(reserves.b), slot);
        const auto index = book.find(pool.id());
        SF_ASSERT(index.has_value());
        return *index;
    }
};

}  // namespace sniperforge::dex::test
