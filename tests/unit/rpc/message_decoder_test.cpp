// SPDX-License-Identifier: MIT
#include "sniperforge/rpc/message_decoder.hpp"

#include <gtest/gtest.h>

#include <string>

#include "sniperforge/net/websocket.hpp"

namespace sniperforge::rpc {
namespace {

constexpr const char* kSystemOwner = "11111111111111111111111111111111";

[[nodiscard]] std::string account_of(const std::string& lamports) {
    return R"({"data":["AQI=","base64"],"executable":false,"lamports":)" + lamports +
           R"(,"owner":")" + kSystemOwner + R"("})";
}

class MessageDecoderTest : public ::testing::Test {
 protected:
    [[nodiscard]] Result<SocketNews> news(std::string text) {
        text_ = std::move(text);
        text_.reserve(text_.size() + net::kMessagePadding);
        return decoder.socket_news(text_);
    }
    MessageDecoder decoder;

 private:
    std::string text_;  // Outlives what was read of it.
};

TEST_F(MessageDecoderTest, TellsNotificationsFromWhatGaveASubscriptionOutAndFromTheRest) {
    auto slot = news(
        R"({"method":"slotNotification","params":{"result":{"parent":4,"root":1,"slot":5},"subscription":7}})");
    ASSERT_TRUE(slot);
    EXPECT_EQ(slot->kind, SocketNews::Kind::Update);
    EXPECT_EQ(slot->subscription, 7U);
    EXPECT_EQ(std::get<SlotUpdate>(slot->update).slot, Slot{5});
    const auto given = news(R"({"jsonrpc":"2.0","result":23,"id":1})");
    ASSERT_TRUE(given);
    EXPECT_EQ(given->kind, SocketNews::Kind::Subscribed);
    EXPECT_EQ(given->subscription, 23U);
    EXPECT_EQ(news(R"({"jsonrpc":"2.0","result":true,"id":1})")->kind, SocketNews::Kind::Nothing);
    EXPECT_EQ(news(R"({"jsonrpc":"2.0","error":{"code":1},"id":1})")->kind,
              SocketNews::Kind::Nothing);
    EXPECT_FALSE(news("{"));
}

TEST_F(MessageDecoderTest, ReadsAccountsByRequestAndByKey) {
    const auto by_request = decoder.accounts(R"({"result":{"context":{"slot":9},"value":[)" +
                                             account_of("5") + R"(,null]},"id":1})");
    ASSERT_TRUE(by_request) << by_request.error().text;
    EXPECT_EQ(by_request->context_slot, Slot{9});
    ASSERT_EQ(by_request->accounts.size(), 2U);
    EXPECT_EQ(by_request->accounts[0].lamports, Lamports{5});
    EXPECT_EQ(by_request->accounts[0].data, (Bytes{1, 2}));
    EXPECT_TRUE(by_request->accounts[1].lamports.is_zero());
    const std::string keyed =
        std::string{R"([{"pubkey":")"} + kSystemOwner + R"(","account":)" + account_of("6") + "}]";
    const auto bare = decoder.accounts(R"({"result":)" + keyed + R"(,"id":1})");
    ASSERT_TRUE(bare) << bare.error().text;
    ASSERT_EQ(bare->accounts.size(), 1U);
    const auto wrapped =
        decoder.accounts(R"({"result":{"context":{"slot":8},"value":)" + keyed + R"(},"id":1})");
    ASSERT_TRUE(wrapped) << wrapped.error().text;
    EXPECT_EQ(wrapped->context_slot, Slot{8});
    EXPECT_EQ(wrapped->accounts.at(0).lamports, Lamports{6});
}

TEST_F(MessageDecoderTest, OtherAnswersHaveNoAccounts) {
    for (const char* other :
         {R"({"result":5,"id":1})", R"({"error":{"code":-32016},"id":1})", R"([1])",
          R"({"result":{"context":{"slot":9},"value":[{"slot":3,"err":null}]},"id":1})",
          R"({"result":[{"signature":"x","slot":1}],"id":1})", R"({"outAmount":"5"})"}) {
        const auto accounts = decoder.accounts(other);
        ASSERT_TRUE(accounts) << other << accounts.error().text;
        EXPECT_TRUE(accounts->accounts.empty()) << other;
    }
    EXPECT_FALSE(decoder.accounts("<html>"));
    EXPECT_FALSE(decoder.accounts(
        R"({"result":{"context":{"slot":9},"value":[{"lamports":"five"}]},"id":1})"));
}

}  // namespace
}  // namespace sniperforge::rpc
