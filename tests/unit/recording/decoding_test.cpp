// SPDX-License-Identifier: MIT
// Raw frames, decoded again: what is the same, and what is named where it is not.
#include "sniperforge/recording/decoding.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "recording/inputs.hpp"
#include "recording/kinds.hpp"
#include "unit/recording/recording_support.hpp"

namespace sniperforge::recording {
namespace {

constexpr std::string_view kUpgraded =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";

[[nodiscard]] Pubkey key_of(std::uint8_t number) {
    Pubkey key;
    key.bytes.fill(number);
    return key;
}

// A WebSocket's frame of a server.
[[nodiscard]] std::string frame(std::string_view text) {
    std::string bytes{"\x81"};
    if (text.size() < 126) {
        bytes += static_cast<char>(text.size());
    } else {
        bytes += {126, static_cast<char>(text.size() >> 8U), static_cast<char>(text.size())};
    }
    return bytes.append(text);
}
[[nodiscard]] std::string account_json(std::uint64_t lamports, std::string_view data) {
    return fmt::format(
        R"({{"data":["{}","base64"],"executable":false,"lamports":{},"owner":"{}","space":3}})",
        data, lamports, key_of(9).to_string());
}
[[nodiscard]] std::string account_frame(std::uint64_t subscription, std::uint64_t slot,
                                        std::uint64_t lamports, std::string_view data = "AQID") {
    return frame(fmt::format(
        R"({{"jsonrpc":"2.0","method":"accountNotification","params":{{"result":{{"context":{{"slot":{}}},"value":{}}},"subscription":{}}}}})",
        slot, account_json(lamports, data), subscription));
}
[[nodiscard]] std::string slot_frame(std::uint64_t slot) {
    return frame(fmt::format(
        R"({{"jsonrpc":"2.0","method":"slotNotification","params":{{"result":{{"parent":{},"root":1,"slot":{}}},"subscription":1}}}})",
        slot - 1, slot));
}

class DecodingTest : public test::RecordingFile {
 protected:
    DecodingTest() : file_{writer()} {}

    void open(std::uint32_t stream) {
        Bytes body;
        append_le(body, stream);
        append_le(body, std::uint16_t{80});
        append(body, bytes_of("node"));
        put_record(Kind::StreamOpened, body);
    }
    void open_socket(std::uint32_t stream = 1) {
        open(stream);
        arrive(1, kUpgraded, stream);
    }
    void arrive(std::int64_t at, std::string_view bytes, std::uint32_t stream = 1) {
        Bytes body;
        append_le(body, stream);
        append_le(body, at);
        append(body, bytes_of(bytes));
        put_record(Kind::StreamRead, body);
    }
    void tell(std::int64_t received, const ChainUpdate& update) {
        Bytes body;
        append_step(body, 0);
        append_step(body, 0);
        append_le(body, received);
        append_le(body, received);
        append_update(update, body);
        put_record(Kind::ChainUpdate, body);
    }
    // What account_frame() says, of the account with this number.
    void tell_account(std::int64_t received, std::uint8_t number, std::uint64_t slot,
                      std::uint64_t lamports) {
        tell(received,
             AccountUpdate{Slot{slot}, key_of(number), key_of(9), Lamports{lamports}, kData});
    }
    [[nodiscard]] DecodingResult verify() {
        file_->hand_over();
        EXPECT_TRUE(file_->close({}));
        auto result = verify_decoding(path);
        SF_ASSERT(result.has_value());
        EXPECT_FALSE(result->is_damaged) << result->problem;
        return *std::move(result);
    }
    const Bytes kData{1, 2, 3};

 private:
    void put_record(Kind kind, const Bytes& body) {
        Block& block = file_->block();
        block.bytes.push_back(static_cast<std::uint8_t>(kind));
        append_number(block.bytes, body.size());
        append(block.bytes, body);
        ++block.records;
    }
    std::unique_ptr<Writer> file_;
};

TEST_F(DecodingTest, EveryKindOfUpdateIsFoundInItsFrame) {
    open_socket();
    arrive(5, slot_frame(7) + account_frame(2, 7, 10));
    tell(5, SlotUpdate{Slot{7}, Slot{6}, Slot{1}});
    tell_account(5, 3, 7, 10);
    const Signature signature = Signature::from(Bytes(64, 4));
    arrive(
        6,
        frame(fmt::format(
            R"({{"method":"logsNotification","params":{{"result":{{"context":{{"slot":8}},"value":{{"signature":"{}","err":null,"logs":["a \"b\""]}}}},"subscription":3}}}})",
            signature.to_string())));
    const std::string_view line = "a \"b\"";
    tell(6, LogsUpdate{Slot{8}, signature, false, {&line, 1}});
    arrive(7,
           frame(R"({"method":"signatureNotification","params":{"result":{"context":)"
                 R"({"slot":8},"value":{"err":{"InstructionError":[0,1]}}},"subscription":4}})"));
    tell(7, SignatureUpdate{Slot{8}, signature, R"({"InstructionError":[0,1]})"});
    open(2);
    const std::string body = fmt::format(
        R"({{"jsonrpc":"2.0","result":{{"context":{{"slot":9}},"value":[null,{}]}},"id":1}})",
        account_json(20, "AQID"));
    arrive(8, fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", body.size(), body), 2);
    tell(9, AccountUpdate{Slot{9}, key_of(5), key_of(9), Lamports{20}, kData, true});
    tell(9, AccountUpdate{Slot{9}, key_of(6), {}, {}, {}, true});  // There is none.
    tell(9, FeedRestored{"node"});                                 // In no frame.
    const DecodingResult result = verify();
    EXPECT_TRUE(result.is_equal());
    EXPECT_EQ(result.streams, 2U);
    EXPECT_EQ(result.frames, 5U);
    EXPECT_EQ(result.notifications, 4U);
    EXPECT_EQ(result.answered_accounts, 2U);
    EXPECT_EQ(result.updates, 6U);
    EXPECT_EQ(result.equal, 6U);
    EXPECT_EQ(result.unreadable, 0U);
}

TEST_F(DecodingTest, AChangedFrameIsNamedWithWhatItSays) {
    open_socket();
    arrive(5, slot_frame(7) + account_frame(2, 7, 10));
    tell_account(5, 3, 7, 10);
    arrive(6, account_frame(2, 8, 12));
    tell_account(6, 3, 8, 11);
    const DecodingResult result = verify();
    EXPECT_FALSE(result.is_equal());
    EXPECT_EQ(result.equal, 1U);
    ASSERT_EQ(result.differences.size(), 1U);
    const DecodingDifference& difference = result.differences[0];
    EXPECT_EQ(difference.frame, 3U);
    EXPECT_EQ(difference.slot, Slot{8});
    EXPECT_EQ(difference.account, key_of(3));
    EXPECT_EQ(difference.text, "lamports 11 recorded and 12 decoded");
    EXPECT_EQ(difference.record, 6U);
}

TEST_F(DecodingTest, ChangedDataIsNamedByItsFirstByte) {
    open_socket();
    arrive(5, account_frame(2, 7, 10, "AQIE"));
    tell_account(5, 3, 7, 10);
    const DecodingResult result = verify();
    ASSERT_EQ(result.differences.size(), 1U);
    EXPECT_EQ(result.differences[0].text,
              "data of 3 bytes recorded and 3 decoded, other from byte 2 on");
}

TEST_F(DecodingTest, ADamagedFrameIsUnreadableAndItsUpdateIsADifference) {
    open_socket();
    std::string damaged = account_frame(2, 7, 10);
    damaged[damaged.find("lamports")] = '"';
    arrive(5, damaged);
    tell_account(5, 3, 7, 10);
    arrive(6, slot_frame(8));
    tell(6, SlotUpdate{Slot{8}, Slot{7}, Slot{1}});
    const DecodingResult result = verify();
    EXPECT_EQ(result.unreadable, 1U);
    ASSERT_EQ(result.unreadable_frames.size(), 1U);
    EXPECT_EQ(result.unreadable_frames[0].frame, 1U);
    EXPECT_EQ(result.equal, 1U);  // What follows is read.
    ASSERT_EQ(result.differences.size(), 1U);
    EXPECT_EQ(result.differences[0].frame, 1U);
    EXPECT_NE(result.differences[0].text.find("cannot be read"), std::string::npos);
}

TEST_F(DecodingTest, AStreamThatIsNoWebSocketAnyMoreIsSaid) {
    open_socket();
    arrive(5, "\xf1\x01x" + slot_frame(7));
    tell(5, SlotUpdate{Slot{7}, Slot{6}, Slot{1}});
    const DecodingResult result = verify();
    EXPECT_EQ(result.unreadable, 1U);
    EXPECT_EQ(result.different(), 1U);
    EXPECT_NE(result.unreadable_frames.at(0).text.find("stream 1 from here on"), std::string::npos);
}

TEST_F(DecodingTest, AFrameThatCameInPiecesIsThatOfItsLastRead) {
    open_socket();
    const std::string whole = slot_frame(7);
    arrive(5, whole.substr(0, 9));
    arrive(6, whole.substr(9));
    tell(6, SlotUpdate{Slot{7}, Slot{6}, Slot{1}});
    EXPECT_TRUE(verify().is_equal());
}

// A feed leaves out what another node told first. What it makes of no frame at all is wrong.
TEST_F(DecodingTest, FramesWithoutAnUpdateAreNoDifferenceAndUpdatesWithoutAFrameAre) {
    open_socket();
    open_socket(2);
    arrive(5, slot_frame(7));
    tell(5, SlotUpdate{Slot{7}, Slot{6}, Slot{1}});
    arrive(6, slot_frame(7), 2);
    tell(7, SlotUpdate{Slot{8}, Slot{7}, Slot{1}});
    const DecodingResult result = verify();
    EXPECT_EQ(result.notifications, 2U);
    EXPECT_EQ(result.equal, 1U);
    ASSERT_EQ(result.differences.size(), 1U);
    EXPECT_EQ(result.differences[0].frame, 0U);
    EXPECT_NE(result.differences[0].text.find("no frame of that time"), std::string::npos);
}

TEST_F(DecodingTest, OneNotificationIsOneUpdate) {
    open_socket();
    arrive(5, account_frame(2, 7, 10));
    tell_account(5, 3, 7, 10);
    tell_account(5, 3, 7, 10);
    EXPECT_EQ(verify().different(), 1U);
}

// A notification does not say of which account it is: its subscription does, until an answer gives
// the number to another one.
TEST_F(DecodingTest, ASubscriptionIsOfOneAccount) {
    open_socket();
    arrive(5, account_frame(2, 7, 10));
    tell_account(5, 3, 7, 10);
    arrive(6, account_frame(2, 8, 10));
    tell_account(6, 4, 8, 10);
    arrive(7, frame(R"({"jsonrpc":"2.0","result":2,"id":5})") + account_frame(2, 9, 10));
    tell_account(7, 4, 9, 10);
    const DecodingResult result = verify();
    ASSERT_EQ(result.differences.size(), 1U);
    EXPECT_EQ(result.differences[0].account, key_of(4));
    EXPECT_EQ(result.differences[0].slot, Slot{8});
    EXPECT_EQ(result.differences[0].text, "of another account");
}

// Two accounts of one content: which subscription is whose cannot be told from them.
TEST_F(DecodingTest, TwoAccountsThatSayTheSameAreNotTakenForEachOther) {
    open_socket();
    arrive(5, account_frame(2, 7, 10) + account_frame(3, 7, 10));
    tell_account(5, 4, 7, 10);
    tell_account(5, 3, 7, 10);
    arrive(6, account_frame(2, 8, 11));
    tell_account(6, 3, 8, 11);
    EXPECT_TRUE(verify().is_equal());
}

TEST_F(DecodingTest, TheFirstDifferencesAreNamedAndAllAreCounted) {
    open_socket();
    for (std::uint8_t i = 0; i < 7; ++i) {
        tell_account(5, i, 7, 10);
    }
    const DecodingResult result = verify();
    EXPECT_EQ(result.different(), 7U);
    EXPECT_EQ(result.differences.size(), DecodingResult::kNamedMax);
}

TEST_F(DecodingTest, WithoutAnUpdateNothingIsEqual) {
    open_socket();
    arrive(5, slot_frame(7));
    const DecodingResult result = verify();
    EXPECT_EQ(result.different(), 0U);
    EXPECT_FALSE(result.is_equal());
}

}  // namespace
}  // namespace sniperforge::recording
