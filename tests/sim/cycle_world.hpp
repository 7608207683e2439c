// SPDX-License-Identifier: MIT
// A chain with pools, what the daemon would know of them, and cycles through them: found by the
// router, decided, built, signed and executed by the simulated programs.
#pragma once

#include <gtest/gtest.h>

#include "sim/market_whirlpool.hpp"
#include "sniperforge/core/rng.hpp"
#include "sniperforge/dex/quote_context.hpp"
#include "sniperforge/dex/swap_needs.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/execute/cycle_builder.hpp"
#include "sniperforge/signer/policy_signer.hpp"
#include "sniperforge/sim/chain.hpp"
#include "sniperforge/sim/genesis.hpp"
#include "sniperforge/sim/genesis_pump.hpp"
#include "sniperforge/solana/fees.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/strategy/arbitrage.hpp"
#include "support/signing_limits.hpp"

namespace sniperforge::test {

inline constexpr std::uint64_t kOneSol = kLamportsPerSol;
inline constexpr std::uint64_t kOneToken = 1'000'000;  // Six decimals.

[[nodiscard]] inline Pubkey cycle_key(std::uint64_t number) {
    Rng rng{number};
    Pubkey key;
    rng.fill(key.bytes);
    key.bytes[0] = 0xf0;  // Behind wrapped SOL, where pools order their mints.
    return key;
}

[[nodiscard]] inline solana::Keypair cycle_keypair() {
    std::array<std::uint8_t, solana::kSeedSize> seed{};
    seed[0] = 77;
    auto made = solana::Keypair::from_seed(seed);
    SF_ASSERT(made.has_value());
    return std::move(*made);
}

class CycleWorld : public ::testing::Test {
 protected:
    CycleWorld()
        : chain{{.seed = 5, .slot_skip_probability = 0}},
          signer{cycle_keypair(), kNoSigningLimits} {
        sim::create_wrapped_sol_mint(chain);
        sim::create_wallet(chain, wallet(), Lamports{10 * kOneSol});
        for (const Pubkey& mint : {token, other}) {
            sim::create_mint(chain, mint,
                             {.decimals = 6, .supply = TokenAmount{1'000'000'000 * kOneToken}});
        }
        rent = Lamports{chain.rent_exempt_minimum(165)};
        settings.amount_max = Lamports{kOneSol};
        settings.profit_min = Lamports{100'000};
    }

    [[nodiscard]] const Pubkey& wallet() const { return signer.wallet(); }

    // ---- Pools. A token is worth 0.001 SOL in all of them, times `price` per mille. ----

    Pubkey add_amm_v4(const Pubkey& mint, std::uint64_t price) {
        return sim::create_amm_v4_pool(chain, {.market = cycle_key(900 + ++pools),
                                               .coin_mint = mint,
                                               .pc_mint = solana::kWrappedSolMint,
                                               .coin_amount = TokenAmount{1'000'000 * kOneToken},
                                               .pc_amount = TokenAmount{price * kOneSol}})
            .pool;
    }
    Pubkey add_whirlpool(const Pubkey& mint_a, const Pubkey& mint_b, std::uint64_t depth_a,
                         std::uint64_t depth_b) {
        return sim::create_market_whirlpool(chain, {.mint_a = mint_a,
                                                    .mint_b = mint_b,
                                                    .depth_a = TokenAmount{depth_a},
                                                    .depth_b = TokenAmount{depth_b},
                                                    .number = 1})
            .pool;
    }
    Pubkey add_pump_swap(const Pubkey& mint, std::uint64_t price) {
        sim::create_pump(chain, {});
        return sim::create_pump_pool(chain, {.name = {.creator = cycle_key(50), .base_mint = mint},
                                             .base = TokenAmount{1'000'000 * kOneToken},
                                             .quote = TokenAmount{price * kOneSol},
                                             .coin_creator = cycle_key(51)})
            .pool;
    }

    // ---- What the daemon would know of them ----

    void read_book(std::initializer_list<Pubkey> ids) {
        book = dex::PoolBook{};
        graph = dex::PoolGraph{};
        const auto apply = [&](const Pubkey& key) {
            const sim::Account* account = chain.account(key);
            AccountUpdate update{
                .slot = chain.slot(), .pubkey = key, .owner = {}, .lamports = {}, .data = {}};
            if (account != nullptr) {
                update.owner = account->owner;
                update.lamports = account->lamports;
                update.data = account->data;
            }
            std::vector<dex::BookChange> changes;
            const auto applied = book.apply(update, changes);
            EXPECT_TRUE(applied) << applied.error().text;
        };
        std::vector<dex::BookChange> changes;
        for (const Pubkey& mint : coins) {
            book.name_mint(mint, changes);
        }
        for (const Pubkey& id : ids) {
            apply(id);
        }
        for (auto wanted = book.take_accounts_wanted(); !wanted.empty();
             wanted = book.take_accounts_wanted()) {
            for (const Pubkey& key : wanted) {
                apply(key);
            }
        }
        for (std::uint32_t i = 0; i < book.size(); ++i) {
            EXPECT_TRUE(dex::is_complete(book.pool(PoolIndex{i})))
                << to_string(dex::venue_of(book.pool(PoolIndex{i})));
        }
        graph.follow(book);
    }
    [[nodiscard]] strategy::View view() const {
        static constexpr ComputeUnitPrice kPrice{20'000};
        const auto fee = [](ComputeUnits units) {
            return solana::base_fee(1) + solana::priority_fee(kPrice, units);
        };
        const ComputeUnits two = execution.cycle_units;
        const ComputeUnits three = two + execution.third_leg_units;
        return {book,
                graph,
                {},
                dex::quote_context(chain.slot_time().seconds(), chain.slot()),
                {fee(execution.swap_units), fee(two), rent, fee(three) - fee(two), kPrice, two,
                 execution.third_leg_units},
                chain.slot(),
                MonoTime{}};
    }
    // What the strategy makes of a change of the pool at this index.
    [[nodiscard]] std::optional<OrderIntent> decided(std::uint32_t pool) {
        strategy::Intents intents;
        arbitrage->decide(ReservesChanged{PoolIndex{pool}, chain.slot(), {}, {}, {}, {}}, view(),
                          intents);
        return intents.empty() ? std::nullopt : std::optional{intents.front()};
    }

    // ---- The transaction ----

    [[nodiscard]] Result<Bytes> wire_of(const OrderIntent& intent,
                                        std::span<const solana::AddressLookupTable> tables = {},
                                        const std::array<bool, kLegsMax - 1>& are_between_closed = {
                                            true, true}) {
        execute::CycleOptions options{
            .price = ComputeUnitPrice{20'000},
            .units = dex::cycle_units(book, {intent.legs.data(), intent.leg_count},
                                      execute::cycle_units_min(execution, intent.leg_count)),
            .blockhash = chain.latest_blockhash(1),
            .are_between_closed = are_between_closed,
            .tables = tables};
        Bytes message;
        if (auto built =
                execute::build_cycle(message, intent, book, signer.own_accounts(), options);
            !built) {
            return Err{built.error()};
        }
        signer::SigningPolicy policy;
        policy.kind = OrderKind::Cycle;
        policy.mint_in = policy.mint_out = solana::kWrappedSolMint;
        policy.amount_in_max = intent.amount_in;
        policy.receive_min = intent.receive_min;
        policy.leg_count = intent.leg_count;
        for (std::size_t leg = 0; leg + 1 < intent.leg_count; ++leg) {
            policy.between[leg] = {execute::mint_behind(intent, leg, book),
                                   intent.legs[leg].amount_out};
        }
        policy.lamports_max = intent.spend_max;
        policy.token_account_rent = rent;
        Bytes wire;
        const auto signature = signer.sign(wire, message, policy, {}, tables);
        return signature ? Result<Bytes>{wire} : fail(signature.error().text());
    }
    [[nodiscard]] std::uint64_t lamports() const { return chain.account(wallet())->lamports.raw(); }
    const sim::Receipt& execute(BytesView wire) {
        const auto signature = chain.submit(wire, true);
        SF_ASSERT(signature.has_value());
        chain.advance_slot();
        const sim::Receipt* receipt = chain.receipt(*signature);
        SF_ASSERT(receipt != nullptr);
        return *receipt;
    }
    // Everything that a table can hold of the message's accounts.
    [[nodiscard]] solana::AddressLookupTable table_of(const OrderIntent& intent) {
        solana::AddressLookupTable table{cycle_key(800), {}};
        for (std::size_t i = 0; i < intent.leg_count; ++i) {
            const auto& pool = book.pool(intent.legs[i].pool);
            const auto swap =
                dex::swap_exact_in(pool, intent.legs[i].direction, TokenAmount{1}, TokenAmount{1},
                                   {wallet(), cycle_key(1), cycle_key(2)});
            for (const auto& account : swap.accounts) {
                if (std::ranges::find(table.addresses, account.pubkey) == table.addresses.end()) {
                    table.addresses.push_back(account.pubkey);
                }
            }
        }
        solana::LookupTableAccount account;
        account.addresses = table.addresses;
        chain.put_account(table.key, {Lamports{kOneSol}, solana::kAddressLookupTableProgram, false,
                                      solana::encode_lookup_table(account)});
        return table;
    }
    // It lands, and the wallet has at least what the strategy's floor leaves after every fee.
    void expect_profit(const OrderIntent& intent,
                       std::span<const solana::AddressLookupTable> tables = {}) {
        const auto wire = wire_of(intent, tables);
        ASSERT_TRUE(wire) << wire.error().text;
        const std::uint64_t before = lamports();
        const sim::Receipt& receipt = execute(*wire);
        ASSERT_FALSE(receipt.is_failed()) << receipt.error_json << receipt.logs.back();
        EXPECT_GE(lamports(), before + settings.profit_min.raw());
        EXPECT_EQ(lamports(), before + intent.profit_expected.raw());
        for (std::size_t leg = 0; leg + 1 < intent.leg_count; ++leg) {
            const Pubkey& mint = execute::mint_behind(intent, leg, book);
            EXPECT_EQ(chain.account(signer.own_accounts().account(mint, solana::kTokenProgram)),
                      nullptr)
                << "nothing is left of " << mint.to_string();
        }
    }

    sim::Chain chain;
    signer::PolicySigner signer;
    Pubkey token = cycle_key(1), other = cycle_key(2);
    std::vector<Pubkey> coins;  // On the curve.
    std::uint64_t pools = 0;
    Lamports rent;
    dex::PoolBook book;
    dex::PoolGraph graph;
    config::ExecutionSettings execution;
    config::ArbitrageSettings settings;
    std::optional<strategy::Arbitrage> arbitrage;
};

}  // namespace sniperforge::test
