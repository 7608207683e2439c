// SPDX-License-Identifier: MIT
#include "sniperforge/signer/policy.hpp"

#include <functional>

#include "unit/signer/policy_support.hpp"

namespace sniperforge::signer {
namespace {

using namespace test;

// ---- What is signed ----

TEST_F(PolicyTest, SignsHonestOrdersOfEveryKind) {
    EXPECT_EQ(refusal(entry(), entry_policy()), "");
    EXPECT_EQ(refusal(exit(), exit_policy()), "");
    EXPECT_EQ(refusal(cycle(), cycle_policy()), "");
}

TEST_F(PolicyTest, SignsEveryFormOfAPoolSwapAsALeg) {
    for (const bool is_first_cpmm : {true, false}) {
        for (const bool is_second_exact_out : {true, false}) {
            Instructions instructions = cycle();
            PoolSwap second = leg_2();
            second.is_exact_out = is_second_exact_out;
            instructions[6] = is_first_cpmm ? leg_1().cpmm() : leg_1().amm_v4();
            instructions[7] = is_first_cpmm ? second.amm_v4() : second.cpmm();
            EXPECT_EQ(refusal(instructions, cycle_policy()), "");
        }
    }
}

TEST_F(PolicyTest, ReadsEveryRouteStepItKnows) {
    Instructions instructions = entry();
    Route route = entry_route();
    // AMM v4, Whirlpool with its field, DLMM, CPMM, DAMM v2.
    route.steps = {7, 50, 0, 1, 17, 1, 50, 0, 1, 38, 100, 1, 2, 46, 100, 2, 3, 77, 100, 3, 4};
    route.step_count = 5;
    instructions[6] = route.instruction();
    EXPECT_EQ(refusal(instructions, entry_policy()), "");
}

TEST_F(PolicyTest, AcceptsOurAccountOfTheNewTokenProgram) {
    const Pubkey account = signer.own_accounts().account(kToken, solana::kToken2022Program);
    Instructions instructions = entry();
    Route route = entry_route();
    route.destination = account;
    instructions[5] = solana::associated_token_create_idempotent(
        {wallet(), wallet(), kToken, solana::kToken2022Program});
    instructions[6] = route.instruction();
    EXPECT_EQ(refusal(instructions, entry_policy()), "");
}

// ---- Boundaries ----

TEST_F(PolicyTest, AllowsExactlyTheAmountAndNotOneUnitMore) {
    Instructions instructions = entry();
    Route route = entry_route();
    route.amount_in = kAmount + 1;
    instructions[6] = route.instruction();
    EXPECT_EQ(refusal(instructions, entry_policy()),
              "instruction 6: may spend 100000001 > 100000000 base units");
}

// 10,000 less 5 % is the floor of 9,500.
TEST_F(PolicyTest, AllowsExactlyTheFloorAndNotOneUnitLess) {
    Instructions instructions = entry();
    Route route = entry_route();
    route.quoted_out = 9'999;  // 9,499.05: the chain would let 9,499 pass.
    instructions[6] = route.instruction();
    EXPECT_EQ(refusal(instructions, entry_policy()),
              "instruction 6: guarantees 9499 < 9500 base units");
    route.quoted_out = 10'000;
    route.slippage_bps = 501;
    instructions[6] = route.instruction();
    EXPECT_EQ(refusal(instructions, entry_policy()),
              "instruction 6: guarantees 9499 < 9500 base units");
}

TEST_F(PolicyTest, AllowsExactlyTheLamportsOfTheOrderAndNotOneLess) {
    SigningPolicy policy = entry_policy();
    policy.lamports_max = policy.lamports_max - Lamports{1};
    EXPECT_EQ(refusal(entry(), policy),
              "104087560 lamports may leave the wallet (wrap 100000000, swap 0, priority fee 4000, "
              "base fee "
              "5000, 2 accounts), the order allows 104087559");
}

TEST_F(PolicyTest, CountsEveryWrapAndEveryCreatedAccount) {
    Instructions twice = entry();
    twice.push_back(solana::system_transfer({wallet(), own(kSol), Lamports{1}}));
    EXPECT_NE(refusal(twice, entry_policy()).find("wrap 100000001"), std::string::npos);
    Instructions accounts = entry();
    accounts.push_back(create(kToken));
    EXPECT_NE(refusal(accounts, entry_policy()).find("3 accounts"), std::string::npos);
}

TEST_F(PolicyTest, DoesNotWrapAroundWhenTheSumOverflows) {
    Instructions instructions = entry();
    instructions[3] = solana::system_transfer({wallet(), own(kSol), Lamports::max()});
    instructions.push_back(solana::system_transfer({wallet(), own(kSol), Lamports::max()}));
    EXPECT_NE(refusal(instructions, entry_policy()).find("the order allows"), std::string::npos);
}

TEST_F(PolicyTest, TakesTheHighestComputeLimitWhenNoneIsSet) {
    Instructions instructions = entry();
    instructions.erase(instructions.begin());
    // 1,400,000 units at 20,000 micro-lamports.
    EXPECT_NE(refusal(instructions, entry_policy()).find("priority fee 28000"), std::string::npos);
}

// ---- What is refused ----

struct Hostile {
    const char* what;
    std::function<void(Instructions&)> change;
    const char* reason;
};

#define SF_EXPECT_ALL_REFUSED(cases, honest, policy)                                          \
    for (const Hostile& hostile : cases) {                                                    \
        Instructions changed = honest;                                                        \
        ASSERT_EQ(refusal(changed, policy), "");                                              \
        hostile.change(changed);                                                              \
        const std::string refused = refusal(changed, policy);                                 \
        EXPECT_NE(refused.find(hostile.reason), std::string::npos)                            \
            << hostile.what << ": " << (refused.empty() ? "would have been signed" : refused) \
            << ", expected " << hostile.reason;                                               \
    }

TEST_F(PolicyTest, RefusesToPayOrSignForOthers) {
    const auto payer = solana::compile_message(kStranger, entry(), kBlockhash);
    ASSERT_TRUE(payer);
    EXPECT_NE(refusal(*payer, entry_policy()).find("the fee payer is " + kStranger.to_string()),
              std::string::npos);
    const Hostile cases[] = {
        {"a second signer", [](auto& i) { i[4].accounts.push_back(solana::signer(kStranger)); },
         "2 signatures are required"},
        {"a swap on a stranger's authority",
         [&](auto& i) {
             Route route = entry_route();
             route.authority = kStranger;
             i[6] = route.instruction();
             i[6].accounts[1].is_signer = false;
         },
         "swaps with the authority of"},
    };
    SF_EXPECT_ALL_REFUSED(cases, entry(), entry_policy());
}

TEST_F(PolicyTest, RefusesLamportsToAnybodyButOurWrappedSol) {
    const Pubkey lost = signer.own_accounts().account(kSol, solana::kToken2022Program);
    const Hostile cases[] = {
        {"a tip to a stranger",
         [&](auto& i) { i.push_back(solana::system_transfer({wallet(), kStranger, Lamports{1}})); },
         "1 lamports go to"},
        {"a wrap into a stranger's account",
         [&](auto& i) { i[3] = solana::system_transfer({wallet(), key_of(5), Lamports{kAmount}}); },
         "100000000 lamports go to"},
        {"a wrap into our account of another mint",
         [&](auto& i) {
             i[3] = solana::system_transfer({wallet(), own(kToken), Lamports{kAmount}});
         },
         "100000000 lamports go to"},
        // Derived like ours, but wrapped SOL is no mint of that program: they would be lost there.
        {"a wrap to the address under Token-2022",
         [&](auto& i) { i[3] = solana::system_transfer({wallet(), lost, Lamports{kAmount}}); },
         "100000000 lamports go to"},
        {"a transfer out of an account that we do not own",
         [&](auto& i) { i[3].accounts[0] = solana::writable(kStranger); },
         "a System transfer from"},
        {"more than allowed",
         [&](auto& i) {
             i[3] = solana::system_transfer({wallet(), own(kSol), Lamports{kAmount + 1}});
         },
         "the order allows"},
        {"a transfer with bytes behind it", [](auto& i) { i[3].data.push_back(0); },
         "a System instruction other than a transfer"},
        {"a transfer of one account", [](auto& i) { i[3].accounts.resize(1); },
         "a System instruction other than a transfer"},
        {"a nonce that keeps it valid for ever",
         [&](auto& i) { i.insert(i.begin(), solana::system_advance_nonce({key_of(6), wallet()})); },
         "a System instruction other than a transfer"},
        {"our wallet given to a program",
         [&](auto& i) {
             Instruction assign{solana::kSystemProgram, {solana::writable_signer(wallet())}, {}};
             append_le(assign.data, std::uint32_t{1});
             append(assign.data, kStranger.bytes);
             i.push_back(assign);
         },
         "a System instruction other than a transfer"},
        {"a fee above the ceiling",
         [](auto& i) { i[1] = solana::set_compute_unit_price(ComputeUnitPrice{20'001}); },
         "the order allows"},
        {"a fee by a higher limit",
         [](auto& i) { i[0] = solana::set_compute_unit_limit(ComputeUnits{200'001}); },
         "the order allows"},
        {"a budget that we cannot read", [](auto& i) { i[0].data = {0, 1, 2, 3}; },
         "a compute budget instruction that we cannot read"},
        {"a budget with bytes behind it", [](auto& i) { i[1].data.push_back(0); },
         "a compute budget instruction that we cannot read"},
    };
    SF_EXPECT_ALL_REFUSED(cases, entry(), entry_policy());
}

TEST_F(PolicyTest, RefusesEveryTokenInstructionButSyncAndClose) {
    const Pubkey account = own(kToken);
    Instruction set_authority{
        solana::kTokenProgram, {solana::writable(account), solana::signer(wallet())}, {6, 2, 1}};
    append(set_authority.data, kStranger.bytes);
    const Instruction hostile[] = {
        solana::token_transfer({account, key_of(5), wallet(), TokenAmount{1}}),
        solana::token_transfer(
            {account, key_of(5), wallet(), TokenAmount{1}, solana::kToken2022Program}),
        solana::token_transfer_checked({account, kToken, key_of(5), wallet(), TokenAmount{1}, 6}),
        solana::token_approve({account, kStranger, wallet(), TokenAmount{1}}),
        solana::token_revoke({account, wallet()}),
        set_authority,
        solana::token_burn({account, kToken, wallet(), TokenAmount{1}}),
        solana::token_mint_to({kToken, account, wallet(), TokenAmount{1}}),
        solana::token_initialize_account3({account, kToken, kStranger}),
        Instruction{solana::kTokenProgram, {solana::writable(account)}, {}},
        Instruction{solana::kTokenProgram, {solana::writable(account)}, {17, 0}},
        Instruction{solana::kToken2022Program, {solana::writable(account)}, {44}},
    };
    for (const Instruction& instruction : hostile) {
        for (const bool is_exit : {false, true}) {
            Instructions instructions = is_exit ? exit() : entry();
            instructions.push_back(instruction);
            const auto refused = refusal(instructions, is_exit ? exit_policy() : entry_policy());
            EXPECT_NE(refused.find("a token instruction other than"), std::string::npos)
                << "tag " << (instruction.data.empty() ? -1 : instruction.data[0]) << ": "
                << refused;
        }
    }
}

TEST_F(PolicyTest, RefusesAccountsThatAreClosedToOthersOrCreatedForOthers) {
    const Hostile cases[] = {
        {"closed to a stranger",
         [&](auto& i) { i[7] = solana::token_close_account({own(kSol), kStranger, wallet()}); },
         "closes a token account to an address that is not our wallet"},
        {"closed by a stranger's right",
         [&](auto& i) {
             i[7] = solana::token_close_account({own(kSol), wallet(), kStranger});
             i[7].accounts[2].is_signer = false;
         },
         "closes a token account to an address that is not our wallet"},
        {"closed with too few accounts", [](auto& i) { i[7].accounts.resize(2); },
         "closes a token account to an address that is not our wallet"},
        {"created for a stranger",
         [&](auto& i) {
             i[5] = solana::associated_token_create_idempotent({wallet(), kStranger, kToken});
         },
         "creates a token account for"},
        {"created for another mint", [&](auto& i) { i[5] = create(key_of(8)); },
         "which the order does not name"},
        {"created at another address",
         [&](auto& i) {
             i[5] = solana::associated_token_create_idempotent({wallet(), wallet(), kToken},
                                                               key_of(5));
         },
         "the account to create is not our associated account"},
        {"recovered from a nested account", [](auto& i) { i[5].data = {2}; },
         "an associated token instruction other than create"},
        {"created with too few accounts", [](auto& i) { i[5].accounts.resize(5); },
         "an associated token instruction other than create"},
    };
    SF_EXPECT_ALL_REFUSED(cases, entry(), entry_policy());
}

TEST_F(PolicyTest, RefusesProgramsThatItDoesNotKnow) {
    for (const Pubkey& program :
         {kStranger, solana::kMemoProgram, solana::kAddressLookupTableProgram}) {
        Instructions instructions = entry();
        instructions.push_back({program, {solana::writable_signer(wallet())}, {1, 2, 3}});
        EXPECT_NE(refusal(instructions, entry_policy()).find("is not on the list of programs"),
                  std::string::npos);
    }
}

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
        {"a step that hides another", with([](Route& r) { r.steps[0] = 17; }),
         "does not end where its steps say"},
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
    EXPECT_NE(refusal(two, policy).find("which the order does not name"), std::string::npos);
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
        {"of another token", with([&](Route& r) { r.source = own(key_of(8)); }), "spends from"},
    };
    SF_EXPECT_ALL_REFUSED(cases, exit(), exit_policy());
}

// ---- Our accounts ----

TEST(OwnAccounts, DerivesOurAccountsUnderBothTokenPrograms) {
    OwnAccounts own{key_of(1)};
    for (const Pubkey& program : {solana::kTokenProgram, solana::kToken2022Program}) {
        const Pubkey address = solana::associated_token_address(key_of(1), kToken, program);
        EXPECT_EQ(own.account(kToken, program), address);
        EXPECT_TRUE(own.is_own(address, kToken));
        EXPECT_FALSE(own.is_own(address, kSol));
        EXPECT_FALSE(
            own.is_own(solana::associated_token_address(key_of(2), kToken, program), kToken));
    }
    EXPECT_FALSE(own.is_own(key_of(1), kToken));
}

TEST(Refusal, NamesTheInstructionWhenThereIsOne) {
    EXPECT_EQ((Refusal{3, "why"}.text()), "instruction 3: why");
    EXPECT_EQ((Refusal{{}, "why"}.text()), "why");
}

}  // namespace
}  // namespace sniperforge::signer
