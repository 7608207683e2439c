// SPDX-License-Identifier: MIT
// Entries and exits through one pool, from the strategy to the chain: decided, built, signed and
// executed by the simulated programs. Every venue that the chain has.
#include "sim/cycle_world.hpp"
#include "sniperforge/execute/swap_builder.hpp"
#include "sniperforge/solana/token_account.hpp"
#include "sniperforge/strategy/exits.hpp"
#include "strategy/entry.hpp"

namespace sniperforge {
namespace {

using namespace test;

class SwapOnChain : public CycleWorld {
 protected:
    Pubkey add_cpmm(const Pubkey& mint) {
        const Pubkey config = sim::create_cpmm_config(chain, {.index = 3});
        return sim::create_cpmm_pool(chain, {.amm_config = config,
                                             .mint_a = mint,
                                             .mint_b = solana::kWrappedSolMint,
                                             .amount_a = TokenAmount{1'000'000 * kOneToken},
                                             .amount_b = TokenAmount{1'000 * kOneSol}})
            .pool;
    }
    Pubkey add_curve(const Pubkey& mint) {
        sim::create_pump(chain, {});
        coins = {mint};
        return sim::create_pump_curve(chain, {.mint = mint,
                                              .creator = cycle_key(52),
                                              .virtual_token = 1'000'000 * kOneToken,
                                              .virtual_quote = 1'000 * kOneSol,
                                              .real_token = 700'000 * kOneToken,
                                              .real_quote = 30 * kOneSol})
            .curve;
    }
    [[nodiscard]] std::optional<OrderIntent> entry() const {
        const strategy::EntryOptions options{StrategyId::Sniper, Lamports{kOneSol / 10},
                                             BasisPoints{200}};
        return strategy::entry_into(PoolIndex{0}, options, view());
    }
    // Of a position whose time is over, or with its share at a profit.
    [[nodiscard]] std::optional<OrderIntent> exit_of(TokenAmount held,
                                                     std::uint32_t percent) const {
        PositionView position;
        position.position_id = PositionId{1};
        position.mint = token;
        position.pool = PoolIndex{0};
        position.amount = held;
        config::ExitSettings exits_settings;
        exits_settings.take_profit_percent = percent;
        exits_settings.stop_loss = BasisPoints{kBasisPointsOne};
        position.cost = Lamports{percent == 100 ? 10 * kOneSol : 1};
        if (percent == 100) {
            exits_settings.time_limit = Duration{0};
        }
        strategy::View world = view();
        world.positions = {&position, 1};
        strategy::Exits exits{exits_settings, BasisPoints{2'000}};
        strategy::Intents intents;
        exits.decide(ReservesChanged{PoolIndex{0}, chain.slot(), {}, {}, {}, {}}, world, intents);
        return intents.empty() ? std::nullopt : std::optional{intents.front()};
    }
    [[nodiscard]] Result<Bytes> wire_of_swap(const OrderIntent& intent, bool is_closed = false) {
        Bytes message;
        if (auto built =
                execute::build_swap(message, intent, book.pool(intent.pool), signer.own_accounts(),
                                    {.price = ComputeUnitPrice{20'000},
                                     .units = execution.swap_units,
                                     .blockhash = chain.latest_blockhash(1),
                                     .is_token_account_closed = is_closed});
            !built) {
            return Err{built.error()};
        }
        signer::SigningPolicy policy;
        policy.kind = intent.kind;
        policy.mint_in = intent.mint_in;
        policy.mint_out = intent.mint_out;
        policy.amount_in_max = intent.amount_in;
        policy.receive_min = intent.receive_min;
        policy.lamports_max = intent.spend_max;
        policy.token_account_rent = rent;
        Bytes wire;
        const auto signature = signer.sign(wire, message, policy, {});
        return signature ? Result<Bytes>{wire} : fail(signature.error().text());
    }
    [[nodiscard]] Pubkey own(const Pubkey& mint) {
        return signer.own_accounts().account(mint, solana::kTokenProgram);
    }
    [[nodiscard]] std::uint64_t tokens() {
        const sim::Account* account = chain.account(own(token));
        return account == nullptr ? 0 : solana::token_account_amount(account->data)->raw();
    }
    [[nodiscard]] std::uint64_t quoted(const OrderIntent& intent) const {
        const dex::Pool& pool = book.pool(intent.pool);
        const auto quote = dex::quote_exact_in(pool, *dex::direction_spending(pool, intent.mint_in),
                                               intent.amount_in, view().quote);
        EXPECT_TRUE(quote);
        return quote ? quote->amount_out.raw() : 0;
    }

    // Bought, sold in part at a profit, the rest sold: at the quotes, to the lamport.
    void expect_round_trip(const Pubkey& pool) {
        static constexpr std::uint64_t kFee = 9'000;
        read_book({pool});
        const auto bought = entry();
        ASSERT_TRUE(bought);
        const std::uint64_t start = lamports();
        expect_landed(*bought, false);
        const std::uint64_t held = quoted(*bought);
        EXPECT_EQ(tokens(), held);
        // What the strategy let it cost: never more, and of Raydium and Orca nothing but the
        // account.
        const std::uint64_t cost = start - lamports() - bought->amount_in.raw();
        EXPECT_LE(start - lamports(), bought->spend_max.raw());
        if (!is_of_pump()) {
            EXPECT_EQ(cost, kFee + rent.raw());
        }

        read_book({pool});
        const auto part = exit_of(TokenAmount{held}, 40);
        ASSERT_TRUE(part);
        EXPECT_EQ(part->exit_reason, ExitReason::TakeProfit);
        EXPECT_EQ(part->amount_in.raw(), (held * 40 + 99) / 100);
        std::uint64_t before = lamports();
        expect_landed(*part, false);
        EXPECT_EQ(tokens(), held - part->amount_in.raw());
        expect_paid(before, quoted(*part), kFee, 0);

        read_book({pool});
        const auto rest = exit_of(TokenAmount{tokens()}, 100);
        ASSERT_TRUE(rest);
        EXPECT_EQ(rest->exit_reason, ExitReason::TimeLimit);
        before = lamports();
        expect_landed(*rest, true);
        EXPECT_EQ(chain.account(own(token)), nullptr) << "closed, its rent is back";
        expect_paid(before, quoted(*rest), kFee, rent.raw());
    }
    // pump's programs fill up accounts of others once.
    void expect_paid(std::uint64_t before, std::uint64_t out, std::uint64_t fee,
                     std::uint64_t back) const {
        if (is_of_pump()) {
            EXPECT_LE(lamports(), before + out + back - fee);
            EXPECT_GE(lamports() + 2 * rent.raw(), before + out + back - fee);
        } else {
            EXPECT_EQ(lamports(), before + out + back - fee);
        }
    }
    void expect_landed(const OrderIntent& intent, bool is_closed) {
        const auto wire = wire_of_swap(intent, is_closed);
        ASSERT_TRUE(wire) << wire.error().text;
        const sim::Receipt& receipt = execute(*wire);
        ASSERT_FALSE(receipt.is_failed()) << receipt.error_json << receipt.logs.back();
        EXPECT_EQ(chain.account(own(solana::kWrappedSolMint)), nullptr) << "unwrapped";
    }
    [[nodiscard]] bool is_of_pump() const {
        const VenueId venue = dex::venue_of(book.pool(PoolIndex{0}));
        return venue == VenueId::PumpCurve || venue == VenueId::PumpSwap;
    }
};

TEST_F(SwapOnChain, BuysAndSellsInPartsThroughRaydiumAmmV4) {
    expect_round_trip(add_amm_v4(token, 1'000));
}

TEST_F(SwapOnChain, BuysAndSellsInPartsThroughRaydiumCpmm) { expect_round_trip(add_cpmm(token)); }

TEST_F(SwapOnChain, BuysAndSellsInPartsThroughAWhirlpool) {
    expect_round_trip(
        add_whirlpool(solana::kWrappedSolMint, token, 500 * kOneSol, 500'000 * kOneToken));
}

TEST_F(SwapOnChain, BuysAndSellsInPartsOnTheCurveOfPump) { expect_round_trip(add_curve(token)); }

TEST_F(SwapOnChain, BuysAndSellsInPartsThroughPumpSwap) {
    expect_round_trip(add_pump_swap(token, 1'000));
}

// Somebody is faster: the program's own floor makes the whole fail, and only its fee is paid.
TEST_F(SwapOnChain, FailsAsAWholeWhenThePoolPaysLessThanTheFloor) {
    read_book({add_cpmm(token)});
    const auto bought = entry();
    ASSERT_TRUE(bought);
    expect_landed(*bought, false);
    const std::uint64_t held = tokens();
    const auto sale = exit_of(TokenAmount{held}, 100);
    ASSERT_TRUE(sale);

    const Pubkey rival = cycle_key(60);
    sim::create_wallet(chain, rival, Lamports{kOneSol});
    const TokenAmount dumped{40'000 * kOneToken};
    const Pubkey paid = sim::create_token_account(chain, rival, token, dumped);
    const Pubkey received =
        sim::create_token_account(chain, rival, solana::kWrappedSolMint, TokenAmount{});
    const dex::Pool& pool = book.pool(PoolIndex{0});
    ASSERT_TRUE(chain.execute_unsigned(
        rival, {dex::swap_exact_in(pool, *dex::direction_spending(pool, token), dumped,
                                   TokenAmount{}, {rival, paid, received})}));

    const auto wire = wire_of_swap(*sale, true);
    ASSERT_TRUE(wire) << wire.error().text;
    const std::uint64_t before = lamports();
    const sim::Receipt& receipt = execute(*wire);
    ASSERT_TRUE(receipt.is_failed());
    EXPECT_EQ(lamports(), before - receipt.fee);
    EXPECT_EQ(tokens(), held);
}

}  // namespace
}  // namespace sniperforge
