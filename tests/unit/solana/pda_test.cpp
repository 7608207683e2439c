// SPDX-License-Identifier: MIT
#include "sniperforge/solana/pda.hpp"

#include <gtest/gtest.h>

#include "sniperforge/solana/keypair.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "unit/solana/wire_vectors.hpp"

namespace sniperforge::solana {
namespace {

using namespace test;

TEST(ProgramAddress, AgreesWithEveryVector) {
    SF_REQUIRE_DATA(data);
    std::size_t count = 0;
    for (Json vector : wire(data)["pda"]) {
        std::vector<Bytes> seeds;
        for (Json part : vector["seeds_hex"]) {
            seeds.push_back(from_hex(part));
        }
        std::vector<BytesView> views{seeds.begin(), seeds.end()};
        const auto program = key(Json{vector["program"]});
        const auto found = find_program_address(views, program);
        EXPECT_EQ(found.address, key(Json{vector["address"]})) << text(vector["label"]);
        EXPECT_EQ(found.bump, std::uint64_t{vector["bump"]}) << text(vector["label"]);
        EXPECT_FALSE(is_on_curve(found.address));

        views.push_back(BytesView{&found.bump, 1});
        EXPECT_EQ(create_program_address(views, program).value(), found.address);
        ++count;
    }
    EXPECT_GT(count, 0U);
}

TEST(ProgramAddress, AgreesWithEveryAssociatedTokenVector) {
    SF_REQUIRE_DATA(data);
    std::size_t count = 0;
    for (Json vector : wire(data)["ata"]) {
        EXPECT_EQ(associated_token_address(key(Json{vector["owner"]}), key(Json{vector["mint"]}),
                                           key(Json{vector["token_program"]})),
                  key(Json{vector["ata"]}));
        ++count;
    }
    EXPECT_GT(count, 0U);
}

TEST(ProgramAddress, RefusesTheBumpsAboveTheOneFound) {
    // Seeds whose first off-curve result is below 255: every bump passed over is on the curve.
    for (std::uint8_t tag = 0; tag < 100; ++tag) {
        const Bytes part{tag};
        const auto found = find_program_address({part}, kTokenProgram);
        for (unsigned bump = 255; bump > found.bump; --bump) {
            const auto byte = static_cast<std::uint8_t>(bump);
            const auto refused = create_program_address({part, BytesView{&byte, 1}}, kTokenProgram);
            ASSERT_FALSE(refused);
            EXPECT_NE(refused.error().text.find("on the curve"), std::string::npos);
        }
    }
}

TEST(ProgramAddress, AllowsSixteenSeedsOfThirtyTwoBytesAndNotMore) {
    const Bytes longest(32, 1);
    const Bytes too_long(33, 1);
    const auto attempt = [](std::size_t count, BytesView part) {
        const std::vector<BytesView> seeds(count, part);
        const auto result = create_program_address(seeds, kTokenProgram);
        return result || result.error().text.find("on the curve") != std::string::npos;
    };
    EXPECT_TRUE(attempt(16, longest));
    EXPECT_FALSE(attempt(17, longest));
    EXPECT_FALSE(attempt(1, too_long));
}

TEST(ProgramAddressDeathTest, AbortsOnSeedsThatTheCallerShouldHaveCounted) {
    const Bytes too_long(33, 1);
    EXPECT_DEATH((void)find_program_address({too_long}, kTokenProgram), "assertion failed");
    const std::vector<BytesView> sixteen(16);
    EXPECT_DEATH((void)find_program_address(sixteen, kTokenProgram), "assertion failed");
}

}  // namespace
}  // namespace sniperforge::solana
