// SPDX-License-Identifier: MIT
#include "sniperforge/solana/keypair.hpp"

#include <gtest/gtest.h>

#include <type_traits>

#include "sniperforge/core/rng.hpp"
#include "unit/solana/wire_vectors.hpp"

namespace sniperforge::solana {
namespace {

using namespace test;

static_assert(!std::is_copy_constructible_v<Keypair> && !std::is_copy_assignable_v<Keypair>);
static_assert(std::is_nothrow_move_constructible_v<Keypair>);
static_assert(!std::is_default_constructible_v<Keypair>);

std::string json_of(const Keypair& keypair) {
    return std::string{export_keygen_json(keypair).value().text()};
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos);
    return text.replace(at, from.size(), to);
}

TEST(Keypair, DerivesAndSignsAsTheVectorSays) {
    SF_REQUIRE_DATA(data);
    const Json vector = wire(data)["keypair"];
    const Keypair keypair = keypair_of_seed(from_hex(Json{vector["seed_hex"]}));
    EXPECT_EQ(keypair.public_key(), key(Json{vector["public_key"]}));

    const Bytes message = from_hex(Json{vector["message_hex"]});
    const Signature signature = keypair.sign(message);
    EXPECT_EQ(hex_encode(signature.bytes), text(vector["signature_hex"]));
    EXPECT_EQ(signature.to_string(), text(vector["signature_base58"]));
    EXPECT_TRUE(verify(keypair.public_key(), message, signature));
}

// RFC 8032 section 7.1, test 1: an empty message.
TEST(Keypair, SignsTheEmptyMessageOfTheRfc) {
    const Keypair keypair = keypair_of_seed(
        from_hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"));
    EXPECT_EQ(hex_encode(keypair.public_key().bytes),
              "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    EXPECT_EQ(hex_encode(keypair.sign({}).bytes),
              "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
              "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
}

TEST(Keypair, DoesNotVerifyWhenAnyBitOfMessageKeyOrSignatureChanges) {
    const Keypair keypair = numbered_keypair(1);
    const Bytes message{1, 2, 3};
    const Signature signature = keypair.sign(message);
    ASSERT_TRUE(verify(keypair.public_key(), message, signature));

    Bytes other_message = message;
    other_message[2] ^= 1;
    EXPECT_FALSE(verify(keypair.public_key(), other_message, signature));
    EXPECT_FALSE(verify(numbered_keypair(2).public_key(), message, signature));
    for (std::size_t i = 0; i < Signature::kSize; ++i) {
        Signature other = signature;
        other.bytes[i] ^= 0x10;
        EXPECT_FALSE(verify(keypair.public_key(), message, other)) << i;
    }
}

TEST(Keypair, SurvivesExportAndImport) {
    const Keypair original = numbered_keypair(3);
    const std::string json = json_of(original);
    const auto copy = Keypair::from_json_array(json);
    ASSERT_TRUE(copy) << copy.error().text;
    EXPECT_EQ(copy->public_key(), original.public_key());
    EXPECT_EQ(copy->sign({}), original.sign({}));
    EXPECT_TRUE(Keypair::from_json_array(replaced(json, "[3,3,", " [ 3 ,\n3,\t") + "\n"));
}

TEST(Keypair, RefusesAFileWhoseHalvesDoNotBelongTogether) {
    const std::string json = json_of(numbered_keypair(3));
    const auto damaged = Keypair::from_json_array(replaced(json, "[3,", "[4,"));
    ASSERT_FALSE(damaged);
    EXPECT_NE(damaged.error().text.find("damaged"), std::string::npos);
}

TEST(Keypair, RefusesAnythingButSixtyFourNumbersBelow256) {
    const std::string json = json_of(numbered_keypair(3));
    const std::string bad[] = {
        "",
        "[",
        "[]",
        "null",
        json.substr(0, json.size() - 1),
        json + "]",
        json + ",",
        replaced(json, "[3,", "["),
        replaced(json, "[3,", "[3,3,"),
        replaced(json, "[3,", "[256,"),
        replaced(json, "[3,", "[-3,"),
        replaced(json, "[3,", "[3.0,"),
        replaced(json, "[3,", "[3;"),
        replaced(json, "[3,", "[\"3\","),
        replaced(json, "[3,", "[,"),
    };
    for (const std::string& text : bad) {
        EXPECT_FALSE(Keypair::from_json_array(text)) << text.substr(0, 8);
    }
}

// An error text may be logged: it must not carry any part of the secret.
TEST(Keypair, NamesNothingOfTheContentsWhenItRefuses) {
    const auto refused = Keypair::from_json_array("[211,212,213,x]");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().text.find("21"), std::string::npos) << refused.error().text;
}

TEST(Keypair, GeneratesDifferentKeysThatWork) {
    const auto first = Keypair::generate();
    const auto second = Keypair::generate();
    ASSERT_TRUE(first && second);
    EXPECT_NE(first->public_key(), second->public_key());
    EXPECT_TRUE(verify(first->public_key(), {}, first->sign({})));
}

TEST(Keypair, MovesItsSecret) {
    Keypair first = numbered_keypair(5);
    const Signature expected = first.sign({});
    Keypair second = std::move(first);
    EXPECT_EQ(second.sign({}), expected);
    Keypair third = numbered_keypair(6);
    third = std::move(second);
    EXPECT_EQ(third.sign({}), expected);
    EXPECT_EQ(third.public_key(), numbered_keypair(5).public_key());
}

TEST(Keypair, ExportsTheSeedThatItIsMadeOf) {
    const Keypair original = numbered_keypair(7);
    const auto seed = export_seed(original);
    ASSERT_TRUE(seed);
    EXPECT_EQ(keypair_of_seed(seed->bytes()).public_key(), original.public_key());
    EXPECT_TRUE(original.is_locked());
}

TEST(KeypairDeathTest, AbortsWhenAMovedFromKeyIsAskedToSign) {
    Keypair first = numbered_keypair(5);
    const Keypair second = std::move(first);
    EXPECT_DEATH((void)first.sign({}), "assertion failed");
}

TEST(IsOnCurve, AgreesWithEveryVector) {
    SF_REQUIRE_DATA(data);
    std::size_t count = 0;
    for (Json vector : wire(data)["on_curve"]) {
        const auto bytes = from_hex(Json{vector["hex"]});
        EXPECT_EQ(is_on_curve(Pubkey::from(bytes)), bool{vector["on_curve"]})
            << text(vector["hex"]);
        ++count;
    }
    EXPECT_GT(count, 0U);
}

TEST(IsOnCurve, HoldsForPublicKeysAndForTheSignBitEitherWay) {
    for (std::uint8_t i = 1; i < 20; ++i) {
        Pubkey point = numbered_keypair(i).public_key();
        EXPECT_TRUE(is_on_curve(point));
        point.bytes[31] ^= 0x80;
        EXPECT_TRUE(is_on_curve(point));
    }
}

// y = 0, 1, p - 1 (that is -1), p (0 again, not canonical), p + 1 and 2^255 - 1 (18 modulo p).
TEST(IsOnCurve, ReducesWithoutAskingForCanonicalForm) {
    const auto y = [](std::uint8_t low, std::uint8_t middle, std::uint8_t high) {
        Pubkey out;
        out.bytes.fill(middle);
        out.bytes[0] = low;
        out.bytes[31] = high;
        return out;
    };
    const Pubkey zero = y(0, 0, 0);
    EXPECT_TRUE(is_on_curve(zero));  // x = sqrt(-1).
    EXPECT_TRUE(is_on_curve(y(1, 0, 0)));
    EXPECT_TRUE(is_on_curve(y(0xec, 0xff, 0x7f)));
    EXPECT_EQ(is_on_curve(y(0xed, 0xff, 0x7f)), is_on_curve(zero));
    EXPECT_EQ(is_on_curve(y(0xee, 0xff, 0x7f)), is_on_curve(y(1, 0, 0)));
    for (std::uint8_t above = 2; above < 19; ++above) {
        const auto low = static_cast<std::uint8_t>(0xed + above);
        EXPECT_EQ(is_on_curve(y(low, 0xff, 0x7f)), is_on_curve(y(above, 0, 0))) << int{above};
    }
    EXPECT_FALSE(is_on_curve(y(2, 0, 0)));
}

// Half of all bytes are points; a wrong constant or carry would not stay this close to it.
TEST(IsOnCurve, HoldsForAboutHalfOfRandomBytes) {
    Rng rng{20240607};
    int on_curve = 0;
    constexpr int kTries = 4'000;
    for (int i = 0; i < kTries; ++i) {
        Pubkey point;
        rng.fill(point.bytes);
        on_curve += is_on_curve(point) ? 1 : 0;
    }
    EXPECT_GT(on_curve, kTries * 46 / 100);
    EXPECT_LT(on_curve, kTries * 54 / 100);
}

}  // namespace
}  // namespace sniperforge::solana
