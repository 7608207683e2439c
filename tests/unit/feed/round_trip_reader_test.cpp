// SPDX-License-Identifier: MIT
// Round trips that nodes try, within the calls of a minute that holders are read with.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sniperforge/feed/holder_reader.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "unit/rpc/fake_node.hpp"

namespace sniperforge::feed {
namespace {

namespace fake = sniperforge::test;

const Pubkey kMint = fake::key_of(1);
const Bytes kWire{1, 2, 3};

class RoundTripReaderTest : public ::testing::Test, public HolderEvents, public RoundTripEvents {
 protected:
    RoundTripReaderTest() {
        node.answer = [this](const fake::RpcRequest& request) {
            methods.emplace_back(request.method);
            params = request.params;
            if (request.method != "simulateTransaction" || code != 0) {
                return fake::error_of(request, code == 0 ? -32602 : code, "refused");
            }
            return fake::result_of(
                request, fmt::format(R"({{"context":{{"slot":9}},"value":{{"accounts":[],"err":{},)"
                                     R"("logs":[{}],"unitsConsumed":{}}}}})",
                                     error, logs, units));
        };
    }
    void on_holders(const Pubkey&, const std::optional<HolderReading>&) override {}
    void on_metadata(const Pubkey&, const std::optional<solana::MetaplexMetadata>&) override {}
    void on_round_trip(const Pubkey& mint, const RoundTripReading& reading) override {
        EXPECT_EQ(mint, kMint);
        told.push_back(reading);
    }
    void run(Duration time) {
        const MonoTime end = reactor.now() + time;
        while (reactor.now() < end) {
            fake::run_for(reactor, std::chrono::milliseconds{100});
            reader.on_tick(reactor.now());
        }
    }
    // The answer to one, with the sale at instruction 5, in a minute without another call.
    [[nodiscard]] RoundTripReading tried() {
        run(std::chrono::seconds{61});
        EXPECT_TRUE(reader.try_round_trip(kMint, kWire, 5));
        run(std::chrono::seconds{2});
        return told.empty() ? RoundTripReading{} : told.back();
    }

    net::VirtualReactor reactor;
    fake::FakeNode node{reactor, 1000};
    rpc::RpcClient rpc{reactor, {node.endpoint()}};
    HolderReader reader{reactor, rpc, 4, *this, *this};
    std::string error = "null", logs, params;
    std::uint64_t units = 7;
    int code = 0;
    std::vector<std::string> methods;
    std::vector<RoundTripReading> told;
};

TEST_F(RoundTripReaderTest, TellsWhatTheNodesProgramsSay) {
    const RoundTripReading sold = tried();
    EXPECT_EQ(sold.unread, "");
    EXPECT_EQ(sold.error, "");
    EXPECT_EQ(sold.slot, Slot{9});
    EXPECT_NE(params.find(R"("sigVerify":false)"), std::string::npos) << params;
    EXPECT_NE(params.find(R"("replaceRecentBlockhash":true)"), std::string::npos);
    EXPECT_EQ(reader.statistics().calls, 1U);
    EXPECT_EQ(reader.statistics().tried, 1U);
}

// The instruction that failed says whose it is.
TEST_F(RoundTripReaderTest, TellsThePurchaseFromTheSaleAndWhichProgramsFailed) {
    error = R"({"InstructionError":[4,{"Custom":17}]})";
    logs = fmt::format(R"("Program {} failed: custom program error: 0x11")",
                       solana::kTokenProgram.to_string());
    RoundTripReading failed = tried();
    EXPECT_EQ(failed.error, error);
    EXPECT_FALSE(failed.is_of_sale);
    EXPECT_EQ(failed.programs_failed, std::vector{solana::kTokenProgram});
    error = R"({"InstructionError":[5,{"Custom":17}]})";
    EXPECT_TRUE(tried().is_of_sale);
    error = R"("AccountNotFound")";
    EXPECT_FALSE(tried().is_of_sale);
}

// Of a method that is switched off, and of a node that is asked too often.
TEST_F(RoundTripReaderTest, SaysWhyNoNodeTriedIt) {
    code = -32601;
    EXPECT_NE(tried().unread.find("refused"), std::string::npos) << told.back().unread;
    code = 429;
    EXPECT_NE(tried().unread, "");
    EXPECT_EQ(told.size(), 2U);
    EXPECT_EQ(reader.statistics().untried, 2U);
}

// Nothing that was run costs nothing, and no chain writes errors of pages.
TEST_F(RoundTripReaderTest, BelievesNoAnswerThatANodeThatRanItWouldNotGive) {
    units = 0;
    EXPECT_NE(tried().unread.find("nothing was run"), std::string::npos) << told.back().unread;
    units = 1;
    EXPECT_EQ(tried().unread, "");
    // A transaction that did not start has used none.
    units = 0;
    error = R"("AccountNotFound")";
    EXPECT_EQ(tried().unread, "");
    EXPECT_EQ(told.back().error, error);
    error = '"' + std::string(1'022, 'x') + '"';
    EXPECT_EQ(tried().error, error);
    error = '"' + std::string(1'023, 'x') + '"';
    EXPECT_NE(tried().unread.find("an error of 1025 bytes"), std::string::npos);
    EXPECT_LT(told.back().unread.size(), 300U);
    EXPECT_EQ(told.back().error, "");
}

TEST_F(RoundTripReaderTest, IsToldOfAnswersThatCannotBeRead) {
    for (const std::string result :
         {"null", "7", R"("done")", "[]", "{}", R"({"context":{"slot":9},"value":null})",
          R"({"context":{"slot":9},"value":{"logs":[]}})",
          R"({"context":{"slot":-1},"value":{"err":null,"logs":[],"unitsConsumed":7}})",
          R"({"context":{"slot":9},"value":{"err":null,"logs":7,"unitsConsumed":7}})"}) {
        node.answer = [&](const fake::RpcRequest& request) {
            return fake::result_of(request, result);
        };
        const std::size_t before = told.size();
        EXPECT_NE(tried().unread, "") << result;
        EXPECT_EQ(told.size(), before + 1) << result;
    }
}

// One that failed is at fault with what called it; more than call each other are made up.
TEST_F(RoundTripReaderTest, KeepsSoManyProgramsThatFailedAndNoMore) {
    error = R"({"InstructionError":[5,{"Custom":17}]})";
    for (int i = 0; i < 17; ++i) {
        logs += fmt::format(R"({}"Program {} failed: custom program error: 0x11")",
                            logs.empty() ? "" : ",", solana::kTokenProgram.to_string());
    }
    EXPECT_EQ(tried().programs_failed.size(), 16U);
}

// One budget for both: a trial waits for it, as holders do, and goes first.
TEST_F(RoundTripReaderTest, IsWithinTheCallsOfAMinute) {
    ASSERT_TRUE(reader.look_up(kMint, {}));
    for (int i = 0; i < 5; ++i) {
        ASSERT_TRUE(reader.try_round_trip(kMint, kWire, 5));
    }
    run(std::chrono::seconds{59});
    EXPECT_EQ(told.size(), 4U);
    EXPECT_EQ(methods.size(), 4U);
    run(std::chrono::seconds{3});
    EXPECT_EQ(told.size(), 5U);
    ASSERT_GE(methods.size(), 6U);
    EXPECT_EQ(methods[5], "getTokenLargestAccounts");
}

TEST_F(RoundTripReaderTest, TakesNoMoreThanMayWait) {
    for (std::size_t i = 0; i < HolderReader::kWaitingMax; ++i) {
        ASSERT_TRUE(reader.try_round_trip(kMint, kWire, 5));
    }
    EXPECT_FALSE(reader.try_round_trip(kMint, kWire, 5));
    EXPECT_EQ(reader.statistics().lost, 1U);
}

}  // namespace
}  // namespace sniperforge::feed
