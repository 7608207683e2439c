// SPDX-License-Identifier: MIT
// What trading leaves in the wallet, and how it goes: from the fill of a cycle through the books,
// the proposal, the gate and the signer to the chain; and in a run of the whole daemon.
#include "sim/cycle_world.hpp"
#include "sim/daemon_run.hpp"
#include "sniperforge/execute/fill.hpp"
#include "sniperforge/execute/sweep_builder.hpp"
#include "sniperforge/portfolio/portfolio.hpp"
#include "sniperforge/risk/risk_gate.hpp"
#include "sniperforge/solana/token_account.hpp"
#include "sniperforge/solana/token_program.hpp"
#include "sniperforge/strategy/housekeeping.hpp"

namespace sniperforge {
namespace {

using test::kOneSol;
using test::kOneToken;

// What a node would tell of the transaction.
[[nodiscard]] rpc::TransactionDetail detail_of(const sim::Receipt& receipt) {
    rpc::TransactionDetail detail;
    detail.slot = receipt.slot;
    detail.error = receipt.is_failed() ? receipt.error_json : "";
    detail.fee = Lamports{receipt.fee};
    detail.account_keys = receipt.account_keys;
    for (std::size_t i = 0; i < receipt.account_keys.size(); ++i) {
        detail.pre_balances.push_back(Lamports{receipt.pre_balances[i]});
        detail.post_balances.push_back(Lamports{receipt.post_balances[i]});
    }
    const auto tokens = [](const std::vector<sim::TokenBalance>& balances) {
        std::vector<rpc::TokenBalance> told;
        for (const sim::TokenBalance& balance : balances) {
            told.push_back({balance.account_index, balance.mint, balance.owner,
                            TokenAmount{balance.amount}, balance.program});
        }
        return told;
    };
    detail.pre_token_balances = tokens(receipt.pre_token_balances);
    detail.post_token_balances = tokens(receipt.post_token_balances);
    return detail;
}

class SweepOnChain : public test::CycleWorld {
 protected:
    void SetUp() override {
        arbitrage.emplace(settings);
        const bool is_token_first = token < other;
        buy = add_whirlpool(solana::kWrappedSolMint, token, 500 * kOneSol, 500'000 * kOneToken);
        link = add_whirlpool(is_token_first ? token : other, is_token_first ? other : token,
                             (is_token_first ? 500'000 : 530'000) * kOneToken,
                             (is_token_first ? 530'000 : 500'000) * kOneToken);
        sell = add_whirlpool(solana::kWrappedSolMint, other, 500 * kOneSol, 500'000 * kOneToken);
        read_book({buy, link, sell});
        portfolio.start({Lamports{lamports()}, {}}, chain.slot_time());
    }
    [[nodiscard]] Pubkey account_of(const Pubkey& mint) {
        return signer.own_accounts().account(mint, solana::kTokenProgram);
    }
    // Into the books, final at once.
    void book_receipt(const OrderIntent& intent, const sim::Receipt& receipt) {
        portfolio.order_submitted(intent);
        ExecutionReport report = report_on(intent);
        report.outcome = receipt.is_failed() ? Outcome::Reverted : Outcome::Landed;
        report.slot = receipt.slot;
        auto fill = execute::fill_of(detail_of(receipt), wallet());
        ASSERT_TRUE(fill) << fill.error().text;
        report.fill = *fill;
        (void)portfolio.apply(report, chain.slot_time());
        portfolio.finalize(intent.intent_id);
    }
    // Somebody buys `token` with two tokens of `other`: leg 2 will yield more than was quoted.
    void move_in_our_favour() {
        const Pubkey rival = test::cycle_key(60);
        sim::create_wallet(chain, rival, Lamports{kOneSol});
        const TokenAmount spent{2 * kOneToken};
        const Pubkey from = sim::create_token_account(chain, rival, other, spent);
        const Pubkey to = sim::create_token_account(chain, rival, token, TokenAmount{});
        const dex::Pool& pool = book.pool(*book.find(link));
        const auto trade = dex::swap_exact_in(pool, *dex::direction_spending(pool, other), spent,
                                              TokenAmount{}, {rival, from, to});
        ASSERT_TRUE(chain.execute_unsigned(rival, {trade}));
    }
    // A cycle of three legs that leaves something of `other`, whose account it does not close.
    void leave_a_residue() {
        auto intent = decided(1);
        ASSERT_TRUE(intent);
        ASSERT_EQ(intent->leg_count, 3);
        ASSERT_EQ(execute::mint_behind(*intent, 1, book), other);
        intent->intent_id = IntentId{1};
        move_in_our_favour();
        const solana::AddressLookupTable tables[] = {table_of(*intent)};
        const auto wire = wire_of(*intent, tables, {true, false});
        ASSERT_TRUE(wire) << wire.error().text;
        const sim::Receipt& receipt = execute(*wire);
        ASSERT_FALSE(receipt.is_failed()) << receipt.error_json << receipt.logs.back();
        book_receipt(*intent, receipt);
        read_book({buy, link, sell});
    }
    [[nodiscard]] strategy::Intents proposed() {
        strategy::Housekeeping housekeeping{execution};
        strategy::View now = view();
        now.costs.sweep_fee = execute::sweep_fee(execution.priority_price);
        strategy::Intents intents;
        housekeeping.decide(portfolio.residues(), now, intents);
        left = housekeeping.left();
        return intents;
    }
    [[nodiscard]] Result<Bytes> signed_sweep(const OrderIntent& intent) {
        Bytes message, wire;
        if (auto built =
                execute::build_sweep(message, intent, signer.own_accounts(),
                                     {execution.priority_price, chain.latest_blockhash(1)});
            !built) {
            return Err{built.error()};
        }
        signer::SigningPolicy policy;
        policy.kind = OrderKind::Sweep;
        policy.mint_in = intent.mint_in;
        policy.mint_out = intent.mint_out;
        policy.amount_in_max = intent.amount_in;
        policy.lamports_max = intent.spend_max;
        const auto signature = signer.sign(wire, message, policy, {});
        return signature ? Result<Bytes>{wire} : fail(signature.error().text());
    }
    [[nodiscard]] std::optional<Denial> denial_of(const OrderIntent& intent) {
        risk::RiskGate gate{config::RiskSettings{}};
        Exposure exposure = portfolio.exposure(intent, chain.slot_time());
        exposure.state = TradingState::Active;
        const auto checked = gate.check(intent, exposure, MonoTime{});
        return checked ? std::nullopt : std::optional{checked.error()};
    }
    [[nodiscard]] std::uint64_t supply_of(const Pubkey& mint) const {
        return solana::decode_mint(chain.account(mint)->data)->supply.raw();
    }
    // The wallet's lamports and what it has of every mint that the books know.
    [[nodiscard]] std::vector<portfolio::BalanceMismatch> mismatches() {
        portfolio::ChainBalances balances{Lamports{lamports()}, {}};
        for (const Pubkey& mint : {token, other}) {
            if (const sim::Account* held = chain.account(account_of(mint))) {
                balances.tokens[mint] = *solana::token_account_amount(held->data);
            }
        }
        return portfolio.ledger().reconcile(balances);
    }

    Pubkey buy, link, sell;
    portfolio::Portfolio portfolio;
    strategy::SweepsLeft left;
};

TEST_F(SweepOnChain, BurnsWhatACycleLeftAndBringsItsRentBack) {
    ASSERT_NO_FATAL_FAILURE(leave_a_residue());
    const auto residues = portfolio.residues();
    ASSERT_EQ(residues.size(), 1U);
    const TokenAmount dust = residues[0].amount;
    EXPECT_EQ(residues[0].mint, other);
    EXPECT_EQ(residues[0].rent, rent);
    ASSERT_GT(dust, TokenAmount{});
    EXPECT_EQ(*solana::token_account_amount(chain.account(account_of(other))->data), dust);
    EXPECT_TRUE(mismatches().empty());

    auto intents = proposed();
    ASSERT_EQ(intents.size(), 1U) << left.worth_a_sale << left.unpriced;
    intents[0].intent_id = IntentId{2};
    const auto denied = denial_of(intents[0]);
    ASSERT_FALSE(denied) << denied->detail;
    const auto wire = signed_sweep(intents[0]);
    ASSERT_TRUE(wire) << wire.error().text;
    const std::uint64_t supply = supply_of(other);
    const std::uint64_t before = lamports();
    const sim::Receipt& receipt = execute(*wire);
    ASSERT_FALSE(receipt.is_failed()) << receipt.error_json << receipt.logs.back();
    EXPECT_LE(receipt.compute_units_consumed, execute::kSweepUnits.raw());
    EXPECT_EQ(lamports(), before + rent.raw() - intents[0].spend_max.raw());
    EXPECT_EQ(supply_of(other), supply - dust.raw());
    EXPECT_EQ(chain.account(account_of(other)), nullptr);

    book_receipt(intents[0], receipt);
    EXPECT_TRUE(mismatches().empty());
    EXPECT_TRUE(portfolio.residues().empty());
    const portfolio::LedgerTotals& totals = portfolio.ledger().totals();
    EXPECT_EQ(totals.rent_paid, totals.rent_refunded);
}

// What came in between the decision and the block makes the whole fail: nothing is burnt.
TEST_F(SweepOnChain, BurnsNothingWhenMoreHasComeIn) {
    ASSERT_NO_FATAL_FAILURE(leave_a_residue());
    auto intents = proposed();
    ASSERT_EQ(intents.size(), 1U);
    intents[0].intent_id = IntentId{2};
    const auto wire = signed_sweep(intents[0]);
    ASSERT_TRUE(wire) << wire.error().text;
    const Pubkey giver = test::cycle_key(61);
    sim::create_wallet(chain, giver, Lamports{kOneSol});
    const Pubkey from = sim::create_token_account(chain, giver, other, TokenAmount{1});
    ASSERT_TRUE(chain.execute_unsigned(
        giver, {solana::token_transfer({from, account_of(other), giver, TokenAmount{1}})}));
    const std::uint64_t supply = supply_of(other);
    const sim::Receipt& receipt = execute(*wire);
    EXPECT_TRUE(receipt.is_failed());
    EXPECT_EQ(supply_of(other), supply);
    EXPECT_EQ(solana::token_account_amount(chain.account(account_of(other))->data)->raw(),
              intents[0].amount_in.raw() + 1);
    book_receipt(intents[0], receipt);
    EXPECT_EQ(portfolio.counters().results.back(), -std::int64_t{5'400});  // Its fee, no more.
}

TEST_F(SweepOnChain, LeavesATokenAloneThatAPositionHolds) {
    sim::create_token_account(chain, wallet(), other, TokenAmount{kOneToken});
    OrderIntent entry;
    entry.intent_id = IntentId{1};
    entry.kind = OrderKind::Entry;
    entry.strategy = StrategyId::Sniper;
    entry.mint_in = solana::kWrappedSolMint;
    entry.mint_out = other;
    portfolio.order_submitted(entry);
    ExecutionReport bought;
    bought.intent_id = entry.intent_id;
    bought.kind = entry.kind;
    bought.strategy = entry.strategy;
    bought.mint = other;
    bought.outcome = Outcome::Landed;
    bought.fill.tokens = {{other, TokenDelta{static_cast<std::int64_t>(kOneToken)}}};
    bought.fill.accounts = {{other, solana::kTokenProgram, true, rent}};
    (void)portfolio.apply(bought, chain.slot_time());
    portfolio.finalize(entry.intent_id);
    ASSERT_EQ(portfolio.positions().size(), 1U);
    EXPECT_TRUE(proposed().empty());

    // And the gate would not let it through.
    OrderIntent sweep;
    sweep.intent_id = IntentId{2};
    sweep.kind = OrderKind::Sweep;
    sweep.mint_in = other;
    sweep.mint_out = solana::kWrappedSolMint;
    sweep.token_program = solana::kTokenProgram;
    sweep.amount_in = TokenAmount{kOneToken};
    sweep.receive_min = TokenAmount{rent.raw()};
    const auto denied = denial_of(sweep);
    ASSERT_TRUE(denied);
    EXPECT_EQ(denied->reason, DenialReason::MintAlreadyHeld);
    EXPECT_TRUE(mismatches().empty());
}

// ---- The whole daemon ----

// Side of the pool that is not SOL, of the first Raydium AMM v4 pools against SOL.
[[nodiscard]] std::vector<Pubkey> priced_mints(const sim::Chain& chain) {
    std::vector<Pubkey> mints;
    for (const Pubkey& key : chain.accounts_owned_by(solana::kRaydiumAmmV4Program)) {
        const Bytes& data = chain.account(key)->data;
        if (data.size() != 752) {
            continue;
        }
        const Pubkey coin = Pubkey::from(BytesView{data}.subspan(400, 32));
        const Pubkey pc = Pubkey::from(BytesView{data}.subspan(432, 32));
        if (pc == solana::kWrappedSolMint && coin != solana::kUsdcMint) {
            mints.push_back(coin);
        } else if (coin == solana::kWrappedSolMint && pc != solana::kUsdcMint) {
            mints.push_back(pc);
        }
    }
    return mints;
}

// What was there before it is not its own to burn, dust or not.
TEST(SweepOfADaemon, ClosesWhatIsEmptyAndLeavesWhatItDidNotBuy) {
    test::RunOptions options;
    options.seed = 7;
    options.duration = std::chrono::seconds{20};
    options.settings.execution.sweep_interval = std::chrono::seconds{5};
    // Nobody else may trade the mints.
    options.settings.sniper.is_enabled = options.settings.momentum.is_enabled = false;
    options.settings.arbitrage.is_enabled = false;
    Pubkey dust, worth, empty, frozen;
    options.on_start = [&](sim::Chain& chain, const Pubkey& wallet) {
        const auto mints = priced_mints(chain);
        ASSERT_GE(mints.size(), 2U);
        dust = sim::create_token_account(chain, wallet, mints[0], TokenAmount{1});
        worth = sim::create_token_account(chain, wallet, mints[1], TokenAmount{kOneToken * 1'000});
        for (const Pubkey& mint : {test::cycle_key(70), test::cycle_key(71)}) {
            sim::create_mint(chain, mint, {.decimals = 6});
        }
        empty = sim::create_token_account(chain, wallet, test::cycle_key(70), TokenAmount{});
        frozen = sim::create_token_account(chain, wallet, test::cycle_key(71), TokenAmount{1});
        sim::Account account = *chain.account(frozen);
        account.data[108] = 2;
        chain.put_account(frozen, account);
    };
    options.on_end = [&](const sim::Chain& chain, const Pubkey&) {
        EXPECT_NE(chain.account(dust), nullptr);
        EXPECT_EQ(chain.account(empty), nullptr);
        EXPECT_NE(chain.account(worth), nullptr);
        EXPECT_NE(chain.account(frozen), nullptr);
    };
    const app::DaemonResult result = test::run(options);
    test::expect_true_books(result);
    const engine::RunReport& report = result.report;
    EXPECT_EQ(report.fills[static_cast<std::size_t>(StrategyId::Housekeeping)], 1U);
    EXPECT_EQ(report.orders.landed, 1U);
    EXPECT_EQ(report.orders.rejected + report.orders.reverted, 0U);
    EXPECT_EQ(report.sweeps_left.worth_a_sale + report.sweeps_left.unclosable, 0U);
    EXPECT_EQ(report.sweeps_left.waiting, 0U);
    // A rent came back for a fee.
    EXPECT_EQ(report.costs.rent_paid, Lamports{});
    EXPECT_GT(report.pnl_realized, LamportsDelta{2'000'000});
    EXPECT_EQ(report.results, 1U);
}

TEST(SweepOfADaemon, TouchesNothingWhenItIsTurnedOff) {
    test::RunOptions options;
    options.seed = 7;
    options.duration = std::chrono::seconds{20};
    options.settings.execution.sweep_interval = Duration{0};
    Pubkey empty;
    options.on_start = [&](sim::Chain& chain, const Pubkey& wallet) {
        sim::create_mint(chain, test::cycle_key(70), {.decimals = 6});
        empty = sim::create_token_account(chain, wallet, test::cycle_key(70), TokenAmount{});
    };
    options.on_end = [&](const sim::Chain& chain, const Pubkey&) {
        EXPECT_NE(chain.account(empty), nullptr);
    };
    const app::DaemonResult result = test::run(options);
    test::expect_true_books(result);
    EXPECT_EQ(result.report.fills[static_cast<std::size_t>(StrategyId::Housekeeping)], 0U);
}

}  // namespace
}  // namespace sniperforge
