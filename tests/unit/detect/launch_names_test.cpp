// SPDX-License-Identifier: MIT
// Which tokens call themselves the same.
#include "sniperforge/detect/launch_names.hpp"

#include "unit/detect/detector_support.hpp"

namespace sniperforge::detect {
namespace {

using namespace test;

[[nodiscard]] LaunchLikeness names_alike(std::string_view a, std::string_view b) {
    return likeness_of(launch_names_of(a, ""), launch_names_of(b, ""));
}
[[nodiscard]] LaunchLikeness uris_alike(std::string_view a, std::string_view b) {
    return likeness_of(launch_names_of("", a), launch_names_of("", b));
}

TEST(LaunchNames, AreTheSameInAnyCaseAndPunctuationAndNotWithAnotherLetter) {
    EXPECT_EQ(names_alike("Moon Cat!", "mooncat"), LaunchLikeness::Name);
    EXPECT_EQ(names_alike("MoonCat", "MoonCats"), LaunchLikeness::None);
    EXPECT_EQ(names_alike("MoonCat 2", "MoonCat"), LaunchLikeness::None);
    EXPECT_EQ(names_alike("\xE7\x8C\xAB", "\xE7\x8C\xAB "), LaunchLikeness::Name);
    EXPECT_EQ(names_alike("\xE7\x8C\xAB", "\xE7\x8A\xAC"), LaunchLikeness::None);
}

TEST(LaunchNames, ThatSayNothingAreLikeNothing) {
    EXPECT_EQ(names_alike("", ""), LaunchLikeness::None);
    EXPECT_EQ(names_alike("!?", "..."), LaunchLikeness::None);
    EXPECT_EQ(uris_alike(" ", std::string_view{"\0\0", 2}), LaunchLikeness::None);
    EXPECT_EQ(launch_names_of("", ""), LaunchNames{});
}

TEST(LaunchNames, ShareAUriWhicheverGatewayServesIt) {
    EXPECT_EQ(uris_alike("https://ipfs.io/ipfs/QmA", "https://gateway.example/ipfs/QmA"),
              LaunchLikeness::Uri);
    EXPECT_EQ(uris_alike("ipfs://QmA", "https://ipfs.io/ipfs/QmA "), LaunchLikeness::Uri);
    EXPECT_EQ(uris_alike("https://ipfs.io/ipfs/QmA", "https://ipfs.io/ipfs/QmB"),
              LaunchLikeness::None);
    // Elsewhere the address is all there is, and its case counts.
    EXPECT_EQ(uris_alike("https://a.example/1", "https://b.example/1"), LaunchLikeness::None);
    EXPECT_EQ(uris_alike("https://a.example/x", "https://a.example/X"), LaunchLikeness::None);
    EXPECT_EQ(likeness_of(launch_names_of("a", "u"), launch_names_of("a", "u")),
              LaunchLikeness::Uri);
}

TEST_F(DetectorTest, KnowsTheNamesOfATokenWhoseMintHasThem) {
    const auto named = [&](std::string_view name, std::string_view uri) {
        return mint_with_names(pool.mint_b, name, uri);
    };
    load(pool);
    EXPECT_EQ(detector.names_of(pool.mint_b), LaunchNames{});
    see(named("Moon Cat", "https://ipfs.io/ipfs/QmA"), 2);
    EXPECT_EQ(detector.names_of(pool.mint_b), launch_names_of("mooncat", "ipfs://QmA"));
    see(named("Other", "https://ipfs.io/ipfs/QmA"), 3);  // Renamed.
    EXPECT_EQ(detector.names_of(pool.mint_b), launch_names_of("other", "ipfs://QmA"));
    see(mint_account(pool.mint_b), 4);
    EXPECT_EQ(detector.names_of(pool.mint_b), LaunchNames{});
}

TEST_F(DetectorTest, TakesTheNamesBesideAMintThatHasNoneOfItsOwn) {
    const LaunchNames beside = launch_names_of("Moon Cat", "ipfs://QmA");
    detector.take_names(pool.mint_b, beside);  // Of a mint that nobody has heard of.
    EXPECT_EQ(detector.names_of(pool.mint_b), LaunchNames{});
    load(pool);
    EXPECT_TRUE(detector.take_mints_unnamed().empty());
    see(mint_account(pool.mint_b), 2);
    EXPECT_EQ(detector.take_mints_unnamed(), std::vector{pool.mint_b});
    detector.take_names(pool.mint_b, beside);
    EXPECT_EQ(detector.names_of(pool.mint_b), beside);
    solana::Mint grown;
    grown.supply = TokenAmount{5};
    see(mint_account(pool.mint_b, grown), 3);  // They stay, and are asked for once.
    EXPECT_EQ(detector.names_of(pool.mint_b), beside);
    EXPECT_TRUE(detector.take_mints_unnamed().empty());
    see(mint_with_names(pool.mint_b, "Other", "ipfs://QmB"), 4);
    EXPECT_EQ(detector.names_of(pool.mint_b), launch_names_of("other", "ipfs://QmB"));
}

TEST_F(DetectorTest, AsksForNoNamesOfAMintThatSaysThem) {
    load(pool);
    see(mint_with_names(pool.mint_b, "Moon Cat", "ipfs://QmA"), 2);
    EXPECT_TRUE(detector.take_mints_unnamed().empty());
}

}  // namespace
}  // namespace sniperforge::detect
