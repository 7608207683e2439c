// SPDX-License-Identifier: MIT
// Version 1 transactions: the message, then its signatures. Source: SIMD-0385.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/system_program.hpp"
#include "sniperforge/solana/transaction.hpp"
#include "unit/solana/wire_vectors.hpp"

namespace sniperforge::solana {
namespace {

using namespace test;

const Hash kLifetime = Hash::from(numbered_key(50).bytes);
const TransactionConfig kConfig{Lamports{5'000}, ComputeUnits{200'000}, 64U * 1024U, {}};

class TransactionV1 : public testing::Test {
 protected:
    [[nodiscard]] Bytes message_of(std::size_t data_size = 10) const {
        const std::array instructions{
            Instruction{kProgram, {signer(second.public_key())}, Bytes(data_size, 7)}};
        return compile_message_v1(first.public_key(), instructions, kLifetime, kConfig).value();
    }
    [[nodiscard]] Bytes signed_bytes() const {
        const std::array<const Keypair*, 2> signers{&second, &first};
        return sign_transaction(message_of(), signers).value();
    }

    const Keypair first = numbered_keypair(1);
    const Keypair second = numbered_keypair(2);
};

TEST_F(TransactionV1, HasItsSignaturesBehindTheMessageInKeyOrder) {
    const Bytes message = message_of();
    const Bytes bytes = signed_bytes();
    ASSERT_EQ(bytes.size(), message.size() + 128);
    EXPECT_TRUE(std::equal(message.begin(), message.end(), bytes.begin()));
    const auto transaction = parse_transaction(bytes);
    ASSERT_TRUE(transaction) << transaction.error().text;
    EXPECT_TRUE(std::ranges::equal(transaction->message_bytes, message));
    ASSERT_EQ(transaction->signatures.size(), 2U);
    EXPECT_EQ(transaction->signatures[0], first.sign(message));
    EXPECT_EQ(transaction->signatures[1], second.sign(message));
    EXPECT_TRUE(verify_signatures(*transaction));
    EXPECT_EQ(serialize_transaction(*transaction), bytes);
    EXPECT_EQ(transaction_id_of(bytes), transaction->transaction_id());
}

TEST_F(TransactionV1, DoesNotVerifyWhenAnyByteOfItsMessageChanges) {
    const Bytes bytes = signed_bytes();
    for (std::size_t i = 8; i < 40; ++i) {  // The lifetime: every value of it parses.
        Bytes changed = bytes;
        changed[i] ^= 1;
        const auto transaction = parse_transaction(changed);
        ASSERT_TRUE(transaction);
        EXPECT_FALSE(verify_signatures(*transaction));
    }
}

TEST_F(TransactionV1, RefusesEveryTruncationAndAnExtraByte) {
    const Bytes bytes = signed_bytes();
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(parse_transaction(BytesView{bytes}.first(size))) << size;
    }
    Bytes longer = bytes;
    longer.push_back(0);
    EXPECT_FALSE(parse_transaction(longer));
}

TEST_F(TransactionV1, MayHave4096BytesAndNotOneMore) {
    const std::size_t overhead = message_of(0).size() + 128;
    const std::array<const Keypair*, 2> signers{&first, &second};
    const auto full = sign_transaction(message_of(kTransactionBytesMaxV1 - overhead), signers);
    ASSERT_TRUE(full) << full.error().text;
    ASSERT_EQ(full->size(), 4096U);
    EXPECT_TRUE(parse_transaction(*full));
    // One more byte of data and its count: a well-formed message that is too long.
    Bytes message = message_of(kTransactionBytesMaxV1 - overhead);
    const std::size_t data_length_at = message.size() - (kTransactionBytesMaxV1 - overhead) - 3;
    write_le(std::span{message}, data_length_at,
             static_cast<std::uint16_t>(kTransactionBytesMaxV1 - overhead + 1));
    message.push_back(1);
    ASSERT_TRUE(parse_message(message));
    const auto refused = sign_transaction(message, signers);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text.find("4097 bytes, at most 4096"), std::string::npos);
    Bytes wire = message;
    wire.resize(wire.size() + 128);
    const auto unparsed = parse_transaction(wire);
    ASSERT_FALSE(unparsed);
    EXPECT_NE(unparsed.error().text.find("4097 bytes, at most 4096"), std::string::npos);
}

TEST_F(TransactionV1, IsPreparedForSimulationWithZerosBehind) {
    const auto bytes = unsigned_transaction(message_of());
    ASSERT_TRUE(bytes);
    const auto transaction = parse_transaction(*bytes);
    ASSERT_TRUE(transaction) << transaction.error().text;
    EXPECT_TRUE(transaction->transaction_id().is_zero());
    EXPECT_FALSE(verify_signatures(*transaction));
}

TEST_F(TransactionV1, CannotStandBehindItsSignatures) {
    Bytes bytes{2};
    bytes.resize(1 + 128);
    append(bytes, message_of());
    const auto refused = parse_transaction(bytes);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, DecodeErrorKind::Malformed);
    EXPECT_NE(refused.error().text.find("behind its signatures"), std::string::npos);
}

TEST_F(TransactionV1, IsNotSignedWhenItIsCutOff) {
    const Bytes message = message_of();
    const std::array<const Keypair*, 2> signers{&first, &second};
    // Up to the keys of the signers: what is behind them is not looked at here.
    for (std::size_t size = 0; size < 42 + 64; ++size) {
        EXPECT_FALSE(sign_transaction(BytesView{message}.first(size), signers)) << size;
    }
}

// What @solana/kit 8 builds and signs for the same instructions, keys and config.
constexpr const char* kKitTransfer =
    "810100010f000000329d0150589e684997472fc6d6cb9ad8683f02805a204c674737dbff7e4dedf001038a88"
    "e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c7c565e489330d0c609f9f0743b08"
    "038f2346b84b6ed6c8e2629c09393b18ba7c0000000000000000000000000000000000000000000000000000"
    "000000000000a509000000000000400d03000000010002020c000001020000000100000000000000371afb8a"
    "e5d9e3073bc8edb3511bb5b32f523dc79b1c46da20ad20a1a3a2a76f0fe39ccda87162b3050dfe8a5f87cc23"
    "12bfa26d8657cf74e2eb12808bb1700a";
constexpr const char* kKitTwoSigners =
    "810200031f000000329d0150589e684997472fc6d6cb9ad8683f02805a204c674737dbff7e4dedf003078a88"
    "e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c8139770ea87d175f56a35466c34c"
    "7ecccb8d8a91b4ee37a25df60f5b8fc9b3947c565e489330d0c609f9f0743b08038f2346b84b6ed6c8e2629c"
    "09393b18ba7c069b8857feab8184fb687f634618c035dac439dc1aeb3b5598a0f00000000001000000000000"
    "0000000000000000000000000000000000000000000000000000054a535a992921064d24e87160da387c7c35"
    "b5ddbc92bb81e41fa8404105448d0c14defc825ec67694250818bb654065f4298d3156d571b4d4f8090c18e9"
    "a8630100000000000000c05c1500000000040000040004020c000503050004020c0000020200000007000000"
    "0000000001060368656c6c6f0102020000000900000000000000caeb18325eadcc671ce0f4146364c2072df8"
    "58d35597ec3fa8ae1b4862f1da27915e406d5fad2dea75d12c085565d2e71e2934c739c1869c8d2603395015"
    "6f03dd4722e45015858bfcd4a0a9de03733e829519198d6bff04ac9a8521632698688c9ac1acf4a8c3cf16ae"
    "b9fe8dc4d930c39afc228ff59074056b4a7228fe0c05";
constexpr const char* kKitWithoutConfig =
    "8102010200000000329d0150589e684997472fc6d6cb9ad8683f02805a204c674737dbff7e4dedf001058a88"
    "e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c8139770ea87d175f56a35466c34c"
    "7ecccb8d8a91b4ee37a25df60f5b8fc9b394069b8857feab8184fb687f634618c035dac439dc1aeb3b5598a0"
    "f00000000001054a535a992921064d24e87160da387c7c35b5ddbc92bb81e41fa8404105448d0c14defc825e"
    "c67694250818bb654065f4298d3156d571b4d4f8090c18e9a8630303050001040268656c6c6f289cb0744745"
    "6a68972acfb7eb2dd9626dbdc655dcf3d8674f33bfcef176cb2bb710b19ff54d8f7add526ca89ff2f3f5d6f8"
    "7d7ae40a07fa38cc185ee6374b0b7092b2be63e1f6220580a5aa86a6c68d4d28292eb03b9194e343ad9eb651"
    "0355e94d18054b1612a979fcfc411377761d1efe0583a89a2401ce91bc404207f906";

class KitV1 : public testing::Test {
 protected:
    [[nodiscard]] std::string built(const std::vector<Instruction>& instructions,
                                    const TransactionConfig& config,
                                    std::span<const Keypair* const> signers) const {
        const auto message = compile_message_v1(first.public_key(), instructions, lifetime, config);
        EXPECT_TRUE(message) << message.error().text;
        const auto wire = sign_transaction(*message, signers);
        EXPECT_TRUE(wire) << wire.error().text;
        return hex_encode(*wire);
    }
    [[nodiscard]] Instruction memo() const {
        return {kMemoProgram,
                {signer(second.public_key()),
                 readonly(key_text("pAMMBay6oceH9fJKBRHGP5D4bD4sWpmSwMn52FMfXEA")),
                 writable(kWrappedSolMint)},
                from_hex("68656c6c6f")};
    }

    const Keypair first = numbered_keypair(1);
    const Keypair second = numbered_keypair(2);
    const Pubkey to = key_text("9NMwU4ppT3TVAsAgLn3wqygE6rZaYC9RoVNHd7yadZyV");
    const Hash lifetime = Hash::parse("4QaEyoU2HCfyEBqHWhWFEjQ8kG7TkGPANg767wiqrNhd").value();
};

TEST_F(KitV1, BuildsTheSameTransferToTheByte) {
    const std::array<const Keypair*, 1> signers{&first};
    EXPECT_EQ(built({system_transfer({first.public_key(), to, Lamports{1}})},
                    {.priority_fee = Lamports{2'469},
                     .compute_unit_limit = ComputeUnits{200'000},
                     .loaded_accounts_data_size_limit = 65'536},
                    signers),
              kKitTransfer);
}

TEST_F(KitV1, BuildsTheSameForTwoSignersAndEveryConfigValue) {
    const std::array<const Keypair*, 2> signers{&first, &second};
    EXPECT_EQ(built({system_transfer({first.public_key(), to, Lamports{7}}), memo(),
                     system_transfer({second.public_key(), to, Lamports{9}})},
                    {.priority_fee = Lamports{1},
                     .compute_unit_limit = ComputeUnits{1'400'000},
                     .loaded_accounts_data_size_limit = 67'108'864,
                     .heap_bytes = 262'144},
                    signers),
              kKitTwoSigners);
}

TEST_F(KitV1, BuildsTheSameWithoutAConfig) {
    const std::array<const Keypair*, 2> signers{&first, &second};
    EXPECT_EQ(built({memo()}, {}, signers), kKitWithoutConfig);
}

TEST_F(KitV1, SignaturesVerifyAndBytesComeBack) {
    for (const char* text : {kKitTransfer, kKitTwoSigners, kKitWithoutConfig}) {
        const Bytes bytes = from_hex(std::string_view{text});
        const auto transaction = parse_transaction(bytes);
        ASSERT_TRUE(transaction) << transaction.error().text;
        EXPECT_TRUE(verify_signatures(*transaction));
        EXPECT_EQ(serialize_transaction(*transaction), bytes);
    }
}

}  // namespace
}  // namespace sniperforge::solana
