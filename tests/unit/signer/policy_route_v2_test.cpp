// SPDX-License-Identifier: MIT
// What is signed of Jupiter's second forms, up to its limits; what is not is in the table of
// hostile_second_route_attacks.cpp.
#include <fmt/format.h>
#include <simdjson.h>

#include "signer/jupiter_route.hpp"
#include "sniperforge/core/base64.hpp"
#include "sniperforge/solana/jupiter_account.hpp"
#include "sniperforge/solana/transaction.hpp"
#include "support/data.hpp"
#include "unit/signer/policy_support.hpp"

namespace sniperforge::signer {
namespace {

using namespace test;

class PolicyRouteV2 : public PolicyTest {
 protected:
    [[nodiscard]] Instructions with(const Route& route) {
        Instructions all = entry();
        all[6] = route.instruction();
        return all;
    }
    [[nodiscard]] std::string refused(const Route& route) {
        return refusal(with(route), entry_policy());
    }
};

// 9,500 are the floor: 10,000 at 5 %. At 50 bps of fee 10,051 leave 9,500 of 9,548, and 10,050
// leave 9,499.
TEST_F(PolicyRouteV2, LetsAPlatformFeePassWhoseRestIsTheFloorAndNotOneUnitLess) {
    for (const bool is_shared : {false, true}) {
        Route route = entry_route().second(is_shared);
        EXPECT_EQ(refused(route), "");
        route.platform_fee_bps = kPlatformFeeBpsMax;
        route.taker = kStranger;
        route.quoted_out = 10'051;
        EXPECT_EQ(refused(route), "");
        route.quoted_out = 10'050;
        EXPECT_NE(refused(route).find("guarantees 9499 < 9500"), std::string::npos);
        route.quoted_out = 20'000;
        EXPECT_EQ(refused(route), "");
        route.platform_fee_bps = kPlatformFeeBpsMax + 1;
        EXPECT_NE(refused(route).find("a platform fee of 51 bps"), std::string::npos);
    }
}

// The account of the fee stands in front of the first venue's program: without it the first step
// has no program.
TEST_F(PolicyRouteV2, ReadsTheAccountOfAFeeInFrontOfTheSteps) {
    Route route = entry_route().second();
    route.platform_fee_bps = 1;
    route.quoted_out = 20'000;
    EXPECT_NE(refused(route).find("its accounts do not name"), std::string::npos);
    route.taker = kStranger;
    EXPECT_EQ(refused(route), "");
}

TEST_F(PolicyRouteV2, ReadsEveryStepWhoseLayoutIsKnownToItsEnd) {
    struct Case {
        Bytes step;
        Pubkey venue;
    };
    const Case cases[] = {
        {{7, 0x10, 0x27, 0, 1}, solana::kRaydiumAmmV4Program},
        {{17, 1, 0x10, 0x27, 0, 1}, solana::kOrcaWhirlpoolProgram},
        {{38, 0x10, 0x27, 0, 1}, solana::kMeteoraDlmmProgram},
        {{40, 0x10, 0x27, 0, 1}, solana::kRaydiumClmmProgram},
        {{46, 0x10, 0x27, 0, 1}, solana::kRaydiumCpmmProgram},
        {{47, 1, 0, 0x10, 0x27, 0, 1}, solana::kOrcaWhirlpoolProgram},
        {{47, 1, 1, 1, 0, 0, 0, 9, 2, 0x10, 0x27, 0, 1}, solana::kOrcaWhirlpoolProgram},
        {{75, 0, 0, 0, 0, 0x10, 0x27, 0, 1}, solana::kMeteoraDlmmProgram},
        {{75, 2, 0, 0, 0, 0, 1, 1, 1, 0x10, 0x27, 0, 1}, solana::kMeteoraDlmmProgram},
        {{77, 0x10, 0x27, 0, 1}, solana::kMeteoraDammV2Program},
        {{108, 0x10, 0x27, 0, 1}, solana::kMeteoraDammV2Program},
        {{99, 0x10, 0x27, 0, 1}, solana::kPumpSwapProgram},
        {{100, 0x10, 0x27, 0, 1}, solana::kPumpSwapProgram},
        {{147, 0x10, 0x27, 0, 1}, solana::kPumpSwapProgram},
        {{148, 0x10, 0x27, 0, 1}, solana::kPumpSwapProgram},
        {{112, 0x10, 0x27, 0, 1}, solana::kPumpCurveProgram},
    };
    SigningPolicy policy = entry_policy();
    policy.lamports_max += kRent + kRent;  // For what a step may make.
    for (const Case& each : cases) {
        Route route = entry_route().second();
        route.steps = each.step;
        route.venues = {each.venue};
        EXPECT_EQ(refusal(with(route), policy), "") << int{each.step[0]};
        // One byte more or less of its fields moves all that follows.
        route.steps.pop_back();
        EXPECT_NE(refusal(with(route), policy), "") << int{each.step[0]};
        route.steps = each.step;
        route.steps.push_back(0);
        EXPECT_NE(refusal(with(route), policy), "") << int{each.step[0]};
    }
}

// Pump's curve in its newest forms: their bytes are told by others alone, so none is signed.
TEST_F(PolicyRouteV2, ReadsNoStepOfTheCurveWhoseLayoutNobodyHasVerified) {
    for (const std::uint8_t variant : Bytes{149, 150, 152, 153, 187, 191, 192}) {
        Route route = entry_route().second();
        route.steps = {variant, 0, 0x10, 0x27, 0, 1};
        route.venues = {solana::kPumpCurveProgram};
        EXPECT_NE(refused(route).find(fmt::format("uses venue variant {}", variant)),
                  std::string::npos);
    }
}

// Each buys or claims on its own: the account of the volume, or the one that cashback goes to.
TEST_F(PolicyRouteV2, CountsTheRentOfEveryStepThatMayMakeAnAccount) {
    for (const std::uint8_t variant : Bytes{99, 147, 148}) {
        Route route = entry_route().second();
        route.step_count = 2;
        route.steps = {variant, 0x88, 0x13, 0, 1, variant, 0x88, 0x13, 0, 1};
        route.venues = {solana::kPumpSwapProgram, solana::kPumpSwapProgram};
        SigningPolicy policy = entry_policy();
        policy.lamports_max += kRent + kRent;
        EXPECT_EQ(refusal(with(route), policy), "") << int{variant};
        policy.lamports_max -= Lamports{1};
        EXPECT_NE(refusal(with(route), policy).find("4 accounts"), std::string::npos);
    }
}

// Two steps, each of a share in basis points, of one input into one output.
TEST_F(PolicyRouteV2, TakesNoMoreOfAnInputThanThereIsOfIt) {
    const auto of = [this](std::uint16_t share, std::uint16_t second, std::uint8_t from,
                           std::uint8_t to) {
        const auto low = [](std::uint16_t bps) { return static_cast<std::uint8_t>(bps & 0xff); };
        const auto high = [](std::uint16_t bps) { return static_cast<std::uint8_t>(bps >> 8); };
        Route route = entry_route().second();
        route.step_count = 2;
        route.steps = {46, low(share), high(share), 0, 1, 46, low(second), high(second), from, to};
        route.venues = {solana::kRaydiumCpmmProgram, solana::kRaydiumCpmmProgram};
        return route;
    };
    EXPECT_EQ(refused(of(4'000, 6'000, 0, 1)), "");
    EXPECT_NE(refused(of(4'000, 6'001, 0, 1)).find("with those before it 10001, of 10000"),
              std::string::npos);
    EXPECT_NE(refused(of(10'000, 0, 1, 2)).find("takes 0 of 1"), std::string::npos);
    EXPECT_EQ(refused(of(10'000, 10'000, 1, 2)), "");
    EXPECT_NE(refused(of(10'000, 10'000, 2, 3)).find("takes 2 and puts out 3"), std::string::npos);
    EXPECT_NE(refused(of(10'000, 10'000, 1, 0)).find("takes 1 and puts out 0"), std::string::npos);
}

// Exits have a budget of their own.
TEST_F(PolicyRouteV2, BuysNothingAsAnExit) {
    SigningPolicy policy = entry_policy();
    EXPECT_EQ(refusal(with(entry_route().second()), policy), "");
    policy.kind = OrderKind::Exit;
    EXPECT_NE(refusal(with(entry_route().second()), policy).find("an exit that spends SOL"),
              std::string::npos);
}

TEST_F(PolicyRouteV2, CallsNothingInFrontOfTheFirstVenue) {
    Route route = entry_route().second();
    EXPECT_EQ(refused(route), "");
    route.venues.insert(route.venues.begin(), kStranger);
    EXPECT_NE(refused(route).find("which its accounts do not name"), std::string::npos);
}

// The rent that comes back with the closing counts once: what is paid in covers it.
TEST_F(PolicyRouteV2, HoldsWhatIsPaidIntoJupitersAccountAgainstTheOrder) {
    const Pubkey held = solana::jupiter_token_account_address(wallet(), kSol);
    Route route = entry_route().second();
    route.source = held;
    const auto paying = [&](Lamports lamports) {
        Instructions all = entry();
        return Instructions{all[0],
                            all[1],
                            solana::system_transfer({wallet(), held, lamports}),
                            jupiter_create(held, wallet(), kSol),
                            solana::token_sync_native(held),
                            create(kToken),
                            route.instruction(),
                            solana::token_close_account({held, wallet(), wallet()})};
    };
    EXPECT_EQ(refusal(paying(Lamports{kAmount} + kRent), entry_policy()), "");
    EXPECT_NE(refusal(paying(Lamports{kAmount + 1} + kRent), entry_policy()), "");
    // Less than its rent is made up for by the wallet.
    SigningPolicy tight = entry_policy();
    tight.lamports_max = kRent + kRent + kPriority + solana::base_fee(1);
    EXPECT_EQ(refusal(paying(Lamports{1}), tight), "");
    tight.lamports_max = tight.lamports_max - Lamports{1};
    EXPECT_NE(refusal(paying(Lamports{1}), tight).find("the order allows"), std::string::npos);
}

// Every recorded answer that holds a second form: read to its end, with what it commits to.
TEST(PolicyRouteV2Recorded, DecodesTheOrderOfJupitersDocumentation) {
    SF_REQUIRE_DATA(data);
    const sniperforge::test::JsonFile file{data / "fixtures/http/jupiter_ultra_order_a.json"};
    const auto wire = base64_decode(std::string_view{file.root()["body"]["transaction"]});
    ASSERT_TRUE(wire);
    const auto parsed = solana::parse_transaction(*wire);
    ASSERT_TRUE(parsed);
    const solana::Message& message = parsed->message;
    // The tables of that day are not recorded: what they held is some key or other, but for the
    // places that say what has to be there.
    std::vector<Pubkey> accounts = message.account_keys;
    for (std::uint64_t i = accounts.size(); i < 24; ++i) {
        accounts.push_back(key_of(1'000 + i));
    }
    accounts[17] = kJupiterEvents;
    accounts[16] = solana::kSystemProgram;
    accounts[20] = kSol;
    const auto keys = [&](const solana::CompiledInstruction& call) {
        std::vector<Pubkey> named;
        for (const std::uint8_t index : call.account_indexes) {
            named.push_back(accounts[index]);
        }
        return named;
    };
    const auto& creation = message.instructions[2];
    ASSERT_TRUE(is_jupiter_token_account(accounts[creation.program_id_index], creation.data));
    const auto made = decode_jupiter_token_account(keys(creation), creation.data);
    ASSERT_TRUE(made) << made.error().text;
    EXPECT_EQ(made->wallet, accounts[0]);
    EXPECT_EQ(made->account, solana::jupiter_token_account_address(accounts[0], kSol));

    const auto& route = message.instructions[3];
    const Bytes expected{0xbb, 0x64, 0xfa, 0xcc, 0x31, 0xc4, 0xaf, 0x14};
    ASSERT_TRUE(std::equal(expected.begin(), expected.end(), route.data.begin()));
    // Its two venues are none that we sign for: that is what is said of it, as it is.
    const auto refused = decode_jupiter_route(keys(route), route.data);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text.find("step 0 uses venue variant 67"), std::string::npos)
        << refused.error().text;
    // The rest of it, over a venue that we know: ZeroFi's step has no field, GoonFi's has two.
    Bytes known{route.data.begin(), route.data.end()};
    constexpr std::size_t kStepsAt = 34;
    known[kStepsAt] = 7;
    known[kStepsAt + 5] = 7;
    known.erase(known.begin() + kStepsAt + 6, known.begin() + kStepsAt + 8);
    std::vector<Pubkey> named = keys(route);
    named[11] = solana::kRaydiumAmmV4Program;
    named[22] = solana::kRaydiumAmmV4Program;
    const auto swap = decode_jupiter_route(named, known);
    ASSERT_TRUE(swap) << swap.error().text;
    EXPECT_EQ(swap->authority, accounts[0]);
    EXPECT_EQ(swap->source, accounts[2]);
    EXPECT_EQ(swap->destination, accounts[1]);
    EXPECT_EQ(swap->mint_out, kSol);
    EXPECT_EQ(swap->amount_in_max, TokenAmount{100'000'000});
    // Its otherAmountThreshold is 460,024,271, rounded up; less the platform's 2 bps.
    EXPECT_EQ(swap->amount_out_min, TokenAmount{460'024'270 - 92'005});
}

}  // namespace
}  // namespace sniperforge::signer
