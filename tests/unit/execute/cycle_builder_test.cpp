// SPDX-License-Identifier: MIT
#include "sniperforge/execute/cycle_builder.hpp"

#include <gtest/gtest.h>

#include "signer/swap_instruction.hpp"
#include "sniperforge/dex/swap_needs.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/solana/transaction.hpp"
#include "sniperforge/solana/transaction_fee.hpp"
#include "unit/dex/router_support.hpp"
#include "unit/signer/policy_support.hpp"

namespace sniperforge::execute {
namespace {

using dex::test::TestBook;
using dex::test::TestPool;
using signer::test::kBlockhash;
using signer::test::key_of;
using signer::test::kRent;
using signer::test::kSol;
using signer::test::kToken;

const Pubkey kOther = key_of(99);  // A token that no other test helper knows.
constexpr dex::test::Reserves kReserves{100 * kLamportsPerSol, 1'000'000'000'000};

class CycleBuilderTest : public signer::test::PolicyTest {
 protected:
    // SOL is side A of the first pool and side B of the second.
    void make_pools(VenueId first_venue, VenueId second_venue) {
        const TestPool first{.venue = first_venue, .number = number++, .mint_b = kToken};
        const TestPool second{.venue = second_venue,
                              .number = number++,
                              .mint_a = kToken,
                              .mint_b = kSol,
                              .config = key_of(6)};
        intent.kind = OrderKind::Cycle;
        intent.mint_in = kSol;
        intent.mint_out = kSol;
        intent.amount_in = TokenAmount{100'000'000};
        intent.receive_min = TokenAmount{100'050'000};
        intent.spend_max = Lamports{100'000'000} + Lamports{11'000} + kRent + kRent;
        intent.leg_count = 2;
        intent.legs[0] = {accounts.add(first, kReserves), Direction::AToB, TokenAmount{99'000'000},
                          TokenAmount{10'000}};
        intent.legs[1] = {accounts.add(second, {kReserves.b, kReserves.a}), Direction::AToB,
                          TokenAmount{10'000}, TokenAmount{101'000'000}};
        intent.pool = intent.legs[0].pool;
    }
    // SOL → token → other token → SOL.
    void make_three_pools(std::array<VenueId, 3> venues) {
        make_pools(venues[0], venues[1]);
        const auto pool = [&](VenueId venue, const Pubkey& a, const Pubkey& b) {
            return accounts.add({.venue = venue,
                                 .number = number++,
                                 .mint_a = a,
                                 .mint_b = b,
                                 .config = key_of(static_cast<std::uint8_t>(7 + number % 3))},
                                kReserves);
        };
        intent.leg_count = 3;
        intent.spend_max += kRent;
        intent.legs[1] = {pool(venues[1], kToken, kOther), Direction::AToB, TokenAmount{10'000},
                          TokenAmount{20'000}};
        intent.legs[2] = {pool(venues[2], kSol, kOther), Direction::BToA, TokenAmount{20'000},
                          TokenAmount{101'000'000}};
    }
    [[nodiscard]] CycleOptions options() const {
        return {ComputeUnitPrice{20'000},
                ComputeUnits{300'000},
                kBlockhash,
                {is_closed, is_closed},
                version};
    }
    [[nodiscard]] Bytes build() {
        Bytes message{1, 2, 3};  // Of an earlier order.
        const auto built =
            build_cycle(message, intent, accounts.book, signer.own_accounts(), options());
        EXPECT_TRUE(built) << built.error().text;
        return message;
    }
    [[nodiscard]] signer::SigningPolicy policy() const {
        signer::SigningPolicy policy;
        policy.kind = OrderKind::Cycle;
        policy.mint_in = kSol;
        policy.mint_out = kSol;
        policy.leg_count = intent.leg_count;
        policy.amount_in_max = intent.amount_in;
        policy.receive_min = intent.receive_min;
        for (std::size_t leg = 0; leg + 1 < intent.leg_count; ++leg) {
            policy.between[leg] = {mint_behind(intent, leg, accounts.book),
                                   intent.legs[leg].amount_out};
        }
        policy.lamports_max = intent.spend_max;
        policy.token_account_rent = kRent;
        return policy;
    }

    TestBook accounts;
    std::uint64_t number = 1;  // Of the next pool.
    OrderIntent intent;
    bool is_closed = true;
    solana::MessageVersion version = solana::MessageVersion::V0;
};

// Version 1 has no default: the chain would run nothing, and the signer refuses it later.
TEST_F(CycleBuilderTest, RefusesAVersion1CycleWithoutAComputeUnitLimit) {
    make_pools(VenueId::RaydiumAmmV4, VenueId::RaydiumCpmm);
    CycleOptions limitless = options();
    limitless.version = solana::MessageVersion::V1;
    limitless.units = ComputeUnits{0};
    Bytes message;
    const auto built =
        build_cycle(message, intent, accounts.book, signer.own_accounts(), limitless);
    ASSERT_FALSE(built);
    EXPECT_NE(built.error().text.find("execution.cycle_compute_units"), std::string::npos);
    limitless.units = ComputeUnits{1};
    EXPECT_TRUE(build_cycle(message, intent, accounts.book, signer.own_accounts(), limitless));
}

TEST_F(CycleBuilderTest, BuildsWhatFitsATransactionAndWhatTheSignerSignsForEveryPairOfVenues) {
    for (const VenueId first : {VenueId::RaydiumAmmV4, VenueId::RaydiumCpmm}) {
        for (const VenueId second : {VenueId::RaydiumAmmV4, VenueId::RaydiumCpmm}) {
            make_pools(first, second);
            for (const bool close : {false, true}) {
                is_closed = close;
                const Bytes message = build();
                EXPECT_EQ(refusal(message, policy()), "");
                Bytes wire;
                ASSERT_TRUE(signer.sign(wire, message, policy(), {}));
                EXPECT_LE(wire.size(), solana::kTransactionBytesMax);
            }
        }
    }
}

TEST_F(CycleBuilderTest, BuildsThreeLegsThatFitATransactionForEveryTripleOfThoseVenues) {
    constexpr std::array kVenues{VenueId::RaydiumAmmV4, VenueId::RaydiumCpmm};
    std::size_t bytes_max = 0;
    for (std::size_t i = 0; i < 8; ++i) {
        make_three_pools({kVenues[i % 2], kVenues[i / 2 % 2], kVenues[i / 4]});
        const Bytes message = build();
        EXPECT_EQ(refusal(message, policy()), "");
        Bytes wire;
        ASSERT_TRUE(signer.sign(wire, message, policy(), {}));
        bytes_max = std::max(bytes_max, wire.size());
    }
    EXPECT_LE(bytes_max, solana::kTransactionBytesMax);
}

TEST_F(CycleBuilderTest, HandsFromLegToLegExactlyWhatTheIntentSays) {
    make_three_pools({VenueId::RaydiumAmmV4, VenueId::RaydiumAmmV4, VenueId::RaydiumAmmV4});
    const Bytes message = build();
    const auto parsed = solana::parse_message(message);
    ASSERT_TRUE(parsed);
    const auto& instructions = parsed->instructions;
    ASSERT_EQ(instructions.size(), 13U);
    const auto account = [&](std::size_t instruction, std::size_t position) {
        return parsed->account_keys[instructions[instruction].account_indexes[position]];
    };
    // Create SOL, wrap, sync, create both tokens, swap three times, close all.
    const Pubkey ours[] = {own(kSol), own(kToken), own(kOther), own(kSol)};
    const std::uint64_t amounts[][2] = {
        {100'000'000, 10'000}, {10'000, 20'000}, {20'000, 100'050'000}};
    for (std::size_t leg = 0; leg < 3; ++leg) {
        const BytesView data = instructions[7 + leg].data;
        EXPECT_EQ(data[0], leg == 0 ? 17 : 16);  // Exact out first, exact in after that.
        EXPECT_EQ(read_le<std::uint64_t>(data, 1), amounts[leg][0]);
        EXPECT_EQ(read_le<std::uint64_t>(data, 9), amounts[leg][1]);
        EXPECT_EQ(account(7 + leg, 5), ours[leg]);
        EXPECT_EQ(account(7 + leg, 6), ours[leg + 1]);
        EXPECT_EQ(account(10 + leg, 0), ours[leg]);
    }
}

// One of the two tokens is held: its account stays, the other's rent comes back.
TEST_F(CycleBuilderTest, ClosesOnlyTheAccountsThatItLeavesEmpty) {
    make_three_pools({VenueId::RaydiumAmmV4, VenueId::RaydiumAmmV4, VenueId::RaydiumAmmV4});
    for (const std::size_t held : {0U, 1U}) {
        CycleOptions keeping = options();
        keeping.are_between_closed[held] = false;
        Bytes message;
        ASSERT_TRUE(build_cycle(message, intent, accounts.book, signer.own_accounts(), keeping));
        const auto parsed = solana::parse_message(message);
        ASSERT_TRUE(parsed);
        ASSERT_EQ(parsed->instructions.size(), 12U);
        EXPECT_EQ(parsed->account_keys[parsed->instructions[11].account_indexes[0]],
                  own(held == 0 ? kOther : kToken));
    }
}

TEST(CycleUnitsMin, GrowsWithTheThirdLegUpToWhatATransactionMayHave) {
    config::ExecutionSettings settings;
    settings.cycle_units = ComputeUnits{300'000};
    settings.third_leg_units = ComputeUnits{100'000};
    EXPECT_EQ(cycle_units_min(settings, 2), ComputeUnits{300'000});
    EXPECT_EQ(cycle_units_min(settings, 3), ComputeUnits{400'000});
    settings.third_leg_units = ComputeUnits{1'100'001};
    EXPECT_EQ(cycle_units_min(settings, 3), ComputeUnits{1'400'000});
}

TEST_F(CycleBuilderTest, PutsItsInstructionsInTheOnlyOrderThatWorks) {
    make_pools(VenueId::RaydiumAmmV4, VenueId::RaydiumCpmm);
    const Bytes message = build();
    const auto parsed = solana::parse_message(message);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->payer(), wallet());
    EXPECT_EQ(parsed->recent_blockhash, kBlockhash);
    const Pubkey programs[] = {solana::kComputeBudgetProgram,   solana::kComputeBudgetProgram,
                               solana::kAssociatedTokenProgram, solana::kSystemProgram,
                               solana::kTokenProgram,           solana::kAssociatedTokenProgram,
                               solana::kRaydiumAmmV4Program,    solana::kRaydiumCpmmProgram,
                               solana::kTokenProgram,           solana::kTokenProgram};
    ASSERT_EQ(parsed->instructions.size(), std::size(programs));
    for (std::size_t i = 0; i < std::size(programs); ++i) {
        EXPECT_EQ(parsed->program_id(parsed->instructions[i]), programs[i]) << i;
    }
    const auto account = [&](std::size_t instruction, std::size_t position) {
        return parsed->account_keys[parsed->instructions[instruction].account_indexes[position]];
    };
    EXPECT_EQ(parsed->instructions[4].data[0], 17);  // Sync after the wrap.
    EXPECT_EQ(account(8, 0), own(kSol));             // Both closed at the end, SOL first.
    EXPECT_EQ(account(9, 0), own(kToken));
    // Leg 1: at most the intent's amount in, exactly the tokens of leg 2 out.
    const BytesView leg_1 = parsed->instructions[6].data;
    EXPECT_EQ(leg_1[0], 17);
    EXPECT_EQ(read_le<std::uint64_t>(leg_1, 1), 100'000'000U);
    EXPECT_EQ(read_le<std::uint64_t>(leg_1, 9), 10'000U);
    // Leg 2: exactly those tokens in, at least the floor out.
    const BytesView leg_2 = parsed->instructions[7].data;
    EXPECT_EQ(read_le<std::uint64_t>(leg_2, 8), 10'000U);
    EXPECT_EQ(read_le<std::uint64_t>(leg_2, 16), 100'050'000U);
}

TEST_F(CycleBuilderTest, Version1AsksInItsHeadAndPaysTheSame) {
    make_pools(VenueId::RaydiumAmmV4, VenueId::RaydiumCpmm);
    const Bytes v0 = build();
    version = solana::MessageVersion::V1;
    const Bytes v1 = build();
    const auto parsed = solana::parse_message(v1);
    ASSERT_TRUE(parsed) << parsed.error().text;
    EXPECT_EQ(parsed->version, solana::MessageVersion::V1);
    EXPECT_EQ(parsed->instructions.size(), solana::parse_message(v0)->instructions.size() - 2);
    EXPECT_EQ(solana::transaction_fee(*parsed)->total(),
              solana::transaction_fee(*solana::parse_message(v0))->total());
    EXPECT_EQ(parsed->config.loaded_accounts_data_size_limit, 64U * 1024 * 1024);
    EXPECT_EQ(refusal(v1, policy()), "");
}

TEST_F(CycleBuilderTest, KeepsTheTokenAccountWhenItHoldsSomething) {
    make_pools(VenueId::RaydiumAmmV4, VenueId::RaydiumCpmm);
    is_closed = false;
    const Bytes message = build();
    const auto parsed = solana::parse_message(message);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->instructions.size(), 9U);
}

TEST_F(CycleBuilderTest, FindsTheTokenBetweenTheLegsByTheDirectionOfTheFirst) {
    make_pools(VenueId::RaydiumAmmV4, VenueId::RaydiumCpmm);
    EXPECT_EQ(mint_behind(intent, 0, accounts.book), kToken);
    std::swap(intent.legs[0], intent.legs[1]);
    intent.legs[0].direction = Direction::BToA;  // SOL is side B there.
    EXPECT_EQ(mint_behind(intent, 0, accounts.book), kToken);
}

TEST_F(CycleBuilderTest, KnowsTheTokensBetweenTheLegsAndNoOther) {
    make_three_pools({VenueId::RaydiumAmmV4, VenueId::RaydiumCpmm, VenueId::RaydiumCpmm});
    EXPECT_TRUE(is_between(intent, kToken, accounts.book));
    EXPECT_TRUE(is_between(intent, kOther, accounts.book));
    EXPECT_FALSE(is_between(intent, kSol, accounts.book));
    make_pools(VenueId::RaydiumAmmV4, VenueId::RaydiumCpmm);
    EXPECT_TRUE(is_between(intent, kToken, accounts.book));
    EXPECT_FALSE(is_between(intent, kOther, accounts.book));
    intent.leg_count = 0;
    EXPECT_FALSE(is_between(intent, kToken, accounts.book));
}

TEST_F(CycleBuilderTest, UsesTheAccountOfTheTokensOwnProgram) {
    const TestPool first{.venue = VenueId::RaydiumCpmm,
                         .number = 11,
                         .mint_b = kToken,
                         .program_b = solana::kToken2022Program};
    make_pools(VenueId::RaydiumCpmm, VenueId::RaydiumCpmm);
    intent.legs[0].pool = accounts.add(first, kReserves);
    intent.legs[1] = {accounts.add(TestPool{.venue = VenueId::RaydiumCpmm,
                                            .number = 12,
                                            .mint_b = kToken,
                                            .program_b = solana::kToken2022Program},
                                   kReserves),
                      Direction::BToA, TokenAmount{10'000}, TokenAmount{101'000'000}};
    const Bytes message = build();
    EXPECT_EQ(refusal(message, policy()), "");
    const Pubkey account = signer.own_accounts().account(kToken, solana::kToken2022Program);
    const auto parsed = solana::parse_message(message);
    ASSERT_TRUE(parsed);
    const auto& close = parsed->instructions[9];
    EXPECT_EQ(parsed->program_id(close), solana::kToken2022Program);
    EXPECT_EQ(parsed->account_keys[close.account_indexes[0]], account);
}

// Token-2022 refuses to close an account in which a fee waits for its mint.
TEST_F(CycleBuilderTest, LeavesAnAccountOpenInWhichATransferFeeIsWithheld) {
    for (const std::uint64_t rate : {0U, 1U}) {
        make_pools(VenueId::RaydiumCpmm, VenueId::RaydiumCpmm);
        for (const std::size_t leg : {0U, 1U}) {
            const TestPool pool{
                .number = number++, .mint_b = kToken, .program_b = solana::kToken2022Program};
            intent.legs[leg].pool = accounts.add(pool, kReserves);
        }
        intent.legs[1].direction = Direction::BToA;
        accounts.apply(dex::test::taxed_mint(kToken, rate, 1'000'000), 2 + rate);
        const Bytes message = build();
        const auto parsed = solana::parse_message(message);
        ASSERT_TRUE(parsed);
        EXPECT_EQ(parsed->instructions.size(), rate == 0 ? 10U : 9U) << "closed last";
    }
}

// ---- What dex builds, read by the signer, which was written apart from it ----

template <typename State>
[[nodiscard]] dex::Pool pool_at_price_one() {
    State state;
    state.id = key_of(31);
    state.mint_a = kSol;
    state.mint_b = kToken;
    state.vault_a = key_of(32);
    state.vault_b = key_of(33);
    if constexpr (requires { state.program_a = Pubkey{}; }) {
        state.program_a = solana::kTokenProgram;
        state.program_b = solana::kTokenProgram;
    }
    if constexpr (requires { state.tick_spacing; }) {
        state.tick_spacing = 64;
    }
    if constexpr (requires { state.sqrt_price; }) {
        state.sqrt_price = static_cast<u128>(1) << 64;
    }
    return {std::move(state)};
}

void expect_read_as_built(const dex::Pool& pool) {
    const Pubkey user = key_of(41), source = key_of(42), destination = key_of(43);
    const dex::SwapAccounts accounts{user, source, destination};
    for (const Direction direction : {Direction::AToB, Direction::BToA}) {
        for (const bool is_exact_out : {false, true}) {
            SCOPED_TRACE(::testing::Message()
                         << to_string(dex::venue_of(pool)) << " A to B "
                         << (direction == Direction::AToB) << " exact out " << is_exact_out);
            const TokenAmount in{1'000'003}, out{2'000'007};
            const auto built = is_exact_out
                                   ? dex::swap_exact_out(pool, direction, in, out, accounts)
                                   : dex::swap_exact_in(pool, direction, in, out, accounts);
            std::vector<Pubkey> keys;
            for (const auto& account : built.accounts) {
                keys.push_back(account.pubkey);
            }
            const auto read = signer::decode_swap(built.program_id, keys, built.data);
            ASSERT_TRUE(read) << read.error().text;
            EXPECT_EQ(read->authority, user);
            EXPECT_EQ(read->source, source);
            EXPECT_EQ(read->destination, destination);
            EXPECT_EQ(read->amount_in_max, in);
            EXPECT_EQ(read->amount_out_min, out);
            // What the strategy lets an order spend is what the signer counts.
            EXPECT_EQ(read->accounts_created_max, dex::swap_rents(pool, direction).of_user);
        }
    }
}

template <typename... States>
void expect_all_read_as_built(const std::variant<States...>* /*states*/) {
    (expect_read_as_built(pool_at_price_one<States>()), ...);
}

TEST(CycleSwaps, OfEveryVenueAreReadByTheSignerAsTheyWereBuilt) {
    expect_all_read_as_built(static_cast<const dex::PoolState*>(nullptr));
}

// On the curve, where the quote is SOL, lamports of the wallet move: both sides know.
TEST(CycleSwaps, KnowWhereLamportsOfTheWalletMove) {
    dex::PumpCurvePool curve;
    curve.mint_a = kToken;
    curve.mint_b = kSol;
    curve.program_a = curve.program_b = solana::kTokenProgram;
    for (const Pubkey& quote : {kSol, solana::kUsdcMint}) {
        curve.mint_b = quote;
        const dex::Pool pool{curve};
        const bool is_native = quote == kSol;
        EXPECT_EQ(dex::is_native_sol(pool), is_native);
        for (const Direction direction : {Direction::AToB, Direction::BToA}) {
            const auto built = dex::swap_exact_in(pool, direction, TokenAmount{1}, TokenAmount{1},
                                                  {key_of(41), key_of(42), key_of(43)});
            std::vector<Pubkey> keys;
            for (const auto& account : built.accounts) {
                keys.push_back(account.pubkey);
            }
            const auto read = signer::decode_swap(built.program_id, keys, built.data);
            ASSERT_TRUE(read) << read.error().text;
            const bool is_buy = direction == Direction::BToA;
            EXPECT_EQ(read->is_native_in, is_native && is_buy);
            EXPECT_EQ(read->is_native_out, is_native && !is_buy);
            EXPECT_EQ(read->accounts_created_max, dex::swap_rents(pool, direction).of_user);
            EXPECT_EQ(read->accounts_created_max, is_native ? 2 : 5) << "sales, too";
        }
    }
}

}  // namespace
}  // namespace sniperforge::execute
