// SPDX-License-Identifier: MIT
#include "sniperforge/portfolio/ledger.hpp"

#include <gtest/gtest.h>

#include "sniperforge/core/rng.hpp"
#include "support/keys.hpp"

namespace sniperforge::portfolio {
namespace {

using sniperforge::test::key_of;

const Pubkey kTokenA = key_of(1);
const Pubkey kTokenB = key_of(2);

[[nodiscard]] Ledger ledger_with(std::uint64_t wallet, std::map<Pubkey, TokenAmount> tokens = {}) {
    Ledger ledger;
    ledger.start({Lamports{wallet}, std::move(tokens)});
    return ledger;
}

// The stated identity: wallet_now = wallet_start + principal − fees − tip − rent paid + refunded −
// rent of others + unexplained + outside.
[[nodiscard]] std::int64_t wallet_by_totals(std::uint64_t start, const LedgerTotals& totals) {
    return static_cast<std::int64_t>(start) + totals.principal.raw() -
           static_cast<std::int64_t>(totals.base_fee.raw() + totals.priority_fee.raw() +
                                     totals.tip.raw() + totals.rent_paid.raw() +
                                     totals.rent_of_others.raw()) +
           static_cast<std::int64_t>(totals.rent_refunded.raw()) + totals.unexplained.raw() +
           totals.outside.raw();
}

TEST(Ledger, StartsFromTheChainAndDiffersFromItInNothing) {
    const ChainBalances chain{Lamports{100}, {{kTokenA, TokenAmount{7}}}};
    Ledger ledger;
    ledger.start(chain);
    EXPECT_EQ(ledger.wallet(), Lamports{100});
    EXPECT_EQ(ledger.token(kTokenA), TokenAmount{7});
    EXPECT_EQ(ledger.token(kTokenB), TokenAmount{});
    EXPECT_TRUE(ledger.reconcile(chain).empty());
}

TEST(Ledger, TakesAPurchaseApartIntoPrincipalFeesAndRent) {
    Ledger ledger = ledger_with(1'000'000'000);
    Fill fill;
    fill.wallet = LamportsDelta{-102'044'280};
    fill.base_fee = Lamports{5'000};
    fill.priority_fee = Lamports{4'000};
    fill.tip = Lamports{1'000};
    fill.rent_paid = Lamports{2'039'280};
    fill.rent_refunded = Lamports{5'000};
    fill.tokens = {{kTokenA, TokenDelta{500}}};
    ledger.apply(IntentId{1}, fill);
    EXPECT_EQ(ledger.wallet(), Lamports{1'000'000'000 - 102'044'280});
    EXPECT_EQ(ledger.token(kTokenA), TokenAmount{500});
    // −102,044,280 + 10,000 of fees and tip + 2,039,280 − 5,000.
    EXPECT_EQ(ledger.totals().principal, LamportsDelta{-100'000'000});
    EXPECT_EQ(ledger.totals().rent_paid, Lamports{2'039'280});
}

// What goes to the cold address is neither won nor lost: only what moving it cost is a cost.
TEST(Ledger, CountsAWithdrawalAsOutsideAndItsFeesAsFees) {
    Ledger ledger = ledger_with(1'000'000'000, {{kTokenA, TokenAmount{7}}});
    Fill fill;
    fill.wallet = LamportsDelta{-7'000 - 2'039'280 + 2'039'280};
    fill.base_fee = Lamports{5'000};
    fill.priority_fee = Lamports{2'000};
    fill.rent_refunded = Lamports{2'039'280};
    fill.tokens = {{kTokenA, TokenDelta{-7}}};
    ledger.withdraw(fill);
    EXPECT_EQ(ledger.wallet(), Lamports{1'000'000'000 - 7'000});
    EXPECT_EQ(ledger.token(kTokenA), TokenAmount{});
    EXPECT_EQ(ledger.totals().principal, LamportsDelta{});
    // The rent of the cold address' account.
    EXPECT_EQ(ledger.totals().outside, LamportsDelta{-2'039'280});
    EXPECT_EQ(ledger.totals().base_fee, Lamports{5'000});
    EXPECT_EQ(ledger.totals().rent_refunded, Lamports{2'039'280});
    EXPECT_TRUE(ledger.reconcile({Lamports{999'993'000}, {}}).empty());
    EXPECT_EQ(ledger.fills_confirmed(), 0U);
}

TEST(Ledger, KeepsItsIdentityOverAnySequenceOfFills) {
    Rng rng{11};
    constexpr std::uint64_t kStart = 1'000'000'000'000;
    Ledger ledger = ledger_with(kStart);
    for (int i = 0; i < 1'000; ++i) {
        Fill fill;
        fill.wallet =
            LamportsDelta{static_cast<std::int64_t>(rng.below(400'000'000)) - 200'000'000};
        fill.base_fee = Lamports{rng.below(10'000)};
        fill.priority_fee = Lamports{rng.below(100'000)};
        fill.tip = Lamports{rng.below(100'000)};
        fill.rent_paid = Lamports{rng.below(4'000'000)};
        fill.rent_refunded = Lamports{rng.below(4'000'000)};
        fill.rent_of_others = Lamports{rng.below(2) * 890'880};
        fill.unexplained = LamportsDelta{static_cast<std::int64_t>(rng.below(9)) - 4};
        ledger.apply(IntentId{static_cast<std::uint64_t>(i) + 1}, fill);
        ASSERT_EQ(static_cast<std::int64_t>(ledger.wallet().raw()),
                  wallet_by_totals(kStart, ledger.totals()));
    }
}

TEST(Ledger, AddsUpSeveralChangesOfOneMintInOneFill) {
    Ledger ledger = ledger_with(0, {{kTokenA, TokenAmount{10}}});
    Fill fill;
    fill.tokens = {{kTokenA, TokenDelta{5}}, {kTokenA, TokenDelta{-12}}};
    ledger.apply(IntentId{1}, fill);
    EXPECT_EQ(ledger.token(kTokenA), TokenAmount{3});
}

TEST(Ledger, FindsEveryKindOfMismatchWithBothFigures) {
    const Ledger ledger = ledger_with(100, {{kTokenA, TokenAmount{7}}, {kTokenB, TokenAmount{9}}});
    struct Case {
        const char* what;
        ChainBalances chain;
        BalanceMismatch expected;
    };
    const std::map<Pubkey, TokenAmount> ours{{kTokenA, TokenAmount{7}}, {kTokenB, TokenAmount{9}}};
    auto missing = ours;
    missing.erase(kTokenB);
    auto more = ours;
    more[kTokenA] = TokenAmount{8};
    auto stranger = ours;
    stranger[key_of(3)] = TokenAmount{4};
    const Case cases[] = {
        {"wallet too high", {Lamports{101}, ours}, {"wallet", 100, 101}},
        {"wallet too low", {Lamports{99}, ours}, {"wallet", 100, 99}},
        {"token gone", {Lamports{100}, missing}, {kTokenB.to_string(), 9, 0}},
        {"token differs", {Lamports{100}, more}, {kTokenA.to_string(), 7, 8}},
        {"token we know nothing of", {Lamports{100}, stranger}, {key_of(3).to_string(), 0, 4}},
    };
    for (const Case& c : cases) {
        const auto found = ledger.reconcile(c.chain);
        ASSERT_EQ(found.size(), 1U) << c.what;
        EXPECT_EQ(found[0].account, c.expected.account) << c.what;
        EXPECT_EQ(found[0].expected, c.expected.expected) << c.what;
        EXPECT_EQ(found[0].on_chain, c.expected.on_chain) << c.what;
    }
    EXPECT_EQ(ledger.reconcile({Lamports{0}, {}}).size(), 3U);
}

TEST(Ledger, TakesAnEmptyAccountForTheSameAsNone) {
    Ledger ledger = ledger_with(100, {{kTokenA, TokenAmount{}}});
    EXPECT_TRUE(ledger.reconcile({Lamports{100}, {}}).empty());
    ledger = ledger_with(100);
    EXPECT_TRUE(ledger.reconcile({Lamports{100}, {{kTokenA, TokenAmount{}}}}).empty());
}

// More left than we thought to have: the difference must stay visible, not wrap or abort.
TEST(Ledger, StopsAtZeroAndLetsReconcileShowTheDifference) {
    Ledger ledger = ledger_with(10, {{kTokenA, TokenAmount{3}}});
    Fill fill;
    fill.wallet = LamportsDelta{-11};
    fill.tokens = {{kTokenA, TokenDelta{-4}}};
    ledger.apply(IntentId{1}, fill);
    EXPECT_EQ(ledger.wallet(), Lamports{});
    EXPECT_EQ(ledger.token(kTokenA), TokenAmount{});
    EXPECT_EQ(ledger.reconcile({Lamports{1}, {}}).size(), 1U);
}

// ---- Finality ----

[[nodiscard]] Fill purchase() {
    Fill fill;
    fill.wallet = LamportsDelta{-102'044'280};
    fill.base_fee = Lamports{5'000};
    fill.priority_fee = Lamports{4'000};
    fill.tip = Lamports{1'000};
    fill.rent_paid = Lamports{2'039'280};
    fill.rent_refunded = Lamports{5'000};
    fill.tokens = {{kTokenA, TokenDelta{500}}, {kTokenB, TokenDelta{-3}}};
    return fill;
}

TEST(Ledger, TakesAReversedFillBackToTheLamportAndItsPartsToo) {
    Ledger ledger = ledger_with(1'000'000'000, {{kTokenB, TokenAmount{9}}});
    Fill other;
    other.wallet = LamportsDelta{-5'000};
    other.base_fee = Lamports{5'000};
    ledger.apply(IntentId{1}, other);
    ledger.apply(IntentId{2}, purchase());
    EXPECT_EQ(ledger.fills_confirmed(), 2U);
    EXPECT_TRUE(ledger.reverse(IntentId{2}));
    EXPECT_EQ(ledger.fills_confirmed(), 1U);
    EXPECT_TRUE(ledger.reconcile({Lamports{999'995'000}, {{kTokenB, TokenAmount{9}}}}).empty());
    EXPECT_EQ(ledger.totals().base_fee, Lamports{5'000});
    EXPECT_EQ(ledger.totals().priority_fee, Lamports{});
    EXPECT_EQ(ledger.totals().tip, Lamports{});
    EXPECT_EQ(ledger.totals().rent_paid, Lamports{});
    EXPECT_EQ(ledger.totals().rent_refunded, Lamports{});
    EXPECT_EQ(ledger.totals().principal, LamportsDelta{});
    EXPECT_FALSE(ledger.reverse(IntentId{2}));  // Once.
    ledger.apply(IntentId{2}, purchase());      // It landed elsewhere after all.
    EXPECT_EQ(ledger.token(kTokenA), TokenAmount{500});
}

// They are inside the principal: the identity of the wallet does not know them.
TEST(Ledger, AddsUpThePoolsFeesAsAMemoAndCountsTheFillsThatDoNotTell) {
    Ledger ledger = ledger_with(1'000'000'000, {{kTokenB, TokenAmount{9}}});
    Fill known = purchase();
    known.venue_fees = VenueFees{Lamports{2'500}, Lamports{3}};
    ledger.apply(IntentId{1}, known);
    Fill reverted;
    reverted.wallet = LamportsDelta{-5'000};
    reverted.base_fee = Lamports{5'000};
    reverted.venue_fees = VenueFees{};
    ledger.apply(IntentId{2}, reverted);
    EXPECT_EQ(ledger.totals().venue_fees_unknown, 0U);
    ledger.apply(IntentId{3}, purchase());
    EXPECT_EQ(ledger.totals().amm_fee, Lamports{2'500});
    EXPECT_EQ(ledger.totals().transfer_fee, Lamports{3});
    EXPECT_EQ(ledger.totals().venue_fees_unknown, 1U);
    EXPECT_EQ(wallet_by_totals(1'000'000'000, ledger.totals()),
              static_cast<std::int64_t>(ledger.wallet().raw()));
    EXPECT_TRUE(ledger.reverse(IntentId{1}));
    EXPECT_TRUE(ledger.reverse(IntentId{3}));
    EXPECT_EQ(ledger.totals().amm_fee, Lamports{});
    EXPECT_EQ(ledger.totals().transfer_fee, Lamports{});
    EXPECT_EQ(ledger.totals().venue_fees_unknown, 0U);
}

// A purchase and its sale were in dropped blocks, and the purchase is reversed first.
TEST(Ledger, EndsWhereItBeganWhateverIsReversedFirst) {
    Fill sale;
    sale.wallet = LamportsDelta{99'000'000};
    sale.tokens = {{kTokenA, TokenDelta{-500}}};
    Fill bought = purchase();
    bought.tokens.pop_back();
    Ledger ledger = ledger_with(102'044'280);
    ledger.apply(IntentId{1}, bought);
    ledger.apply(IntentId{2}, sale);
    EXPECT_TRUE(ledger.reverse(IntentId{1}));
    EXPECT_EQ(ledger.token(kTokenA), TokenAmount{});
    EXPECT_TRUE(ledger.reverse(IntentId{2}));
    EXPECT_TRUE(ledger.reconcile({Lamports{102'044'280}, {}}).empty());
}

TEST(Ledger, NeverReversesWhatIsFinal) {
    Ledger ledger = ledger_with(1'000'000'000, {{kTokenB, TokenAmount{9}}});
    ledger.apply(IntentId{1}, purchase());
    ledger.finalize(IntentId{1});
    ledger.finalize(IntentId{1});
    ledger.finalize(IntentId{7});  // Nothing of ours.
    EXPECT_EQ(ledger.fills_finalized(), 1U);
    EXPECT_EQ(ledger.fills_confirmed(), 0U);
    EXPECT_FALSE(ledger.reverse(IntentId{1}));
    EXPECT_EQ(ledger.token(kTokenA), TokenAmount{500});
}

TEST(Ledger, ForgetsTheEarlierRunWhenItStartsAgain) {
    Ledger ledger = ledger_with(1'000);
    Fill fill;
    fill.wallet = LamportsDelta{-5};
    fill.base_fee = Lamports{5};
    ledger.apply(IntentId{1}, fill);
    ledger.start({Lamports{77}, {}});
    EXPECT_EQ(ledger.wallet(), Lamports{77});
    EXPECT_EQ(ledger.totals().base_fee, Lamports{});
}

}  // namespace
}  // namespace sniperforge::portfolio
