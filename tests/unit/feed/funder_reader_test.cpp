// SPDX-License-Identifier: MIT
// Who gave a key its first lamports: in one transaction, and by asking a node for it.
#include "sniperforge/feed/funder_reader.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/system_program.hpp"
#include "unit/rpc/fake_node.hpp"

namespace sniperforge::feed {
namespace {

namespace fake = sniperforge::test;

const Pubkey kNewKey = fake::key_of(1), kFunderKey = fake::key_of(2), kThirdKey = fake::key_of(3);

// The funder pays 5 lamports to the new key, by a call that the message or a program made.
[[nodiscard]] ChainTransaction funding() {
    ChainTransaction transaction;
    transaction.accounts = {
        {.key = kFunderKey, .lamports_before = Lamports{10}, .lamports_after = Lamports{5}},
        {.key = kNewKey, .lamports_before = Lamports{}, .lamports_after = Lamports{5}},
        {.key = kThirdKey, .lamports_before = Lamports{1}, .lamports_after = Lamports{1}}};
    transaction.instructions = {
        {.program = solana::kSystemProgram,
         .accounts = {0, 1},
         .data = solana::system_transfer({kFunderKey, kNewKey, Lamports{5}}).data}};
    return transaction;
}

TEST(FunderIn, IsWhoTransferredTheFirstLamports) {
    EXPECT_EQ(funder_in(funding(), kNewKey), kFunderKey);
    ChainTransaction by_program = funding();
    by_program.instructions[0].is_inner = true;
    EXPECT_EQ(funder_in(by_program, kNewKey), kFunderKey);
    EXPECT_EQ(funder_in(funding(), kThirdKey), std::nullopt);
    EXPECT_EQ(funder_in(funding(), fake::key_of(9)), std::nullopt);
}

TEST(FunderIn, IsNobodyWhereTheKeyHadLamportsBeforeOrTheTransactionFailed) {
    ChainTransaction before = funding();
    before.accounts[1].lamports_before = Lamports{1};
    EXPECT_EQ(funder_in(before, kNewKey), std::nullopt);
    ChainTransaction failed = funding();
    failed.is_failed = true;
    EXPECT_EQ(funder_in(failed, kNewKey), std::nullopt);
}

TEST(FunderIn, CountsTheCreationOfTheAccountAndNoOtherInstruction) {
    ChainTransaction created = funding();
    created.instructions[0].data = solana::system_create_account({.funder = kFunderKey,
                                                                  .account = kNewKey,
                                                                  .lamports = Lamports{5},
                                                                  .space = 0,
                                                                  .owner = {}})
                                       .data;
    EXPECT_EQ(funder_in(created, kNewKey), kFunderKey);
    ChainTransaction other = funding();
    other.instructions[0].data = {1, 0, 0, 0};  // Assign.
    EXPECT_EQ(funder_in(other, kNewKey), std::nullopt);
    other = funding();
    other.instructions[0].program = kThirdKey;
    EXPECT_EQ(funder_in(other, kNewKey), std::nullopt);
}

// Bytes of strangers: too short, accounts that are not there, a transfer to oneself.
TEST(FunderIn, IsNobodyInWhatIsNoTransfer) {
    ChainTransaction odd = funding();
    odd.instructions[0].data.resize(3);
    EXPECT_EQ(funder_in(odd, kNewKey), std::nullopt);
    odd = funding();
    odd.instructions[0].accounts = {1};
    EXPECT_EQ(funder_in(odd, kNewKey), std::nullopt);
    odd.instructions[0].accounts = {7, 1};
    EXPECT_EQ(funder_in(odd, kNewKey), std::nullopt);
    odd.instructions[0].accounts = {1, 1};
    EXPECT_EQ(funder_in(odd, kNewKey), std::nullopt);
}

// ---- By a node ----

class FunderReaderTest : public ::testing::Test, public FunderEvents {
 protected:
    FunderReaderTest() {
        node.answer = [this](const fake::RpcRequest& request) { return answer(request); };
    }
    static Signature signature(std::uint8_t number) {
        Signature made;
        made.bytes.fill(number);
        return made;
    }
    // The node's list: so many, the last of them the oldest; negative: it failed.
    void list(const std::vector<int>& numbers) {
        listed.clear();
        for (const int number : numbers) {
            listed += fmt::format(
                R"({}{{"blockTime":null,"confirmationStatus":"confirmed","err":{},"memo":null,"signature":"{}","slot":5}})",
                listed.empty() ? "" : ",",
                number < 0 ? R"({"InstructionError":[0,"Custom"]})" : "null",
                signature(static_cast<std::uint8_t>(std::abs(number))).to_string());
        }
    }
    net::HttpResponse answer(const fake::RpcRequest& request) {
        calls.push_back(reactor.now());
        if (request.method == "getSignaturesForAddress") {
            return is_failing ? fake::error_of(request, -32600, "no")
                              : fake::result_of(request, "[" + listed + "]");
        }
        read.push_back(Signature::parse(fake::first_text(request.params)).value().bytes[0]);
        // A transfer of 5 lamports, tag 2, in base58.
        return fake::result_of(
            request,
            fmt::format(
                R"({{"meta":{{"err":null,"fee":5000,"innerInstructions":[],"postBalances":[5,5,1],"preBalances":[10,0,1]}},)"
                R"("slot":5,"transaction":{{"message":{{"accountKeys":["{}","{}","{}"],)"
                R"("header":{{"numReadonlySignedAccounts":0,"numReadonlyUnsignedAccounts":1,"numRequiredSignatures":1}},)"
                R"("instructions":[{{"accounts":[0,1],"data":"{}","programIdIndex":2,"stackHeight":1}}]}},"signatures":["x"]}}}})",
                kFunderKey.to_string(), kNewKey.to_string(), solana::kSystemProgram.to_string(),
                data));
    }
    void on_funder(const Pubkey& account, const std::optional<Pubkey>& funder) override {
        told.emplace_back(account, funder);
    }
    void run(Duration time) {
        const MonoTime end = reactor.now() + time;
        while (reactor.now() < end) {
            fake::run_for(reactor, std::chrono::milliseconds{100});
            reader.on_tick(reactor.now());
        }
    }

    net::VirtualReactor reactor;
    fake::FakeNode node{reactor, 1000};
    rpc::RpcClient rpc{reactor, {node.endpoint()}};
    FunderReader reader{reactor, rpc, 2, *this};
    std::string listed;
    const std::string data =
        base58_encode(solana::system_transfer({kFunderKey, kNewKey, Lamports{5}}).data);
    bool is_failing = false;
    std::vector<MonoTime> calls;
    std::vector<int> read;
    std::vector<std::pair<Pubkey, std::optional<Pubkey>>> told;
};

TEST_F(FunderReaderTest, ReadsTheOldestThatDidNotFailAndTellsWhoPaid) {
    list({9, 8, 7, -6});
    ASSERT_TRUE(reader.look_up(kNewKey));
    run(std::chrono::seconds{2});
    EXPECT_EQ(read, std::vector<int>{7});
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].first, kNewKey);
    EXPECT_EQ(told[0].second, kFunderKey);
    EXPECT_EQ(reader.statistics().found, 1U);
}

// What is as long as the list may be longer.
TEST_F(FunderReaderTest, AKeyWithALongPastIsNotReadAndHasNoFunder) {
    list(std::vector<int>(FunderReader::kListedMax - 1, 7));
    ASSERT_TRUE(reader.look_up(kNewKey));
    run(std::chrono::seconds{2});
    EXPECT_EQ(read.size(), 1U);
    list(std::vector<int>(FunderReader::kListedMax, 7));
    ASSERT_TRUE(reader.look_up(kNewKey));
    run(std::chrono::seconds{2});
    EXPECT_EQ(read.size(), 1U);
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(told[1].second, std::nullopt);
}

TEST_F(FunderReaderTest, TriesAgainWhatIsNotListedYetAndGivesUpInTheEnd) {
    ASSERT_TRUE(reader.look_up(kNewKey));
    run(std::chrono::seconds{1});
    EXPECT_TRUE(told.empty());
    list({7});
    run(std::chrono::seconds{3});
    ASSERT_EQ(told.size(), 1U);
    EXPECT_TRUE(told[0].second);
    is_failing = true;
    ASSERT_TRUE(reader.look_up(kNewKey));
    run(std::chrono::seconds{20});
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(told[1].second, std::nullopt);
}

TEST_F(FunderReaderTest, CallsNoMoreOftenThanItMay) {
    list({7});
    for (std::uint8_t i = 0; i < 3; ++i) {
        ASSERT_TRUE(reader.look_up(fake::key_of(static_cast<std::uint8_t>(20 + i))));
    }
    run(std::chrono::seconds{10});
    ASSERT_EQ(calls.size(), 6U);
    for (std::size_t i = 1; i < calls.size(); ++i) {
        // As they arrive: the first one had to connect.
        EXPECT_GE(calls[i] - calls[i - 1], std::chrono::milliseconds{499}) << i;
    }
}

TEST_F(FunderReaderTest, TakesAsManyAsItHasRoomForAndNotOneMore) {
    for (std::size_t i = 0; i < FunderReader::kWaitingMax; ++i) {
        ASSERT_TRUE(reader.look_up(kNewKey));
    }
    EXPECT_FALSE(reader.look_up(kNewKey));
    EXPECT_EQ(reader.statistics().lost, 1U);
}

}  // namespace
}  // namespace sniperforge::feed
