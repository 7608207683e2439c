// SPDX-License-Identifier: MIT
#include "rpc/notification.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <new>
#include <string>

#include "sniperforge/core/base64.hpp"
#include "sniperforge/core/rng.hpp"
#include "sniperforge/net/websocket.hpp"
#include "support/data.hpp"

namespace {

std::size_t allocations = 0;

void* counted_or_null(std::size_t size) noexcept {
    ++allocations;
    return std::malloc(size == 0 ? 1 : size);
}

void* counted(std::size_t size) {
    if (void* memory = counted_or_null(size)) {
        return memory;
    }
    throw std::bad_alloc{};
}

}  // namespace

void* operator new(std::size_t size) { return counted(size); }
void* operator new[](std::size_t size) { return counted(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    return counted_or_null(size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
    return counted_or_null(size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { std::free(memory); }

namespace sniperforge::rpc {
namespace {

// A message as the socket hands it over: with readable bytes behind it.
class Padded {
 public:
    explicit Padded(std::string text) : text_{std::move(text)}, size_{text_.size()} {
        text_.append(net::kMessagePadding, 'x');
    }
    [[nodiscard]] std::string_view view() const { return std::string_view{text_}.substr(0, size_); }

 private:
    std::string text_;
    std::size_t size_;
};

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

constexpr std::string_view kOwner = "11111111111111111111111111111111";

std::string account_frame(std::string_view data, std::string_view encoding = "base64") {
    return fmt::format(
        R"({{"jsonrpc":"2.0","method":"accountNotification","params":{{"result":)"
        R"({{"context":{{"slot":5199307}},"value":{{"data":["{}","{}"],"executable":false,)"
        R"("lamports":33594,"owner":"{}","rentEpoch":18446744073709551615,"space":80}}}},)"
        R"("subscription":23784}}}})",
        data, encoding, kOwner);
}

TEST(DecodeNotification, ReadsTheRealProgramNotificationWithItsOversizedRentEpoch) {
    SF_REQUIRE_DATA(data);
    FrameDecoder decoder;
    const Padded message{read_file(data / "fixtures/ws/program_notification_pump_curve.json")};
    const auto frame = decoder.decode_notification(message.view());
    ASSERT_TRUE(frame) << frame.error().text;
    const auto& notification = std::get<Notification>(*frame);
    EXPECT_EQ(notification.kind, Notification::Kind::Program);
    EXPECT_EQ(notification.subscription, 182184U);
    const auto& account = std::get<AccountUpdate>(notification.update);
    EXPECT_EQ(account.slot.value, 308370512U);
    EXPECT_EQ(account.lamports.raw(), 20575589885U);
    EXPECT_EQ(account.pubkey.to_string(), "Hmd2s7SgPdmjqS9Z8w4DCHyomCnVRStZ6KE265rn7CDf");
    EXPECT_EQ(account.owner.to_string(), "6EF8rrecthR5Dkzon8Nwu78hRvfCKubJ14M5uBEwF6P");
    EXPECT_EQ(base64_encode(account.data),
              "F7f4N2DYrGC51jcK4kICAM11d8YLAAAAuT4lvlBEAQDNyVPKBAAAAACAxqR+jQMAAA==");
}

TEST(DecodeNotification, ReadsTheRecordedLogs) {
    SF_REQUIRE_DATA(data);
    const auto path = data / "fixtures/ws/logs_notification_pump_create.json";
    const test::JsonFile expected{path};
    FrameDecoder decoder;
    const Padded message{read_file(path)};
    const auto frame = decoder.decode_notification(message.view());
    ASSERT_TRUE(frame) << frame.error().text;
    const auto& notification = std::get<Notification>(*frame);
    EXPECT_EQ(notification.subscription, 7U);
    const auto& logs = std::get<LogsUpdate>(notification.update);
    EXPECT_EQ(logs.slot.value, 435946190U);
    EXPECT_FALSE(logs.is_failed);
    EXPECT_EQ(logs.signature.to_string(),
              "2RoRJxatbF9Qkv87jei19u7ei2ckyjjnrCHZBRRAXi4GFJi68kra2iPSk7aoQ9Ugnf5FK5Mdp274hMaVSzn6"
              "SN5M");
    const simdjson::dom::array lines =
        expected.root()["params"]["result"]["value"]["logs"].get_array();
    ASSERT_EQ(logs.lines.size(), lines.size());
    std::size_t i = 0;
    for (const auto line : lines) {
        EXPECT_EQ(logs.lines[i++], std::string_view{line});
    }
}

TEST(DecodeNotification, ReadsTheDocumentedShapes) {
    SF_REQUIRE_DATA(data);
    const test::JsonFile fixtures{data / "fixtures/ws/documented_notifications.json"};
    FrameDecoder decoder;
    const auto decode = [&](const char* name) {
        const Padded message{simdjson::to_string(simdjson::dom::element{fixtures.root()[name]})};
        auto frame = decoder.decode_notification(message.view());
        EXPECT_TRUE(frame) << name << ": " << frame.error().text;
        return std::move(*frame);
    };

    const auto acknowledgement = std::get<Acknowledgement>(decode("accountSubscribe_ack"));
    EXPECT_EQ(acknowledgement.id, 1U);
    EXPECT_EQ(acknowledgement.result, 23784U);

    const auto account = std::get<Notification>(decode("accountNotification_base58"));
    EXPECT_EQ(account.subscription, 23784U);
    EXPECT_EQ(std::get<AccountUpdate>(account.update).slot.value, 5199307U);
    EXPECT_EQ(std::get<AccountUpdate>(account.update).lamports.raw(), 33594U);
    EXPECT_EQ(std::get<AccountUpdate>(account.update).data.size(), 80U);

    const auto logs = std::get<Notification>(decode("logsNotification"));
    EXPECT_EQ(logs.subscription, 24040U);

    const auto final = std::get<Notification>(decode("signatureNotification_final"));
    EXPECT_EQ(final.subscription, 24006U);
    EXPECT_EQ(std::get<SignatureUpdate>(final.update).slot.value, 5207624U);
    EXPECT_EQ(std::get<SignatureUpdate>(final.update).error, "");
    EXPECT_TRUE(std::holds_alternative<Ignored>(decode("signatureNotification_received")));

    const auto slot = std::get<Notification>(decode("slotNotification"));
    EXPECT_EQ(slot.subscription, 0U);
    EXPECT_EQ(std::get<SlotUpdate>(slot.update).slot.value, 76U);
    EXPECT_EQ(std::get<SlotUpdate>(slot.update).parent.value, 75U);
    EXPECT_EQ(std::get<SlotUpdate>(slot.update).root.value, 44U);
    EXPECT_TRUE(std::holds_alternative<Ignored>(decode("rootNotification")));
}

TEST(DecodeNotification, ReadsMembersInAnyOrderAndEscapedText) {
    FrameDecoder decoder;
    // JSON allows "\/" for the slash of base64; PHP-based proxies write it.
    const Padded message{
        R"({"params":{"subscription":18446744073709551615,"result":{"value":{"owner":")" +
        std::string{kOwner} +
        R"(","lamports":1,"executable":true,"data":["\/w==","base64"]},"context":{"slot":9}}},)"
        R"("method":"accountNotification"})"};
    const auto frame = decoder.decode_notification(message.view());
    ASSERT_TRUE(frame) << frame.error().text;
    const auto& notification = std::get<Notification>(*frame);
    EXPECT_EQ(notification.subscription, UINT64_MAX);
    const auto& account = std::get<AccountUpdate>(notification.update);
    ASSERT_EQ(account.data.size(), 1U);
    EXPECT_EQ(account.data[0], 0xff);
    EXPECT_EQ(account.slot.value, 9U);
}

TEST(DecodeNotification, ReadsAFailedSignatureAsTheChainsJson) {
    FrameDecoder decoder;
    const Padded message{
        R"({"jsonrpc":"2.0","method":"signatureNotification","params":{"result":{"context":)"
        R"({"slot":5},"value":{"err":{"InstructionError":[0,{"Custom":6001}]}}},"subscription":1}})"};
    const auto frame = decoder.decode_notification(message.view());
    ASSERT_TRUE(frame) << frame.error().text;
    EXPECT_EQ(std::get<SignatureUpdate>(std::get<Notification>(*frame).update).error,
              R"({"InstructionError":[0,{"Custom":6001}]})");
}

TEST(DecodeNotification, ReadsRefusalsAndUnsubscribeAnswers) {
    FrameDecoder decoder;
    const Padded refused{
        R"({"jsonrpc":"2.0","error":{"code":-32602,"message":"Invalid params"},"id":3})"};
    const auto refusal = decoder.decode_notification(refused.view());
    ASSERT_TRUE(refusal);
    EXPECT_EQ(std::get<Refusal>(*refusal).id, 3U);
    EXPECT_EQ(std::get<Refusal>(*refusal).error, R"({"code":-32602,"message":"Invalid params"})");
    const Padded ended{R"({"jsonrpc":"2.0","result":true,"id":7})"};
    const auto end = decoder.decode_notification(ended.view());
    ASSERT_TRUE(end);
    EXPECT_EQ(std::get<Acknowledgement>(*end).id, 7U);
}

// Some gateways send our number back as a string, and fill in an error of null.
TEST(DecodeNotification, ReadsTheIdOfAnAnswerFromADecimalString) {
    FrameDecoder decoder;
    const Padded given{R"({"jsonrpc":"2.0","result":5,"error":null,"id":"18"})"};
    const auto answer = decoder.decode_notification(given.view());
    ASSERT_TRUE(answer) << answer.error().text;
    EXPECT_EQ(std::get<Acknowledgement>(*answer).id, 18U);
    EXPECT_EQ(std::get<Acknowledgement>(*answer).result, 5U);
    const Padded refused{R"({"error":{"code":1},"id":"3"})"};
    const auto refusal = decoder.decode_notification(refused.view());
    ASSERT_TRUE(refusal) << refusal.error().text;
    EXPECT_EQ(std::get<Refusal>(*refusal).id, 3U);
    for (const char* id : {R"("")", R"("1x")", R"("-1")", "1.5", "null"}) {
        const Padded bad{std::string{R"({"result":5,"id":)"} + id + "}"};
        EXPECT_FALSE(decoder.decode_notification(bad.view())) << id;
    }
}

TEST(DecodeNotification, ReadsASlotWithoutARootAndNoneWithoutAParent) {
    const auto frame_of = [](std::string_view members) {
        return fmt::format(
            R"({{"method":"slotNotification","params":{{"result":{{{}}},"subscription":1}}}})",
            members);
    };
    FrameDecoder decoder;
    const Padded bare{frame_of(R"("parent":75,"slot":76)")};
    const auto frame = decoder.decode_notification(bare.view());
    ASSERT_TRUE(frame) << frame.error().text;
    const auto update = std::get<SlotUpdate>(std::get<Notification>(*frame).update);
    EXPECT_EQ(update.slot, Slot{76});
    EXPECT_EQ(update.root, Slot{});
    for (const auto& [members, named] : {std::pair{R"("parent":75,"slot":76,"root":"44")", "root"},
                                         std::pair{R"("slot":76)", "parent"}}) {
        const Padded bad{frame_of(members)};
        const auto refused = decoder.decode_notification(bad.view());
        ASSERT_FALSE(refused);
        EXPECT_NE(refused.error().text.find(named), std::string::npos) << refused.error().text;
    }
}

TEST(DecodeNotification, NamesWhatIsWrongWithAFrame) {
    FrameDecoder decoder;
    const auto error_of = [&](std::string text) {
        const Padded message{std::move(text)};
        const auto frame = decoder.decode_notification(message.view());
        EXPECT_FALSE(frame) << message.view();
        return frame ? std::string{} : frame.error().text;
    };
    EXPECT_NE(error_of("hello").find("frame"), std::string::npos);
    EXPECT_NE(error_of("").find("frame"), std::string::npos);
    EXPECT_NE(error_of("[1,2]").find("frame"), std::string::npos);
    EXPECT_NE(error_of("{}").find("result"), std::string::npos);
    EXPECT_NE(error_of(R"({"method":5})").find("method"), std::string::npos);
    EXPECT_NE(error_of(R"({"method":"x"})").find("method"), std::string::npos);
    EXPECT_NE(error_of(R"({"method":"slotNotification"})").find("params"), std::string::npos);
    EXPECT_NE(error_of(R"({"method":"slotNotification","params":{"result":{"parent":1,"root":1,)"
                       R"("slot":18446744073709551616},"subscription":1}})")
                  .find("slot"),
              std::string::npos);
    EXPECT_NE(error_of(R"({"method":"slotNotification","params":{"result":{"parent":1,"root":1,)"
                       R"("slot":1.5},"subscription":1}})")
                  .find("slot"),
              std::string::npos);
    EXPECT_NE(error_of(account_frame("AAE")).find("data"), std::string::npos);
    EXPECT_NE(error_of(account_frame("AAEC", "base64+zstd")).find("data"), std::string::npos);
    EXPECT_NE(error_of(account_frame("AA*C")).find("data"), std::string::npos);
    EXPECT_NE(error_of(R"({"result":1})").find("id"), std::string::npos);
    EXPECT_NE(error_of(R"({"result":"x","id":1})").find("result"), std::string::npos);
}

TEST(DecodeNotification, RefusesDeepNestingInsteadOfOverflowing) {
    FrameDecoder decoder;
    for (const char open : {'[', '{'}) {
        const Padded message{R"({"method":"slotNotification","params":)" +
                             std::string(200'000, open)};
        EXPECT_FALSE(decoder.decode_notification(message.view()));
    }
}

TEST(DecodeNotification, DoesNotAllocateForAnAccountOnceItsBuffersHaveGrown) {
    FrameDecoder decoder;
    const Bytes data(752, 0xab);  // A Raydium AMM v4 pool.
    const Padded message{account_frame(base64_encode(data))};
    ASSERT_TRUE(decoder.decode_notification(message.view()));
    const std::size_t before = allocations;
    std::uint64_t sum = 0;
    for (int i = 0; i < 1000; ++i) {
        const auto frame = decoder.decode_notification(message.view());
        sum += std::get<AccountUpdate>(std::get<Notification>(*frame).update).data.size();
    }
    EXPECT_EQ(allocations - before, 0U);
    EXPECT_EQ(sum, 752'000U);
}

TEST(DecodeNotification, SurvivesEveryCutOfEveryShape) {
    SF_REQUIRE_DATA(data);
    FrameDecoder decoder;
    const std::string full = read_file(data / "fixtures/ws/program_notification_pump_curve.json");
    for (std::size_t size = 0; size < full.size(); ++size) {
        // An exact copy, so that reading too far is seen by the sanitizer.
        const Padded message{full.substr(0, size)};
        static_cast<void>(decoder.decode_notification(message.view()));
    }
}

TEST(DecodeNotification, SurvivesGarbageAndChangedFrames) {
    FrameDecoder decoder;
    Rng rng{2026};
    const std::vector<std::string> seeds{
        account_frame("AAECAwQF"),
        R"({"jsonrpc":"2.0","method":"programNotification","params":{"result":{"context":{"slot":1},"value":{"pubkey":"11111111111111111111111111111111","account":{"data":["AAEC","base64"],"executable":false,"lamports":1,"owner":"11111111111111111111111111111111","rentEpoch":0,"space":3}}},"subscription":4}})",
        R"({"jsonrpc":"2.0","method":"logsNotification","params":{"result":{"context":{"slot":1},"value":{"signature":"5h6xBEauJ3PK6SWCZ1PGjBvj8vDdWG3KpwATGy1ARAXFSDwt8GFXM7W5Ncn16wmqokgpiKRLuS83KUxyZyv2sUYv","err":null,"logs":["a\u0041","b\\n"]}},"subscription":4}})",
        R"({"jsonrpc":"2.0","method":"slotNotification","params":{"result":{"parent":75,"root":44,"slot":76},"subscription":0}})",
        R"({"jsonrpc":"2.0","error":{"code":1,"message":"m"},"id":1})",
        R"({"jsonrpc":"2.0","result":5,"id":1})"};
    constexpr std::string_view kSyntax = "{}[]\",:\\0u-e.tfn ";
    for (int i = 0; i < 60'000; ++i) {
        std::string text;
        if (rng.chance(0.1)) {
            text.resize(rng.below(300));
            for (char& c : text) {
                c = static_cast<char>(rng.below(256));
            }
        } else {
            text = seeds[rng.below(seeds.size())];
            for (std::uint64_t changes = 1 + rng.below(6); changes > 0; --changes) {
                const std::size_t at = rng.below(text.size());
                if (rng.chance(0.6)) {
                    text[at] = kSyntax[rng.below(kSyntax.size())];
                } else if (rng.chance(0.5)) {
                    text.erase(at, 1 + rng.below(8));
                } else {
                    text.insert(at, 1, kSyntax[rng.below(kSyntax.size())]);
                }
                if (text.empty()) {
                    break;
                }
            }
        }
        const Padded message{std::move(text)};
        const auto frame = decoder.decode_notification(message.view());
        EXPECT_TRUE(frame || !frame.error().text.empty());
    }
}

}  // namespace
}  // namespace sniperforge::rpc
