// SPDX-License-Identifier: MIT
// The bytes of a run's streams, as they arrive.
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>

#include "recording/kinds.hpp"
#include "unit/recording/scripted_run.hpp"

namespace sniperforge::recording {
namespace {

// One end of a stream.
struct End final : net::StreamEvents {
    void on_connected() override {
        if (!to_send.empty()) {
            stream->write(bytes_of(to_send));
        }
    }
    [[nodiscard]] std::span<std::uint8_t> read_buffer() override { return buffer; }
    void on_read(std::size_t count, MonoTime at) override {
        heard.append(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(count));
        heard_at = at;
        if (is_gone_when_heard) {
            stream.reset();
        }
    }
    void on_closed(const Error& reason) override { closed = reason.text; }

    std::unique_ptr<net::ByteStream> stream;
    std::string to_send, heard, closed;
    MonoTime heard_at;
    bool is_gone_when_heard = false;
    std::array<std::uint8_t, 64> buffer{};
};

class RawFrames : public test::ScriptedRun {
 protected:
    // The node answers "news", and the daemon has sent a key.
    void talk() {
        auto listener = reactor.listen({.host = "node", .port = 80},
                                       [this](std::unique_ptr<net::ByteStream> stream) {
                                           node.stream = std::move(stream);
                                           return &node;
                                       });
        ASSERT_TRUE(listener);
        node.to_send = "news";
        daemon.to_send = "a secret key";
        daemon.stream = recording->reactor().connect({.host = "node", .port = 80}, daemon);
        reactor.run_until(reactor.now() + std::chrono::seconds{1});
        node.stream.reset();
        reactor.run_until(reactor.now() + std::chrono::seconds{1});
    }
    // The bodies of all records of the kind.
    [[nodiscard]] std::vector<std::string> records_of(Kind kind) const {
        std::vector<std::string> bodies;
        auto reader = Reader::open(path);
        SF_ASSERT(reader.has_value());
        while (const auto record = (*reader)->next()) {
            if (record->kind == static_cast<std::uint8_t>(kind)) {
                bodies.emplace_back(record->body.begin(), record->body.end());
            }
        }
        return bodies;
    }
    End node, daemon;
};

TEST_F(RawFrames, AreWhatArrivedWithItsTimeAndNothingOfWhatWasSent) {
    talk();
    EXPECT_EQ(node.heard, "a secret key");
    EXPECT_EQ(daemon.heard, "news");
    EXPECT_NE(daemon.closed, "");
    daemon.stream.reset();
    close();
    const auto read = records_of(Kind::StreamRead);
    ASSERT_EQ(read.size(), 1U);
    const BytesView body = bytes_of(read[0]);
    EXPECT_EQ(read_le<std::uint32_t>(body, 0), 1U);
    EXPECT_EQ(read_le<std::int64_t>(body, 4), daemon.heard_at.ns);
    EXPECT_EQ(read[0].substr(12), "news");
    ASSERT_EQ(records_of(Kind::StreamOpened).size(), 1U);
    EXPECT_EQ(records_of(Kind::StreamOpened)[0].substr(6), "node");
    ASSERT_EQ(records_of(Kind::StreamClosed).size(), 1U);
    EXPECT_EQ(records_of(Kind::StreamClosed)[0].substr(4), daemon.closed);
    const auto result = replay(path);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->streams, 1U);
    EXPECT_EQ(result->stream_bytes, 4U);
    EXPECT_TRUE(result->is_equal());
}

TEST_F(RawFrames, AStreamMayBeDeletedFromInsideItsOwnEvent) {
    daemon.is_gone_when_heard = true;
    talk();
    EXPECT_EQ(daemon.heard, "news");
    EXPECT_EQ(daemon.closed, "");
    close();
    EXPECT_EQ(records_of(Kind::StreamRead).size(), 1U);
}

}  // namespace
}  // namespace sniperforge::recording
