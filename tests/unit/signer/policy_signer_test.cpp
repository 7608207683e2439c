// SPDX-License-Identifier: MIT
#include "sniperforge/signer/policy_signer.hpp"

#include "unit/signer/policy_support.hpp"

namespace sniperforge::signer {
namespace {

using namespace test;

using PolicySignerTest = PolicyTest;

TEST_F(PolicySignerTest, SignsExactlyTheBytesItChecked) {
    const Bytes message = compile(entry());
    Bytes wire{1, 2, 3};  // Of an earlier order.
    const auto signature = signer.sign(wire, message, entry_policy(), {});
    ASSERT_TRUE(signature) << signature.error().text();
    const auto transaction = solana::parse_transaction(wire);
    ASSERT_TRUE(transaction);
    EXPECT_EQ(transaction->transaction_id(), *signature);
    EXPECT_TRUE(std::equal(message.begin(), message.end(), transaction->message_bytes.begin(),
                           transaction->message_bytes.end()));
    EXPECT_TRUE(solana::verify(wallet(), message, *signature));
}

TEST_F(PolicySignerTest, LeavesNothingSignedBehindARefusal) {
    Instructions instructions = entry();
    instructions.push_back(solana::system_transfer({wallet(), kStranger, Lamports{1}}));
    Bytes wire;
    EXPECT_FALSE(signer.sign(wire, compile(instructions), entry_policy(), {}));
    EXPECT_TRUE(wire.empty());
}

TEST_F(PolicySignerTest, RefusesBytesThatAreNoMessage) {
    const Bytes message = compile(entry());
    EXPECT_NE(refusal(BytesView{}, entry_policy()).find("does not decode"), std::string::npos);
    for (std::size_t size = 0; size < message.size(); ++size) {
        EXPECT_NE(refusal(BytesView{message}.first(size), entry_policy()), "") << size;
    }
    Bytes longer = message;
    longer.push_back(0);
    EXPECT_NE(refusal(longer, entry_policy()).find("does not decode"), std::string::npos);
}

// A changed byte is refused, or it changed nothing that the policy is about: whatever is signed
// still pays us at least the floor from our own accounts. What may change is listed by the check
// that the amounts and our accounts are those of the honest message.
TEST_F(PolicySignerTest, NeverSignsAMessageWithAChangedAccountOfOurs) {
    const Bytes message = compile(entry());
    const Pubkey ours[] = {wallet(), own(kSol), own(kToken)};
    for (const Pubkey& key : ours) {
        const auto at =
            std::search(message.begin(), message.end(), key.bytes.begin(), key.bytes.end());
        ASSERT_NE(at, message.end());
        for (std::size_t i = 0; i < Pubkey::kSize; ++i) {
            Bytes changed = message;
            changed[static_cast<std::size_t>(at - message.begin()) + i] ^= 1;
            EXPECT_NE(refusal(changed, entry_policy()), "");
        }
    }
}

// ---- Lookup tables ----

class LookupTableTest : public PolicyTest {
 protected:
    // The token account and what belongs to the venue come from a table.
    [[nodiscard]] solana::AddressLookupTable table() {
        return {key_of(200), {kJupiterEvents, own(kToken), key_of(72)}};
    }
    [[nodiscard]] Bytes compile_with_table() {
        const solana::AddressLookupTable tables[] = {table()};
        const auto message = solana::compile_message(wallet(), entry(), kBlockhash, tables);
        EXPECT_TRUE(message);
        return *message;
    }
};

TEST_F(LookupTableTest, ResolvesTablesAsTheyWereReadFromOurNode) {
    const solana::AddressLookupTable tables[] = {table()};
    EXPECT_EQ(refusal(compile_with_table(), entry_policy(), tables), "");
}

TEST_F(LookupTableTest, RefusesAMessageWhoseTableItWasNotGiven) {
    const Bytes message = compile_with_table();
    EXPECT_NE(refusal(message, entry_policy()), "");
    const solana::AddressLookupTable other[] = {{key_of(201), table().addresses}};
    EXPECT_NE(refusal(message, entry_policy(), other), "");
}

TEST_F(LookupTableTest, RefusesATableThatEndsBeforeTheIndex) {
    solana::AddressLookupTable cut = table();
    cut.addresses.resize(1);
    const solana::AddressLookupTable tables[] = {cut};
    EXPECT_NE(refusal(compile_with_table(), entry_policy(), tables), "");
}

// The same bytes, but the table really holds a stranger's account where ours was claimed to be.
TEST_F(LookupTableTest, JudgesByWhatTheTableHoldsAndNotByWhatWasClaimed) {
    solana::AddressLookupTable turned = table();
    turned.addresses[1] = key_of(5);
    const solana::AddressLookupTable tables[] = {turned};
    EXPECT_NE(refusal(compile_with_table(), entry_policy(), tables), "");
}

}  // namespace
}  // namespace sniperforge::signer
