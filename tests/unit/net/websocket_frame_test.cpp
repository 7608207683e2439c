// SPDX-License-Identifier: MIT
#include "net/websocket_frame.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "net/websocket_handshake.hpp"
#include "net_test_support.hpp"
#include "sniperforge/core/hex.hpp"
#include "sniperforge/core/rng.hpp"

namespace sniperforge::net {
namespace {

using Kind = FrameEvent::Kind;

constexpr std::size_t kMessageMax = 1000;

struct Seen {
    Kind kind = Kind::NeedMore;
    std::string payload;
    std::uint16_t code = 0;

    [[nodiscard]] bool operator==(const Seen&) const = default;
};

// Feeds `bytes` in pieces of `chunk` (0: as large as the decoder takes), collecting all events. The
// consumer is rude: it overwrites every message and its padding.
std::vector<Seen> decode(FrameDecoder& decoder, BytesView bytes, std::size_t chunk) {
    std::vector<Seen> seen;
    while (!bytes.empty()) {
        const auto space = decoder.read_buffer();
        EXPECT_FALSE(space.empty());
        const std::size_t count =
            std::min({bytes.size(), space.size(), chunk == 0 ? bytes.size() : chunk});
        std::memcpy(space.data(), bytes.data(), count);
        decoder.commit(count);
        bytes = bytes.subspan(count);
        while (true) {
            const FrameEvent event = decoder.next();
            if (event.kind == Kind::NeedMore) {
                break;
            }
            seen.push_back({event.kind, {event.payload.begin(), event.payload.end()}, event.code});
            if (event.kind == Kind::Close || event.kind == Kind::Error) {
                return seen;
            }
            if (event.kind == Kind::Message) {
                std::memset(event.payload.data(), 0xEE, event.payload.size() + kMessagePadding);
            }
        }
    }
    return seen;
}

std::vector<Seen> decode_hex(WebSocketRole role, std::string_view hex, std::size_t chunk = 0) {
    FrameDecoder decoder{role, kMessageMax};
    const auto bytes = *hex_decode(hex);
    return decode(decoder, bytes, chunk);
}

Bytes frame(Opcode opcode, std::string_view payload, bool is_final = true) {
    Bytes out;
    append_frame(out, opcode, bytes_of(payload), std::nullopt);
    if (!is_final) {
        out[0] &= 0x7F;
    }
    return out;
}

std::vector<Seen> decode_client(const Bytes& bytes, std::size_t chunk = 0) {
    FrameDecoder decoder{WebSocketRole::Client, kMessageMax};
    return decode(decoder, bytes, chunk);
}

Seen error(std::uint16_t code) { return {Kind::Error, "", code}; }

// RFC 6455, section 5.7.
TEST(FrameDecoder, ReadsTheExamplesOfTheStandard) {
    for (const std::size_t chunk : test::kChunks) {
        EXPECT_EQ(decode_hex(WebSocketRole::Client, "810548656c6c6f", chunk),
                  (std::vector<Seen>{{Kind::Message, "Hello"}}));
        EXPECT_EQ(decode_hex(WebSocketRole::Server, "818537fa213d7f9f4d5158", chunk),
                  (std::vector<Seen>{{Kind::Message, "Hello"}}));
        EXPECT_EQ(decode_hex(WebSocketRole::Client, "010348656c80026c6f", chunk),
                  (std::vector<Seen>{{Kind::Message, "Hello"}}));
        EXPECT_EQ(decode_hex(WebSocketRole::Client, "890548656c6c6f", chunk),
                  (std::vector<Seen>{{Kind::Ping, "Hello"}}));
        EXPECT_EQ(decode_hex(WebSocketRole::Server, "8a8537fa213d7f9f4d5158", chunk),
                  (std::vector<Seen>{{Kind::Pong, "Hello"}}));
    }
}

TEST(AppendFrame, WritesTheExamplesOfTheStandard) {
    Bytes out;
    append_frame(out, Opcode::Text, bytes_of("Hello"), std::nullopt);
    EXPECT_EQ(hex_encode(out), "810548656c6c6f");
    out.clear();
    append_frame(out, Opcode::Text, bytes_of("Hello"), FrameMask{0x37, 0xfa, 0x21, 0x3d});
    EXPECT_EQ(hex_encode(out), "818537fa213d7f9f4d5158");
    out.clear();
    append_close_frame(out, 1000, "bye", std::nullopt);
    EXPECT_EQ(hex_encode(out), "880503e8627965");
}

TEST(AppendFrame, UsesTheShortestLengthOnBothSidesOfEachBoundary) {
    const auto head_of = [](std::size_t size) {
        Bytes out;
        append_frame(out, Opcode::Text, Bytes(size), std::nullopt);
        return hex_encode(std::span{out}.first(out.size() - size));
    };
    EXPECT_EQ(head_of(0), "8100");
    EXPECT_EQ(head_of(125), "817d");
    EXPECT_EQ(head_of(126), "817e007e");
    EXPECT_EQ(head_of(65'535), "817effff");
    EXPECT_EQ(head_of(65'536), "817f0000000000010000");
}

TEST(FrameDecoder, RefusesLengthsThatAreNotTheShortest) {
    EXPECT_EQ(decode_hex(WebSocketRole::Client, "817e007d"), std::vector{error(1002)});
    EXPECT_EQ(decode_hex(WebSocketRole::Client, "817f000000000000ffff"), std::vector{error(1002)});
    EXPECT_EQ(decode_hex(WebSocketRole::Client, "817e007e"), std::vector<Seen>{});
    // The top bit must be clear; such a length is too big anyway.
    EXPECT_EQ(decode_hex(WebSocketRole::Client, "817f8000000000000000"), std::vector{error(1009)});
}

TEST(FrameDecoder, ClientsRefuseMasksAndServersDemandThem) {
    EXPECT_EQ(decode_hex(WebSocketRole::Client, "818537fa213d7f9f4d5158"),
              std::vector{error(1002)});
    EXPECT_EQ(decode_hex(WebSocketRole::Server, "810548656c6c6f"), std::vector{error(1002)});
}

TEST(FrameDecoder, RefusesReservedBitsUnknownOpcodesAndBinary) {
    for (const std::string_view hex : {"c100", "a100", "9100", "8300", "8700", "8b00", "8f00"}) {
        EXPECT_EQ(decode_hex(WebSocketRole::Client, hex), std::vector{error(1002)}) << hex;
    }
    EXPECT_EQ(decode_hex(WebSocketRole::Client, "820100"), std::vector{error(1003)});
}

TEST(FrameDecoder, ControlFramesAreWholeAndAtMost125Bytes) {
    EXPECT_EQ(decode_client(frame(Opcode::Ping, std::string(125, 'p'))),
              (std::vector<Seen>{{Kind::Ping, std::string(125, 'p')}}));
    EXPECT_EQ(decode_client(frame(Opcode::Ping, std::string(126, 'p'))), std::vector{error(1002)});
    EXPECT_EQ(decode_client(frame(Opcode::Ping, "p", false)), std::vector{error(1002)});
}

TEST(FrameDecoder, JoinsFragmentsAroundControlFrames) {
    Bytes bytes = frame(Opcode::Text, "one ", false);
    append(bytes, frame(Opcode::Ping, "?"));
    append(bytes, frame(Opcode::Continuation, "", false));
    append(bytes, frame(Opcode::Continuation, "two ", false));
    append(bytes, frame(Opcode::Pong, "!"));
    append(bytes, frame(Opcode::Continuation, "three"));
    append(bytes, frame(Opcode::Text, ""));
    for (const std::size_t chunk : test::kChunks) {
        EXPECT_EQ(decode_client(bytes, chunk), (std::vector<Seen>{{Kind::Ping, "?"},
                                                                  {Kind::Pong, "!"},
                                                                  {Kind::Message, "one two three"},
                                                                  {Kind::Message, ""}}));
    }
}

TEST(FrameDecoder, RefusesFragmentsOutOfOrder) {
    EXPECT_EQ(decode_client(frame(Opcode::Continuation, "x")), std::vector{error(1002)});
    Bytes bytes = frame(Opcode::Text, "x", false);
    append(bytes, frame(Opcode::Text, "y"));
    EXPECT_EQ(decode_client(bytes), std::vector{error(1002)});
}

TEST(FrameDecoder, TakesAMessageOfExactlyTheLimitAndNotOneByteMore) {
    EXPECT_EQ(decode_client(frame(Opcode::Text, std::string(kMessageMax, 'x'))).at(0).kind,
              Kind::Message);
    EXPECT_EQ(decode_client(frame(Opcode::Text, std::string(kMessageMax + 1, 'x'))),
              std::vector{error(1009)});
    for (const std::size_t last : {400U, 401U}) {
        Bytes bytes = frame(Opcode::Text, std::string(600, 'x'), false);
        append(bytes, frame(Opcode::Continuation, std::string(last, 'y')));
        EXPECT_EQ(decode_client(bytes).at(0).kind, last == 400 ? Kind::Message : Kind::Error);
    }
}

TEST(FrameDecoder, ReadsCloseFramesAndRefusesInvalidOnes) {
    Bytes bye;
    append_close_frame(bye, 1001, "away", std::nullopt);
    FrameDecoder decoder{WebSocketRole::Client, kMessageMax};
    const auto space = decoder.read_buffer();
    std::copy(bye.begin(), bye.end(), space.begin());
    decoder.commit(bye.size());
    const FrameEvent event = decoder.next();
    EXPECT_EQ(event.kind, Kind::Close);
    EXPECT_EQ(event.code, 1001);
    EXPECT_EQ(event.text, "away");
    EXPECT_EQ(decoder.next().kind, Kind::NeedMore);  // Nothing is decoded after it.

    EXPECT_EQ(decode_hex(WebSocketRole::Client, "8800"),
              (std::vector<Seen>{{Kind::Close, "", 1005}}));
    EXPECT_EQ(decode_hex(WebSocketRole::Client, "880103"), std::vector{error(1002)});
    for (const auto& [code, is_valid] :
         std::vector<std::pair<std::uint16_t, bool>>{{999, false},
                                                     {1000, true},
                                                     {1003, true},
                                                     {1004, false},
                                                     {1006, false},
                                                     {1007, true},
                                                     {1014, true},
                                                     {1015, false},
                                                     {2999, false},
                                                     {3000, true},
                                                     {4999, true},
                                                     {5000, false}}) {
        Bytes bytes;
        append_close_frame(bytes, code, "", std::nullopt);
        EXPECT_EQ(decode_client(bytes).at(0).kind, is_valid ? Kind::Close : Kind::Error) << code;
    }
}

TEST(FrameDecoder, HandsMessagesOverWhereTheyWereReceived) {
    FrameDecoder decoder{WebSocketRole::Client, kMessageMax};
    const auto space = decoder.read_buffer();
    Bytes bytes = frame(Opcode::Text, "first");
    append(bytes, frame(Opcode::Text, "second"));
    std::copy(bytes.begin(), bytes.end(), space.begin());
    decoder.commit(bytes.size());
    EXPECT_EQ(decoder.next().payload.data(), space.data() + 2);
    EXPECT_EQ(decoder.next().payload.data(), space.data() + 9);
    EXPECT_EQ(decoder.next().kind, Kind::NeedMore);
    // All was consumed, so the next read starts at the front again.
    EXPECT_EQ(decoder.read_buffer().data(), space.data());
}

TEST(FrameDecoder, GrowsForLargeMessagesOnlyAsTheyArriveAndShrinksLater) {
    constexpr std::size_t kLarge = 8U << 20U;
    FrameDecoder decoder{WebSocketRole::Client, 16U << 20U};
    const std::size_t initial = decoder.capacity();
    Bytes large = frame(Opcode::Text, std::string(kLarge, 'L'));
    const BytesView view{large};
    // The head alone claims 8 MiB, and takes nothing.
    EXPECT_TRUE(decode(decoder, view.first(100), 0).empty());
    (void)decoder.read_buffer();
    EXPECT_LE(decoder.capacity(), 2 * initial);
    const auto seen = decode(decoder, view.subspan(100), 0);
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].payload.size(), kLarge);
    EXPECT_GT(decoder.capacity(), kLarge);
    EXPECT_LE(decoder.capacity(), (16U << 20U) + kFrameHeadBytesMax);
    const Bytes small = frame(Opcode::Text, "small");
    for (int i = 0; i < 10'000; ++i) {
        ASSERT_EQ(decode(decoder, small, 0).size(), 1U);
    }
    EXPECT_EQ(decoder.capacity(), initial);
}

TEST(ApplyMask, IsTheSameForEveryLengthAsBytePerByte) {
    Rng rng{3};
    for (std::size_t size = 0; size < 70; ++size) {
        Bytes bytes(size);
        FrameMask mask{};
        rng.fill(bytes);
        rng.fill(mask);
        Bytes expected = bytes;
        for (std::size_t i = 0; i < size; ++i) {
            expected[i] ^= mask[i % 4];
        }
        apply_mask(bytes, mask);
        EXPECT_EQ(bytes, expected);
    }
}

// Random conversations, cut at random places, must come out as they went in, on both sides.
TEST(FrameDecoder, RandomConversationsSurviveAnyCutting) {
    Rng rng{11};
    for (int round = 0; round < 300; ++round) {
        const bool is_server = rng.chance(0.5);
        FrameDecoder decoder{is_server ? WebSocketRole::Server : WebSocketRole::Client, 200'000};
        Bytes wire;
        std::vector<Seen> expected;
        const auto put = [&](Opcode opcode, std::string_view payload, bool is_final) {
            std::optional<FrameMask> mask;
            if (is_server) {
                rng.fill(mask.emplace());
            }
            const std::size_t start = wire.size();
            append_frame(wire, opcode, bytes_of(payload), mask);
            if (!is_final) {
                wire[start] &= 0x7F;
            }
        };
        const auto put_ping = [&] {
            const std::string payload(rng.below(126), 'p');
            put(Opcode::Ping, payload, true);
            expected.push_back({Kind::Ping, payload});
        };
        for (int message = 0; message < 20; ++message) {
            std::string text(rng.chance(0.05) ? rng.below(150'000) : rng.below(700), ' ');
            for (char& c : text) {
                c = static_cast<char>(rng.next());
            }
            std::string_view rest = text;
            Opcode opcode = Opcode::Text;
            while (rng.chance(0.3)) {
                const auto part = rest.substr(0, rng.below(rest.size() + 1));
                put(opcode, part, false);
                opcode = Opcode::Continuation;
                rest.remove_prefix(part.size());
                if (rng.chance(0.3)) {
                    put_ping();
                }
            }
            put(opcode, rest, true);
            expected.push_back({Kind::Message, text});
        }
        EXPECT_EQ(decode(decoder, wire, rng.below(3) == 0 ? 0 : 1 + rng.below(3000)), expected);
    }
}

// Damage may end the conversation, never the process; what is handed out stays within the limits.
TEST(FrameDecoder, SurvivesGarbage) {
    Rng rng{12};
    for (int round = 0; round < 3000; ++round) {
        Bytes wire;
        if (rng.chance(0.5)) {
            wire.resize(rng.below(300));
            rng.fill(wire);
        } else {
            for (int i = 0; i < 10; ++i) {
                append_frame(wire, rng.chance(0.7) ? Opcode::Text : Opcode::Ping,
                             Bytes(rng.below(100)), std::nullopt);
            }
            for (std::uint64_t damage = rng.below(5); damage > 0; --damage) {
                wire[rng.below(wire.size())] = static_cast<std::uint8_t>(rng.next());
            }
        }
        FrameDecoder decoder{rng.chance(0.5) ? WebSocketRole::Server : WebSocketRole::Client,
                             kMessageMax};
        std::size_t total = 0;
        for (const Seen& seen : decode(decoder, wire, rng.below(20))) {
            EXPECT_LE(seen.payload.size(), kMessageMax);
            total += seen.payload.size();
        }
        EXPECT_LE(total, wire.size());
    }
}

// RFC 6455, section 1.3.
TEST(AcceptKey, IsTheExampleOfTheStandard) {
    EXPECT_EQ(accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(CheckUpgradeResponse, DemandsEveryPartOfTheConsent) {
    const std::string key = "dGhlIHNhbXBsZSBub25jZQ==";
    const HttpResponse good{.status = 101,
                            .headers = {{"upgrade", "WebSocket"},
                                        {"Connection", "keep-alive, Upgrade"},
                                        {"Sec-WebSocket-Accept", accept_key(key)}},
                            .body = {}};
    EXPECT_TRUE(check_upgrade_response(good, key));
    for (std::size_t i = 0; i < good.headers.size(); ++i) {
        HttpResponse bad = good;
        bad.headers[i].value = "x";
        EXPECT_FALSE(check_upgrade_response(bad, key)) << i;
    }
    HttpResponse extended = good;
    extended.headers.push_back({"Sec-WebSocket-Extensions", "permessage-deflate"});
    EXPECT_FALSE(check_upgrade_response(extended, key));
    const HttpResponse busy{.status = 429, .headers = {{"Retry-After", "7"}}, .body = "slow\ndown"};
    const auto refused = check_upgrade_response(busy, key);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().text,
              "the server answered 429 Too Many Requests, retry after 7: slow down");
}

TEST(AnswerUpgrade, AcceptsAProperRequestAndRefusesEachDefect) {
    const HttpRequest good{.method = "GET",
                           .target = "/",
                           .headers = {{"Upgrade", "websocket"},
                                       {"Connection", "Upgrade"},
                                       {"Sec-WebSocket-Version", "13"},
                                       {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}},
                           .body = {}};
    EXPECT_TRUE(answer_upgrade(good).is_accepted);
    EXPECT_TRUE(answer_upgrade(good).bytes.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    for (const auto& [index, value, status] :
         std::vector<std::tuple<std::size_t, std::string, std::string>>{
             {0, "h2c", "400"}, {1, "close", "400"}, {2, "8", "426"}, {3, "c2hvcnQ=", "400"}}) {
        HttpRequest bad = good;
        bad.headers[index].value = value;
        const UpgradeAnswer answer = answer_upgrade(bad);
        EXPECT_FALSE(answer.is_accepted);
        EXPECT_TRUE(answer.bytes.starts_with("HTTP/1.1 " + status)) << answer.bytes;
    }
    HttpRequest post = good;
    post.method = "POST";
    EXPECT_FALSE(answer_upgrade(post).is_accepted);
}

}  // namespace
}  // namespace sniperforge::net
