// SPDX-License-Identifier: MIT
#include "sniperforge/execute/swap_builder.hpp"

#include <gtest/gtest.h>

#include "sniperforge/dex/swap_needs.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/solana/transaction.hpp"
#include "sniperforge/solana/transaction_fee.hpp"
#include "unit/dex/clmm_support.hpp"
#include "unit/dex/damm_support.hpp"
#include "unit/dex/dlmm_support.hpp"
#include "unit/dex/pump_support.hpp"
#include "unit/dex/whirlpool_support.hpp"
#include "unit/signer/policy_support.hpp"

namespace sniperforge::execute {
namespace {

using signer::test::kAmount;
using signer::test::kBlockhash;
using signer::test::kPriority;
using signer::test::kRent;
using signer::test::kSol;
using signer::test::kStranger;
using signer::test::kToken;
using signer::test::kTokensMin;
namespace pools = dex::test;

// ---- A pool of each venue, as the book has them when they can be quoted ----

[[nodiscard]] dex::PoolState amm_v4() { return pools::amm_v4_pool({1'000'000, 1'000'000}); }
[[nodiscard]] dex::PoolState cpmm() { return pools::cpmm_pool({1'000'000, 1'000'000}); }
// With liquidity in as many arrays as one instruction can name.
[[nodiscard]] dex::PoolState clmm() {
    auto pool = pools::clmm_pool(0, dex::clmm_sqrt_price_at(0), 2'000'000, 10);
    std::vector<pools::RawTick> ticks;
    for (const auto& [tick, net] :
         {std::pair{-3'000, 1'000'000}, std::pair{-1'300, 500'000}, std::pair{-100, 500'000},
          std::pair{100, -500'000}, std::pair{1'300, -500'000}, std::pair{3'000, -1'000'000}}) {
        ticks.push_back({.tick = tick,
                         .liquidity_net = net,
                         .liquidity_gross = static_cast<u128>(net < 0 ? -net : net)});
    }
    pools::put_ticks(pool, ticks);
    return pool;
}
[[nodiscard]] dex::PoolState whirlpool() { return pools::whirlpool_of(pools::two_positions()); }
[[nodiscard]] dex::PoolState pump_curve() { return pools::pump_curve(); }
[[nodiscard]] dex::PoolState pump_swap() { return pools::swap_pool(); }
[[nodiscard]] dex::PoolState dlmm() { return pools::dlmm_of(pools::dlmm_ladder()); }
[[nodiscard]] dex::PoolState damm_v2() { return pools::damm_pool(pools::damm_spec()); }

constexpr std::array kVenues{amm_v4, cpmm, clmm, whirlpool, pump_curve, pump_swap, dlmm, damm_v2};
static_assert(kVenues.size() == std::variant_size_v<dex::PoolState>);

class SwapBuilderTest : public signer::test::PolicyTest {
 protected:
    // The venue's pool, of the token and SOL.
    [[nodiscard]] static dex::Pool of_token(dex::PoolState state) {
        std::visit(
            [](auto& pool) {
                pool.mint_a = kToken;
                pool.mint_b = kSol;
            },
            state);
        return dex::Pool{std::move(state)};
    }
    // What a strategy would let it spend: fee, rents of both accounts and of the venue.
    [[nodiscard]] static Lamports cost_of(const dex::Pool& pool, Direction direction) {
        const dex::SwapRents rents = dex::swap_rents(pool, direction);
        Lamports cost = kPriority + solana::base_fee(1) + kRent + kRent;
        for (int account = rents.of_user + rents.of_pool; account > 0; --account) {
            cost += kRent;
        }
        return cost;
    }
    [[nodiscard]] static OrderIntent order(OrderKind kind, const dex::Pool& pool) {
        OrderIntent intent;
        intent.kind = kind;
        const bool is_entry = kind == OrderKind::Entry;
        intent.mint_in = is_entry ? kSol : kToken;
        intent.mint_out = is_entry ? kToken : kSol;
        intent.amount_in = TokenAmount{is_entry ? kAmount : 10'000};
        intent.receive_min = TokenAmount{is_entry ? kTokensMin : 90'000'000};
        intent.spend_max = cost_of(pool, is_entry ? Direction::BToA : Direction::AToB) +
                           Lamports{is_entry ? kAmount : 0};
        return intent;
    }
    [[nodiscard]] static signer::SigningPolicy policy_of(const OrderIntent& intent) {
        signer::SigningPolicy policy;
        policy.kind = intent.kind;
        policy.mint_in = intent.mint_in;
        policy.mint_out = intent.mint_out;
        policy.amount_in_max = intent.amount_in;
        policy.receive_min = intent.receive_min;
        policy.lamports_max = intent.spend_max;
        policy.token_account_rent = kRent;
        return policy;
    }
    [[nodiscard]] SwapOptions options() const {
        return {.price = ComputeUnitPrice{20'000},
                .units = ComputeUnits{200'000},
                .blockhash = kBlockhash,
                .is_token_account_closed = is_closed,
                .version = version};
    }
    [[nodiscard]] Bytes build(const OrderIntent& intent, const dex::Pool& pool) {
        Bytes message{1, 2, 3};  // Of an earlier order.
        const auto built = build_swap(message, intent, pool, signer.own_accounts(), options());
        EXPECT_TRUE(built) << built.error().text;
        return message;
    }
    [[nodiscard]] static std::vector<Pubkey> programs_of(const solana::Message& message) {
        std::vector<Pubkey> programs;
        for (const auto& instruction : message.instructions) {
            programs.push_back(message.program_id(instruction));
        }
        return programs;
    }

    bool is_closed = true;
    solana::MessageVersion version = solana::MessageVersion::V0;
};

// The figures are printed: they are what docs/performance.md has.
TEST_F(SwapBuilderTest, BuildsWhatFitsATransactionAndWhatTheSignerSignsForEveryVenue) {
    for (const auto make : kVenues) {
        const dex::Pool pool = of_token(make());
        for (const OrderKind kind : {OrderKind::Entry, OrderKind::Exit}) {
            for (const auto form : {solana::MessageVersion::V0, solana::MessageVersion::V1}) {
                SCOPED_TRACE(::testing::Message()
                             << to_string(dex::venue_of(pool)) << " " << to_string(kind));
                version = form;
                const OrderIntent intent = order(kind, pool);
                const Bytes message = build(intent, pool);
                EXPECT_EQ(refusal(message, policy_of(intent)), "");
                Bytes wire;
                ASSERT_TRUE(signer.sign(wire, message, policy_of(intent), {}));
                EXPECT_LE(wire.size(), solana::transaction_bytes_max(form));
                if (form == solana::MessageVersion::V0) {
                    std::cout << fmt::format("{} {}: {} bytes\n", to_string(dex::venue_of(pool)),
                                             to_string(kind), wire.size());
                }
            }
        }
    }
}

// What the order allows is what it costs at most: one lamport or unit less and it is not signed.
TEST_F(SwapBuilderTest, IsNotSignedForAnOrderThatAllowsOneUnitLess) {
    for (const auto make : kVenues) {
        const dex::Pool pool = of_token(make());
        for (const OrderKind kind : {OrderKind::Entry, OrderKind::Exit}) {
            SCOPED_TRACE(::testing::Message()
                         << to_string(dex::venue_of(pool)) << " " << to_string(kind));
            const OrderIntent intent = order(kind, pool);
            const Bytes message = build(intent, pool);
            auto policy = policy_of(intent);
            policy.amount_in_max = policy.amount_in_max - TokenAmount{1};
            EXPECT_NE(refusal(message, policy).find("may spend"), std::string::npos);
            policy = policy_of(intent);
            policy.receive_min += TokenAmount{1};
            EXPECT_NE(refusal(message, policy).find("guarantees"), std::string::npos);
            policy = policy_of(intent);
            std::swap(policy.mint_in, policy.mint_out);
            EXPECT_NE(refusal(message, policy), "");
            policy = policy_of(intent);
            policy.mint_out = policy.mint_in = kStranger;
            EXPECT_NE(refusal(message, policy), "");
        }
        // An entry makes no more accounts than it is given rent for; an exit needs one of two.
        const OrderIntent entry = order(OrderKind::Entry, pool);
        auto policy = policy_of(entry);
        const bool is_native = dex::is_native_sol(pool);
        policy.lamports_max = policy.lamports_max - (is_native ? kRent : Lamports{});
        EXPECT_EQ(refusal(build(entry, pool), policy), "");
        policy.lamports_max = policy.lamports_max - Lamports{1};
        EXPECT_NE(refusal(build(entry, pool), policy).find("the order allows"), std::string::npos);
    }
}

TEST_F(SwapBuilderTest, PutsItsInstructionsInTheOnlyOrderThatWorks) {
    const dex::Pool pool = of_token(cpmm());
    const Bytes entry = build(order(OrderKind::Entry, pool), pool);
    const auto bought = solana::parse_message(entry);
    ASSERT_TRUE(bought);
    EXPECT_EQ(bought->payer(), wallet());
    EXPECT_EQ(bought->recent_blockhash, kBlockhash);
    // Create and fill the account of SOL, create the token's, swap, close that of SOL.
    ASSERT_EQ(programs_of(*bought),
              (std::vector{solana::kComputeBudgetProgram, solana::kComputeBudgetProgram,
                           solana::kAssociatedTokenProgram, solana::kSystemProgram,
                           solana::kTokenProgram, solana::kAssociatedTokenProgram,
                           solana::kRaydiumCpmmProgram, solana::kTokenProgram}));
    const BytesView buy = bought->instructions[6].data;
    EXPECT_EQ(read_le<std::uint64_t>(buy, 8), kAmount);
    EXPECT_EQ(read_le<std::uint64_t>(buy, 16), kTokensMin);

    const Bytes exit = build(order(OrderKind::Exit, pool), pool);
    const auto sold = solana::parse_message(exit);
    ASSERT_TRUE(sold);
    // The token's account is closed last, SOL's before it.
    ASSERT_EQ(programs_of(*sold),
              (std::vector{solana::kComputeBudgetProgram, solana::kComputeBudgetProgram,
                           solana::kAssociatedTokenProgram, solana::kRaydiumCpmmProgram,
                           solana::kTokenProgram, solana::kTokenProgram}));
    const auto closed = [&](std::size_t at) {
        return sold->account_keys[sold->instructions[at].account_indexes[0]];
    };
    EXPECT_EQ(closed(4), own(kSol));
    EXPECT_EQ(closed(5), own(kToken));
    const BytesView sell = sold->instructions[3].data;
    EXPECT_EQ(read_le<std::uint64_t>(sell, 8), 10'000U);
    EXPECT_EQ(read_le<std::uint64_t>(sell, 16), 90'000'000U);
}

// The curve takes and pays lamports of the wallet.
TEST_F(SwapBuilderTest, WrapsNothingForThePumpCurve) {
    const dex::Pool pool = of_token(pump_curve());
    ASSERT_TRUE(dex::is_native_sol(pool));
    const Bytes entry = build(order(OrderKind::Entry, pool), pool);
    const auto bought = solana::parse_message(entry);
    ASSERT_TRUE(bought);
    ASSERT_EQ(programs_of(*bought),
              (std::vector{solana::kComputeBudgetProgram, solana::kComputeBudgetProgram,
                           solana::kAssociatedTokenProgram, solana::kPumpCurveProgram}));
    is_closed = false;
    const Bytes exit = build(order(OrderKind::Exit, pool), pool);
    const auto sold = solana::parse_message(exit);
    ASSERT_TRUE(sold);
    ASSERT_EQ(programs_of(*sold),
              (std::vector{solana::kComputeBudgetProgram, solana::kComputeBudgetProgram,
                           solana::kPumpCurveProgram}));
}

TEST_F(SwapBuilderTest, ClosesTheTokenAccountOnlyOfASaleThatEmptiesIt) {
    const dex::Pool pool = of_token(amm_v4());
    const auto count = [&](OrderKind kind) {
        const Bytes message = build(order(kind, pool), pool);
        return solana::parse_message(message)->instructions.size();
    };
    EXPECT_EQ(count(OrderKind::Exit), 6U);
    EXPECT_EQ(count(OrderKind::Entry), 8U);  // Whatever the hint says.
    is_closed = false;
    EXPECT_EQ(count(OrderKind::Exit), 5U);
    EXPECT_EQ(count(OrderKind::Entry), 8U);
}

// Token-2022 refuses to close an account in which a fee waits for its mint.
TEST_F(SwapBuilderTest, LeavesAnAccountOpenInWhichATransferFeeIsWithheld) {
    for (const std::uint64_t rate : {0U, 1U}) {
        auto state = pools::cpmm_pool({1'000'000, 1'000'000});
        state.program_a = solana::kToken2022Program;
        dex::Pool pool = of_token(state);
        const solana::TransferFee fee{0, TokenAmount{1'000'000}, BasisPoints{rate}};
        dex::TransferTerms terms;
        terms.is_known = true;
        terms.fee = solana::TransferFeeConfig{.config_authority = {},
                                              .withdraw_authority = {},
                                              .withheld = {},
                                              .older = fee,
                                              .newer = fee};
        pool.transfer_a = std::make_shared<const dex::TransferTerms>(terms);
        const OrderIntent intent = order(OrderKind::Exit, pool);
        const Bytes message = build(intent, pool);
        EXPECT_EQ(refusal(message, policy_of(intent)), "");
        const auto parsed = solana::parse_message(message);
        ASSERT_TRUE(parsed);
        ASSERT_EQ(parsed->instructions.size(), rate == 0 ? 6U : 5U);
        if (rate == 0) {  // Under its own program.
            const auto& close = parsed->instructions.back();
            EXPECT_EQ(parsed->program_id(close), solana::kToken2022Program);
            EXPECT_EQ(parsed->account_keys[close.account_indexes[0]],
                      signer.own_accounts().account(kToken, solana::kToken2022Program));
        }
    }
}

TEST_F(SwapBuilderTest, Version1AsksInItsHeadAndPaysTheSame) {
    const dex::Pool pool = of_token(cpmm());
    const OrderIntent intent = order(OrderKind::Entry, pool);
    const Bytes v0 = build(intent, pool);
    version = solana::MessageVersion::V1;
    const Bytes v1 = build(intent, pool);
    const auto parsed = solana::parse_message(v1);
    ASSERT_TRUE(parsed) << parsed.error().text;
    EXPECT_EQ(parsed->instructions.size(), solana::parse_message(v0)->instructions.size() - 2);
    EXPECT_EQ(solana::transaction_fee(*parsed)->total(),
              solana::transaction_fee(*solana::parse_message(v0))->total());
}

// What `doctor` has simulated of a token that the wallet has none of: nobody could sign it, and it
// must fit all the same.
TEST_F(SwapBuilderTest, ResellsInOneTransactionWhatItBoughtOnEveryVenue) {
    for (const auto make : kVenues) {
        const dex::Pool pool = of_token(make());
        SCOPED_TRACE(to_string(dex::venue_of(pool)));
        const OrderIntent entry = order(OrderKind::Entry, pool);
        const OrderIntent exit = order(OrderKind::Exit, pool);
        Bytes message;
        const auto built =
            build_resale(message, {entry, pool, exit, pool}, signer.own_accounts(), options());
        ASSERT_TRUE(built) << built.error().text;
        const auto wire = solana::unsigned_transaction(message);
        ASSERT_TRUE(wire);
        EXPECT_LE(wire->size(), solana::kTransactionBytesMax);
        EXPECT_NE(refusal(message, policy_of(entry)), "");
        const auto parsed = solana::parse_message(message);
        ASSERT_TRUE(parsed);
        const std::vector<Pubkey> programs = programs_of(*parsed);
        EXPECT_EQ(std::ranges::count(programs, dex::program_of(dex::venue_of(pool))),
                  dex::instruction_before_swap(pool, wallet()) ? 4 : 2);
        // SOL is unwrapped behind both, and the token's account stays.
        const auto closings = std::ranges::count(programs, solana::kTokenProgram);
        EXPECT_EQ(closings, dex::is_native_sol(pool) ? 0 : 2);
    }
}

}  // namespace
}  // namespace sniperforge::execute
