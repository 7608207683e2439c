// SPDX-License-Identifier: MIT
#include "sniperforge/solana/transaction.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "sniperforge/core/rng.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/system_program.hpp"
#include "unit/solana/wire_vectors.hpp"

namespace sniperforge::solana {
namespace {

using namespace test;

Keypair vector_keypair(Json root) {
    return keypair_of_seed(from_hex(Json{root["keypair"]["seed_hex"]}));
}

Bytes transfer_message(const Keypair& payer, std::span<const Keypair* const> others = {}) {
    std::vector<Instruction> instructions{
        system_transfer({payer.public_key(), numbered_key(2), Lamports{1}})};
    for (const Keypair* other : others) {
        instructions.push_back(
            system_transfer({other->public_key(), numbered_key(2), Lamports{1}}));
    }
    return compile_message(payer.public_key(), instructions, Hash{}).value();
}

TEST(SignTransaction, MatchesEveryTransactionVector) {
    SF_REQUIRE_DATA(data);
    const Json root = wire(data);
    const Keypair keypair = vector_keypair(root);
    for (const char* name : {"legacy_tx", "v0_tx", "v0_tx_no_lut"}) {
        const Json vector = root[name];
        const Bytes message = from_hex(Json{vector["message_hex"]});
        const auto transaction = sign_transaction(message, keypair);
        ASSERT_TRUE(transaction) << transaction.error().text;
        EXPECT_EQ(hex_encode(*transaction), text(vector["tx_hex"])) << name;

        const auto parsed = parse_transaction(*transaction);
        ASSERT_TRUE(parsed) << parsed.error().text;
        EXPECT_TRUE(verify_signatures(*parsed));
        EXPECT_TRUE(std::ranges::equal(parsed->message_bytes, message));
        EXPECT_EQ(serialize_transaction(*parsed), *transaction);
        if (simdjson::dom::element signature; vector["signature"].get(signature) == 0) {
            EXPECT_EQ(parsed->transaction_id().to_string(), text(signature));
            EXPECT_EQ(base64_encode(*transaction), text(vector["tx_base64"]));
        }
    }
}

TEST(SignTransaction, PlacesSignaturesInKeyOrderWhateverOrderTheKeysCome) {
    const Keypair payer = numbered_keypair(1);
    const Keypair second = numbered_keypair(2);
    const Keypair third = numbered_keypair(3);
    const std::array<const Keypair*, 2> others{&second, &third};
    const Bytes message = transfer_message(payer, others);
    const std::array<const Keypair*, 3> signers{&third, &payer, &second};
    const auto bytes = sign_transaction(message, signers);
    ASSERT_TRUE(bytes) << bytes.error().text;
    const auto transaction = parse_transaction(*bytes);
    ASSERT_TRUE(transaction);
    EXPECT_EQ(transaction->signatures.size(), 3U);
    EXPECT_TRUE(verify_signatures(*transaction));
    EXPECT_EQ(transaction->transaction_id(), payer.sign(message));
}

TEST(SignTransaction, RefusesMissingWrongAndExtraKeys) {
    const Keypair payer = numbered_keypair(1);
    const Keypair second = numbered_keypair(2);
    const std::array<const Keypair*, 1> others{&second};
    const Bytes message = transfer_message(payer, others);
    EXPECT_FALSE(sign_transaction(message, payer));
    const std::array<const Keypair*, 2> twice{&payer, &payer};
    const auto refused = sign_transaction(message, twice);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text.find(second.public_key().to_string()), std::string::npos);
    const std::array<const Keypair*, 2> both{&payer, &second};
    EXPECT_TRUE(sign_transaction(message, both));
    EXPECT_FALSE(sign_transaction(transfer_message(payer), both));
    EXPECT_FALSE(sign_transaction(message, std::span<const Keypair* const>{}));
}

TEST(SignTransaction, RefusesBytesThatAreNoMessage) {
    const Keypair payer = numbered_keypair(1);
    const Bytes message = transfer_message(payer);
    for (const std::size_t size : {0U, 1U, 4U, 5U, 36U}) {
        EXPECT_FALSE(sign_transaction(BytesView{message}.first(size), payer)) << size;
    }
    Bytes version_2 = message;
    version_2[0] = 0x82;
    const auto refused = sign_transaction(version_2, payer);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text.find("version 2"), std::string::npos);
    Bytes too_long = message;
    too_long.resize(kTransactionBytesMax - 64);
    EXPECT_FALSE(sign_transaction(too_long, payer));
    too_long.resize(kTransactionBytesMax - 65);
    EXPECT_TRUE(sign_transaction(too_long, payer));
}

TEST(UnsignedTransaction, CarriesZerosForSignatures) {
    const Keypair payer = numbered_keypair(1);
    const Bytes message = transfer_message(payer);
    const auto bytes = unsigned_transaction(message);
    ASSERT_TRUE(bytes);
    const auto transaction = parse_transaction(*bytes);
    ASSERT_TRUE(transaction) << transaction.error().text;
    EXPECT_TRUE(transaction->transaction_id().is_zero());
    EXPECT_FALSE(verify_signatures(*transaction));
    EXPECT_TRUE(std::ranges::equal(transaction->message_bytes, message));
}

TEST(ParseTransaction, ReadsTheRecordedBase64Transaction) {
    SF_REQUIRE_DATA(data);
    const JsonFile file{data / "fixtures/transactions/get_transaction_base64_encoding.json"};
    const Bytes bytes = from_base64(Json{file.root()["response"]["result"]["transaction"].at(0)});
    const Json expected = file.root()["expected"];
    EXPECT_EQ(bytes.size(), std::uint64_t{expected["wire_len"]});
    const auto transaction = parse_transaction(bytes);
    ASSERT_TRUE(transaction) << transaction.error().text;
    EXPECT_EQ(transaction->message.version, MessageVersion::Legacy);
    EXPECT_EQ(transaction->transaction_id().to_string(), text(expected["signatures"].at(0)));
    EXPECT_TRUE(verify_signatures(*transaction));
    EXPECT_EQ(transaction->message.payer(), key(Json{expected["fee_payer"]}));
    EXPECT_EQ(transaction->message.recent_blockhash, hash(expected["recent_blockhash"]));
    std::vector<Pubkey> keys;
    for (Json account : expected["account_keys"]) {
        keys.push_back(key(account));
    }
    EXPECT_EQ(transaction->message.account_keys, keys);
    ASSERT_EQ(transaction->message.instructions.size(), 1U);
    EXPECT_EQ(hex_encode(transaction->message.instructions[0].data),
              text(expected["instructions"].at(0)["data_hex"]));
    EXPECT_EQ(serialize_transaction(*transaction), bytes);
}

// Transactions recorded as JSON, put together again: only the exact bytes that were signed on
// mainnet verify.
TEST(SerializeTransaction, RebuildsTheBytesThatWereSignedOnMainnet) {
    SF_REQUIRE_DATA(data);
    for (const char* name : {"get_transaction_json_encoding", "multidex_1", "multidex_4"}) {
        const JsonFile file{data / "fixtures/transactions" / (std::string{name} + ".json")};
        const Json result = file.root()["response"]["result"];
        const Json json_message = result["transaction"]["message"];
        Message message;
        // Version 0 messages have the field, empty or not. (The recorded "version" of multidex_4
        // says 0, but its signature is over a legacy message.)
        simdjson::dom::array lookups;
        if (json_message["addressTableLookups"].get(lookups) == 0) {
            ASSERT_EQ(lookups.size(), 0U);
            message.version = MessageVersion::V0;
        }
        const auto count = [&](const char* field) {
            return static_cast<std::uint8_t>(std::uint64_t{json_message["header"][field]});
        };
        message.header = {count("numRequiredSignatures"), count("numReadonlySignedAccounts"),
                          count("numReadonlyUnsignedAccounts")};
        for (Json account : json_message["accountKeys"]) {
            message.account_keys.push_back(key(account));
        }
        message.recent_blockhash = hash(json_message["recentBlockhash"]);
        std::vector<Bytes> storage;
        storage.reserve(200);
        for (Json instruction : json_message["instructions"]) {
            Bytes& indexes = storage.emplace_back();
            for (Json index : instruction["accounts"]) {
                indexes.push_back(static_cast<std::uint8_t>(std::uint64_t{index}));
            }
            Bytes& payload = storage.emplace_back(base58_decode(text(instruction["data"])).value());
            const auto program =
                static_cast<std::uint8_t>(std::uint64_t{instruction["programIdIndex"]});
            message.instructions.push_back({program, indexes, payload});
        }
        const Bytes message_bytes = serialize_message(message);
        Transaction transaction;
        transaction.message = message;
        transaction.message_bytes = message_bytes;
        for (Json signature : result["transaction"]["signatures"]) {
            transaction.signatures.push_back(Signature::parse(text(signature)).value());
        }
        EXPECT_TRUE(verify_signatures(transaction)) << name;
        const Bytes wire_bytes = serialize_transaction(transaction);
        const auto parsed = parse_transaction(wire_bytes);
        ASSERT_TRUE(parsed) << name << ": " << parsed.error().text;
        EXPECT_TRUE(verify_signatures(*parsed)) << name;
    }
}

TEST(ParseTransaction, RequiresAsManySignaturesAsTheHeader) {
    const Keypair payer = numbered_keypair(1);
    const Bytes message = transfer_message(payer);
    for (std::uint8_t count = 0; count < 3; ++count) {
        Bytes bytes{count};
        bytes.resize(1U + 64U * count);
        append(bytes, message);
        EXPECT_EQ(parse_transaction(bytes).has_value(), count == 1) << int{count};
    }
}

TEST(ParseTransaction, RefusesFewerSignaturesThanTheHeaderRequires) {
    const Keypair payer = numbered_keypair(1);
    const Keypair second = numbered_keypair(2);
    const std::array<const Keypair*, 1> others{&second};
    Bytes bytes{1};
    bytes.resize(1 + 64);
    append(bytes, transfer_message(payer, others));
    const auto refused = parse_transaction(bytes);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text.find("1 signatures, its header requires 2"), std::string::npos);
}

TEST(ParseTransaction, TellsAnUnknownVersionApartFromGarbage) {
    // From version 1 on a transaction leads with its version and may be longer than a packet.
    Bytes version_2(4096, 0);
    version_2[0] = 0x82;
    const auto unsupported = parse_transaction(version_2);
    ASSERT_FALSE(unsupported);
    EXPECT_EQ(unsupported.error().kind, DecodeErrorKind::UnsupportedVersion);
    EXPECT_EQ(unsupported.error().text, "transaction version 2 cannot be decoded by this build");

    Bytes inner =
        sign_transaction(transfer_message(numbered_keypair(1)), numbered_keypair(1)).value();
    inner[65] = 0x82;
    EXPECT_TRUE(parse_transaction(inner).error().is_unsupported_version());

    // Version 0 has its signatures in front.
    Bytes version_0(200, 0);
    version_0[0] = 0x80;
    EXPECT_EQ(parse_transaction(version_0).error().kind, DecodeErrorKind::Malformed);

    const Bytes empty;
    EXPECT_EQ(parse_transaction(empty).error().kind, DecodeErrorKind::Malformed);
    const Bytes zeros(100, 0);
    EXPECT_EQ(parse_transaction(zeros).error().kind, DecodeErrorKind::Malformed);
}

TEST(TransactionIdOf, ReadsTheFirstSignatureWhereTheVersionHasIt) {
    const Keypair payer = numbered_keypair(1);
    const Bytes message = transfer_message(payer);
    const Bytes bytes = sign_transaction(message, payer).value();
    EXPECT_EQ(transaction_id_of(bytes), payer.sign(message));
    EXPECT_EQ(transaction_id_of({}), std::nullopt);
    EXPECT_EQ(transaction_id_of(BytesView{bytes}.first(64)), std::nullopt);
    EXPECT_TRUE(transaction_id_of(BytesView{bytes}.first(65)));
    EXPECT_EQ(transaction_id_of(Bytes(200, 0)), std::nullopt);  // No signatures.
    Bytes version_1(66, 5);
    version_1[0] = 0x81;
    version_1[1] = 1;
    EXPECT_EQ(transaction_id_of(version_1), Signature::from(Bytes(64, 5)));
    version_1[1] = 2;  // Two do not fit.
    EXPECT_EQ(transaction_id_of(version_1), std::nullopt);
    version_1[0] = 0x82;
    EXPECT_EQ(transaction_id_of(version_1), std::nullopt);
}

TEST(MessageBytesOf, FindsWhatTheSignaturesSign) {
    const Keypair payer = numbered_keypair(1);
    const Bytes message = transfer_message(payer);
    const Bytes bytes = sign_transaction(message, payer).value();
    ASSERT_TRUE(message_bytes_of(bytes));
    EXPECT_TRUE(std::ranges::equal(*message_bytes_of(bytes), message));
    const std::array instructions{system_transfer({payer.public_key(), numbered_key(2), {}})};
    const Bytes v1 = compile_message_v1(payer.public_key(), instructions, Hash{}, {}).value();
    const Bytes signed_v1 = sign_transaction(v1, payer).value();
    ASSERT_TRUE(message_bytes_of(signed_v1));
    EXPECT_TRUE(std::ranges::equal(*message_bytes_of(signed_v1), v1));
    EXPECT_FALSE(message_bytes_of({}));
    EXPECT_FALSE(message_bytes_of(BytesView{bytes}.first(64)));
    EXPECT_FALSE(message_bytes_of(BytesView{signed_v1}.first(64)));
    EXPECT_FALSE(message_bytes_of(Bytes{0x81}));
}

TEST(ParseTransaction, ConvertsItsErrorToAPlainOne) {
    const auto forward = []() -> Result<int> {
        const Bytes empty;
        const auto parsed = parse_transaction(empty);
        if (!parsed) {
            return Err{parsed.error()};
        }
        return 1;
    };
    EXPECT_EQ(forward().error().text, "transaction: no bytes");
}

TEST(ParseTransaction, AcceptsAFullPacketAndNotOneByteMore) {
    const Keypair payer = numbered_keypair(1);
    const auto of_size = [&](std::size_t data_size) {
        const std::array instructions{Instruction{numbered_key(3), {}, Bytes(data_size, 1)}};
        Bytes message = compile_legacy_message(payer.public_key(), instructions, Hash{}).value();
        return sign_transaction(message, payer).value();
    };
    const std::size_t overhead = of_size(1000).size() - 1000;
    Bytes full = of_size(kTransactionBytesMax - overhead);
    ASSERT_EQ(full.size(), kTransactionBytesMax);
    EXPECT_TRUE(parse_transaction(full));
    // One more byte of data, with its count: a well-formed message that is too long.
    const std::size_t count_at = full.size() - (kTransactionBytesMax - overhead) - 2;
    ASSERT_EQ(full[count_at] & 0x80, 0x80);
    full[count_at] = static_cast<std::uint8_t>(full[count_at] + 1);
    full.push_back(1);
    const auto refused = parse_transaction(full);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text.find("1233 bytes, at most 1232"), std::string::npos);
}

TEST(ParseTransaction, ReusesItsStorage) {
    const Keypair payer = numbered_keypair(1);
    const Keypair second = numbered_keypair(2);
    const std::array<const Keypair*, 1> others{&second};
    const std::array<const Keypair*, 2> both{&payer, &second};
    const Bytes large = sign_transaction(transfer_message(payer, others), both).value();
    const Bytes small = sign_transaction(transfer_message(payer), payer).value();
    Transaction transaction;
    ASSERT_TRUE(parse_transaction_into(large, transaction));
    ASSERT_TRUE(parse_transaction_into(small, transaction));
    EXPECT_EQ(serialize_transaction(transaction), small);
    EXPECT_EQ(transaction.signatures.size(), 1U);
}

// Every input gives a value that is safe to index and serialises to itself, or an error.
void expect_value_or_error(const Bytes& input) {
    const auto parsed = parse_transaction(input);
    if (!parsed) {
        EXPECT_FALSE(parsed.error().text.empty());
        return;
    }
    EXPECT_EQ(serialize_transaction(*parsed), input);
    for (const auto& instruction : parsed->message.instructions) {
        EXPECT_LT(instruction.program_id_index, parsed->message.account_keys.size());
    }
}

TEST(ParseTransaction, SurvivesEveryTruncationAndSeededMutations) {
    SF_REQUIRE_DATA(data);
    const Json root = wire(data);
    Rng rng{4242};
    for (const char* name : {"legacy_tx", "v0_tx", "v0_tx_no_lut"}) {
        const Bytes good = from_hex(Json{root[name]["tx_hex"]});
        ASSERT_TRUE(parse_transaction(good));
        for (std::size_t size = 0; size < good.size(); ++size) {
            EXPECT_FALSE(parse_transaction(BytesView{good}.first(size))) << name << " " << size;
        }
        for (int round = 0; round < 20'000; ++round) {
            Bytes mutated = good;
            const auto changes = 1 + rng.below(4);
            for (std::uint64_t i = 0; i < changes; ++i) {
                const auto at = static_cast<std::ptrdiff_t>(rng.below(mutated.size()));
                switch (rng.below(4)) {
                    case 0:
                        mutated[static_cast<std::size_t>(at)] =
                            static_cast<std::uint8_t>(rng.next());
                        break;
                    case 1:
                        mutated[static_cast<std::size_t>(at)] ^=
                            static_cast<std::uint8_t>(1U << rng.below(8));
                        break;
                    case 2:
                        mutated.erase(mutated.begin() + at);
                        break;
                    default:
                        mutated.insert(mutated.begin() + at, static_cast<std::uint8_t>(rng.next()));
                }
            }
            expect_value_or_error(mutated);
        }
    }
}

}  // namespace
}  // namespace sniperforge::solana
