// SPDX-License-Identifier: MIT
// The swaps of an order: no more in, no less out, and to nobody else.
#include "unit/signer/policy_hostile.hpp"

namespace sniperforge::signer {
namespace {

using namespace test;

TEST_F(PolicyTest, RefusesRoutesThatTakeMoreOrPayElsewhere) {
    const auto with = [this](const std::function<void(Route&)>& change) {
        return [this, change](Instructions& i) {
            Route route = entry_route();
            change(route);
            i[6] = route.instruction();
        };
    };
    const Hostile cases[] = {
        {"a foreign destination", with([](Route& r) { r.destination = key_of(5); }), "pays out to"},
        {"our account of another mint", with([&](Route& r) { r.destination = own(kSol); }),
         "pays out to"},
        {"a redirection to a stranger", with([](Route& r) { r.redirect = key_of(5); }),
         "redirects what it pays"},
        {"a redirection to our own account", with([&](Route& r) {
             r.destination = key_of(5);
             r.redirect = own(kToken);
         }),
         "redirects what it pays"},
        {"a foreign source", with([](Route& r) { r.source = key_of(5); }), "spends from"},
        {"our account of another mint as the source",
         with([&](Route& r) { r.source = own(kToken); }), "spends from"},
        {"a platform fee", with([](Route& r) { r.platform_fee_bps = 1; }), "a platform fee"},
        {"a platform fee account without a fee", with([](Route& r) { r.fee_account = key_of(5); }),
         "a platform fee"},
        {"too much in", with([](Route& r) { r.amount_in = kAmount + 1; }), "may spend"},
        {"too little out", with([](Route& r) { r.quoted_out = 1; }), "guarantees 0 < 9500"},
        {"a slippage of everything", with([](Route& r) { r.slippage_bps = 10'000; }),
         "guarantees 0 < 9500"},
        {"a slippage above everything", with([](Route& r) { r.slippage_bps = 10'001; }),
         "a slippage of 10001 bps"},
        {"a step whose layout is not known", with([](Route& r) { r.steps[0] = 8; }),
         "uses venue variant 8"},
        {"a step that hides another", with([](Route& r) {
             r.steps = {17, 1, 100, 0};  // Its output is the first byte of the amounts, 1.
             r.amount_in -= 256;
             r.amount_in += 1 - (r.amount_in & 0xff);
             r.venues = {solana::kOrcaWhirlpoolProgram};
         }),
         "does not end where its steps say"},
        {"a step with a field, read as its share", with([](Route& r) {
             r.steps[0] = 17;
             r.venues = {solana::kOrcaWhirlpoolProgram};
         }),
         "not what an earlier one has put out"},
        {"no step at all", with([](Route& r) {
             r.steps.clear();
             r.step_count = 0;
         }),
         "a Jupiter route of 0 steps"},
        {"more steps than there are", with([](Route& r) { r.step_count = 2; }), "Jupiter route"},
        {"a count that no route has", with([](Route& r) { r.step_count = 0xffff'ffff; }), "steps"},
        {"bytes behind the route",
         with([](Route& r) { r.steps.insert(r.steps.end(), {0, 0, 0, 0}); }),
         "does not end where its steps say"},
        {"another entry point (shared accounts)",
         with([](Route& r) { r.discriminator = 0x819cd641339b20c1; }),
         "a Jupiter instruction other than route"},
        {"an exact-out route", with([](Route& r) { r.discriminator = 0x5ced2b7b97ef33d0; }),
         "a Jupiter instruction other than route"},
        {"too few accounts", [](Instructions& i) { i[6].accounts.resize(8); },
         "a Jupiter instruction other than route"},
        {"no data", [](Instructions& i) { i[6].data.clear(); },
         "a Jupiter instruction other than route"},
        {"a second swap", [&](Instructions& i) { i.push_back(entry_route().instruction()); },
         "a second swap in an order for one"},
        {"no swap", [](Instructions& i) { i.erase(i.begin() + 6); }, "0 swaps, expected 1"},
    };
    SF_EXPECT_ALL_REFUSED(cases, entry(), entry_policy());
}

TEST_F(PolicyTest, RefusesPoolSwapsThatTakeMoreOrPayElsewhere) {
    for (const bool is_cpmm : {true, false}) {
        PoolSwap honest{wallet(), own(kSol), own(kToken), kAmount, kTokensMin, false};
        const auto with = [&](const std::function<void(PoolSwap&)>& change) {
            return [=](Instructions& i) {
                PoolSwap swap = honest;
                change(swap);
                i[6] = is_cpmm ? swap.cpmm() : swap.amm_v4();
            };
        };
        const std::size_t authority = is_cpmm ? 0 : 7;
        const Hostile cases[] = {
            {"a foreign destination", with([](PoolSwap& s) { s.destination = key_of(5); }),
             "pays out to"},
            {"a foreign source", with([](PoolSwap& s) { s.source = key_of(5); }), "spends from"},
            {"too much in", with([](PoolSwap& s) { s.first = kAmount + 1; }), "may spend"},
            {"too little out", with([](PoolSwap& s) { s.second = kTokensMin - 1; }),
             "guarantees 9499"},
            {"too much in, exact out", with([](PoolSwap& s) {
                 s.is_exact_out = true;
                 s.first = kAmount + 1;
             }),
             "may spend"},
            {"too little out, exact out", with([](PoolSwap& s) {
                 s.is_exact_out = true;
                 s.second = kTokensMin - 1;
             }),
             "guarantees 9499"},
            {"a stranger's authority",
             [=](Instructions& i) { i[6].accounts[authority] = solana::readonly(kStranger); },
             "swaps with the authority of"},
            {"bytes behind it", [](Instructions& i) { i[6].data.push_back(0); }, "not a swap in"},
            {"cut short", [](Instructions& i) { i[6].data.pop_back(); }, "not a swap in"},
            {"no data", [](Instructions& i) { i[6].data.clear(); }, "not a swap in"},
            {"another instruction", [](Instructions& i) { i[6].data[0] ^= 0x40; }, "not a swap in"},
            {"too few accounts", [](Instructions& i) { i[6].accounts.resize(7); }, "not a swap in"},
        };
        Instructions instructions = entry();
        instructions[6] = is_cpmm ? honest.cpmm() : honest.amm_v4();
        SF_EXPECT_ALL_REFUSED(cases, instructions, entry_policy());
    }
}

// The old form has other accounts at the same positions.
TEST_F(PolicyTest, RefusesTheLongFormOfAnAmmV4Swap) {
    Instructions instructions = cycle();
    instructions[6].accounts.insert(instructions[6].accounts.begin() + 3, 9,
                                    solana::writable(key_of(5)));
    EXPECT_NE(
        refusal(instructions, cycle_policy()).find("not a swap in the form we know: 17 accounts"),
        std::string::npos);
}

TEST_F(PolicyTest, RefusesCyclesThatAreNotOurTwoLegs) {
    const auto leg = [this](std::size_t at, const std::function<void(PoolSwap&)>& change) {
        return [this, at, change](Instructions& i) {
            PoolSwap swap = at == 6 ? leg_1() : leg_2();
            change(swap);
            i[at] = at == 6 ? swap.amm_v4() : swap.cpmm();
        };
    };
    const Hostile cases[] = {
        {"the legs swapped", [](Instructions& i) { std::swap(i[6], i[7]); }, "spends from"},
        {"the same leg twice", [](Instructions& i) { i[7] = i[6]; }, "spends from"},
        {"a third leg", [&](Instructions& i) { i.push_back(leg_1().cpmm()); },
         "swap 3 in a cycle of 2 legs"},
        {"only the first leg", [](Instructions& i) { i.erase(i.begin() + 7); },
         "1 swaps, expected 2"},
        {"leg 1 takes more", leg(6, [](PoolSwap& s) { s.first += 1; }), "may spend"},
        {"leg 1 gives less than leg 2 spends", leg(6, [](PoolSwap& s) { s.second -= 1; }),
         "guarantees 9999 < 10000"},
        {"leg 1 pays elsewhere", leg(6, [](PoolSwap& s) { s.destination = key_of(5); }),
         "pays out to"},
        {"leg 2 spends what we held before", leg(7, [](PoolSwap& s) { s.first += 1; }),
         "may spend 10001 > 10000"},
        {"leg 2 may lose", leg(7, [](PoolSwap& s) { s.second -= 1; }), "guarantees"},
        {"leg 2 pays elsewhere", leg(7, [](PoolSwap& s) { s.destination = key_of(5); }),
         "pays out to"},
        {"leg 2 pays tokens", leg(7, [&](PoolSwap& s) { s.destination = own(kToken); }),
         "pays out to"},
    };
    SF_EXPECT_ALL_REFUSED(cases, cycle(), cycle_policy());
}

// Leg 3 instead of leg 2 at the end, and between them one from the token to another.
TEST_F(PolicyTest, HoldsCyclesOfThreeLegsToWhatEachHandsToTheNext) {
    const Pubkey other = key_of(98);
    SigningPolicy policy = cycle_policy();
    policy.leg_count = 3;
    policy.between[1] = {other, TokenAmount{700}};
    policy.lamports_max += kRent;
    const auto middle = [&] {
        return PoolSwap{wallet(), own(kToken), own(other), 10'000, 700, false};
    };
    const auto last = [&] {
        return PoolSwap{wallet(), own(other), own(kSol), 700, kAmount + 50'000, false};
    };
    Instructions instructions = cycle();
    instructions.insert(instructions.begin() + 6, create(other));
    instructions[8] = middle().cpmm();
    instructions.insert(instructions.begin() + 9, last().cpmm());
    EXPECT_EQ(refusal(instructions, policy), "");

    const auto with = [](std::size_t at, PoolSwap swap, auto change) {
        change(swap);
        return [at, swap](Instructions& i) { i[at] = swap.cpmm(); };
    };
    const Hostile cases[] = {
        {"a fourth leg", [&](Instructions& i) { i.push_back(last().cpmm()); },
         "swap 4 in a cycle of 3 legs"},
        {"no third leg", [](Instructions& i) { i.erase(i.begin() + 9); }, "2 swaps, expected 3"},
        {"leg 2 spends more", with(8, middle(), [](PoolSwap& s) { s.first += 1; }),
         "may spend 10001 > 10000"},
        {"leg 2 yields less", with(8, middle(), [](PoolSwap& s) { s.second -= 1; }),
         "guarantees 699 < 700"},
        {"leg 2 pays elsewhere", with(8, middle(), [](PoolSwap& s) { s.destination = key_of(5); }),
         "pays out to"},
        {"leg 3 spends more", with(9, last(), [](PoolSwap& s) { s.first += 1; }),
         "may spend 701 > 700"},
        {"leg 3 may lose", with(9, last(), [](PoolSwap& s) { s.second -= 1; }), "guarantees"},
        {"legs 2 and 3 swapped", [](Instructions& i) { std::swap(i[8], i[9]); }, "spends from"},
        {"an account of a fourth mint", [&](Instructions& i) { i[6] = create(key_of(97)); },
         "which the order does not name"},
    };
    SF_EXPECT_ALL_REFUSED(cases, instructions, policy);
    // A cycle of two may not create the account of a third leg's token.
    policy.leg_count = 2;
    Instructions two = cycle();
    EXPECT_EQ(refusal(two, policy), "");
    two.insert(two.begin() + 6, create(other));
    EXPECT_NE(refusal(two, policy).find("which the order is not about"), std::string::npos);
}

TEST_F(PolicyTest, RefusesExitsThatSellMoreOrForLess) {
    const auto with = [this](const std::function<void(Route&)>& change) {
        return [this, change](Instructions& i) {
            Route route = exit_route();
            change(route);
            i[3] = route.instruction();
        };
    };
    const Hostile cases[] = {
        {"more than the position", with([](Route& r) { r.amount_in += 1; }), "may spend"},
        {"for less", with([](Route& r) { r.quoted_out -= 1; }), "guarantees 89999999"},
        {"to a stranger", with([](Route& r) { r.destination = key_of(5); }), "pays out to"},
        {"and unwrapped for a stranger",
         [&](Instructions& i) {
             i[4] = solana::token_close_account({own(kSol), kStranger, wallet()});
         },
         "closes a token account to"},
        {"of another token", with([&](Route& r) { r.source = own(key_of(8)); }),
         "which the order is not about"},
    };
    SF_EXPECT_ALL_REFUSED(cases, exit(), exit_policy());
}

}  // namespace
}  // namespace sniperforge::signer
